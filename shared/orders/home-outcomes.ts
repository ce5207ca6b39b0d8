import type { ToolErrorData } from '../errors.ts';
import type { OrderEventBody, TicketReport, TradingStatus } from './frames.ts';
import { audit, auditTicket, type HomeDraft, happened, move, putRelay, putRequest, putTicket } from './home-draft.ts';
import type { HomeTradingEvent, Ticket } from './home-model.ts';
import { hearJournal, hearTrust, obstacle, settle } from './home-relays.ts';
import { afterReport } from './ticket.ts';
import { waitingTimes } from './waiting-times.ts';

/** From the moment in which a ticket is consumed: its one frame, and what the relay tells of it. */

type EventOf<Type extends HomeTradingEvent['type']> = Extract<HomeTradingEvent, { type: Type }>;

/** Cancels and stops that are remembered. */
const keptRequests = 100;
const keptNotices = 20;

/** The consumed ticket is safe on disk: its frame leaves now, or never. */
export function ticketSynced(draft: HomeDraft, { ticket: id }: EventOf<'synced'>): void {
  const ticket = draft.tickets.get(id);
  if (ticket?.state !== 'submitting' || ticket.sentAt !== undefined || ticket.report) return;
  const { consumedAt = draft.now, approved, device, account, prepared } = ticket;
  const until = consumedAt + waitingTimes.placeWithin;
  const { journal, consumed = 0 } = draft.relays.get(device) ?? {};
  const hindrance = draft.now >= until ? tooLate() : obstacle(draft, device, prepared);
  if (hindrance || !journal || !approved) {
    notSent(draft, ticket, hindrance ?? tooLate());
    return;
  }
  const sent = putTicket(draft, { ...ticket, sentAt: draft.now });
  auditTicket(draft, sent, 'order.place', 'home', `${prepared.hash} journal ${journal.length} ${journal.hash}`);
  const { mode, by, at } = approved;
  draft.effects.push({
    type: 'instruct',
    device,
    about: { kind: 'place', ticket: id },
    instruction: {
      name: 'order.place',
      body: {
        home: draft.home,
        journal,
        consumed,
        ticket: id,
        account,
        order: prepared.order,
        hash: prepared.hash,
        mintedIn: prepared.generation,
        at: consumedAt,
        until,
        approval: { mode, by: by.slice(0, 100), at },
        policy: prepared.policy,
      },
    },
  });
}

/** How the frame of a ticket ended. Only what certainly did nothing is `not_placed`; what the relay tells counts more. */
export function placeAnswered(draft: HomeDraft, id: string, { outcome, error }: EventOf<'instructed'>): void {
  const ticket = draft.tickets.get(id);
  if (!ticket) return;
  auditTicket(draft, ticket, `order.place ${outcome}`, 'relay', error?.message);
  if (ticket.state !== 'submitting' || ticket.report) return;
  if (outcome === 'accepted') putTicket(draft, { ...ticket, ...happened(draft, ticket, 'the relay has taken it on') });
  else if (outcome === 'unanswered') {
    const what = 'the relay has not answered; it is being found out';
    putTicket(draft, { ...ticket, ...happened(draft, ticket, what), ...(error && { trouble: error }) });
    // The relay may only have been slow, on a connection that stays: no other hello would ask.
    settle(draft, ticket.device);
  } else notSent(draft, ticket, error ?? tooLate());
}

export function requestAnswered(draft: HomeDraft, id: string, { outcome, error }: EventOf<'instructed'>): void {
  const request = draft.requests.get(id);
  if (!request) return;
  audit(draft, `${request.kind} ${outcome}`, { device: request.device, detail: [id, error?.message].join(' ') });
  if (request.state !== 'sent') return;
  putRequest(draft, { ...request, state: outcome === 'unsent' ? 'refused' : outcome, ...(error && { error }) });
}

/** Sends a cancel or a stop, and remembers it. Neither waits for agreement, approval or limits. */
export function requestSent(draft: HomeDraft, event: EventOf<'cancel' | 'stop'>): void {
  const { device } = event;
  const body = event.type === 'cancel' ? event.cancel : event.stop;
  putRequest(draft, { id: body.request, device, kind: event.type, at: draft.now, state: 'sent' });
  const { request, by, at: _, ...what } = body;
  audit(draft, `order.${event.type}`, { device, by, detail: `${request} ${JSON.stringify(what)}`.slice(0, 1_000) });
  const oldest = [...draft.requests.keys()].slice(0, Math.max(0, draft.requests.size - keptRequests));
  for (const id of oldest) draft.requests.delete(id);
  if (oldest.length > 0) draft.effects.push({ type: 'save', what: 'forget', tickets: [], requests: oldest });
  draft.effects.push({
    type: 'instruct',
    device,
    about: { kind: 'request', request },
    instruction:
      event.type === 'cancel' ? { name: 'order.cancel', body: event.cancel } : { name: 'order.stop', body: event.stop },
  });
}

/** Takes what a relay tells. Each event comes here once; what it says of its journal is heard even if the rest is old. */
export function relayTold(draft: HomeDraft, { device, event }: EventOf<'told'>): void {
  const { body, journal } = event;
  hearJournal(draft, device, journal);
  const relay = draft.relays.get(device);
  if (relay && event.audit) putRelay(draft, { ...relay, audit: event.audit });
  switch (body.kind) {
    case 'ticket':
      ticketReported(draft, device, body);
      break;
    case 'cancel':
      requestTold(draft, device, body.request, body, body.done);
      break;
    case 'stop':
      stopTold(draft, device, body);
      break;
    case 'trust':
      audit(draft, 'trust', { device, by: body.by, detail: body.home });
      hearTrust(draft, device, body.home, journal);
      break;
    case 'notice': {
      audit(draft, 'notice', { device, detail: body.text });
      const relay = draft.relays.get(device);
      const notices = [...(relay?.notices ?? []), { at: draft.now, text: body.text }].slice(-keptNotices);
      if (relay) putRelay(draft, { ...relay, notices });
    }
  }
}

function ticketReported(draft: HomeDraft, device: string, report: TicketReport): void {
  const ticket = draft.tickets.get(report.ticket);
  const told = [`revision ${report.revision}`, report.state, report.message].filter(Boolean).join(' ');
  if (ticket?.device !== device) {
    audit(draft, 'report of an unknown ticket', { device, ticket: report.ticket, detail: told });
    return;
  }
  if (report.revision <= (ticket.report?.revision ?? 0)) return;
  const next = afterReport(ticket.state, report.state);
  if (!next) {
    auditTicket(draft, ticket, 'report ignored', 'relay', told);
    return;
  }
  auditTicket(draft, ticket, next.surprise ? 'report contradicts' : 'report', 'relay', told);
  const { trouble: _, question: __, ...clean } = ticket;
  putTicket(draft, { ...clean, report, state: next.state, ...happened(draft, ticket, wordOf(report, next.surprise)) });
}

function wordOf({ state, message, legs }: TicketReport, surprise: boolean): string {
  const fills = legs
    .filter(({ filled }) => Number(filled) !== 0)
    .map(({ leg, filled, averagePrice }) => `${leg} filled ${filled}${averagePrice ? ` at ${averagePrice}` : ''}`);
  return [surprise ? 'against what was known' : '', state.replaceAll('_', ' '), message, ...fills]
    .filter(Boolean)
    .join(', ');
}

function stopTold(draft: HomeDraft, device: string, body: Extract<OrderEventBody['body'], { kind: 'stop' }>): void {
  const relay = draft.relays.get(device);
  audit(draft, body.stopped ? 'stopped' : 'resumed', { device, by: body.where, detail: body.reason });
  if (relay) putRelay(draft, { ...relay, stop: body, ...(relay.status && { status: withStop(relay.status, body) }) });
  if (body.request !== undefined) requestTold(draft, device, body.request, body, true);
}

/** Heard before its next status says so too: an order that was refused at home must not be asked for here. */
function withStop(
  { stopped, ...status }: TradingStatus,
  { stopped: now, where, reason, at }: Extract<OrderEventBody['body'], { kind: 'stop' }>,
): TradingStatus {
  if (now) return { ...status, stopped: { where, reason, since: at } };
  return stopped === undefined || stopped.where === where ? status : { ...status, stopped };
}

function requestTold(
  draft: HomeDraft,
  device: string,
  id: string,
  told: Extract<OrderEventBody['body'], { kind: 'cancel' | 'stop' }>,
  done: boolean,
): void {
  const request = draft.requests.get(id);
  if (told.kind === 'cancel')
    audit(draft, 'cancel told', { device, detail: `${id} ${JSON.stringify(told.orders)}`.slice(0, 1_000) });
  if (request?.device !== device) return;
  putRequest(draft, { ...request, told, state: done ? 'done' : 'accepted' });
}

function notSent(draft: HomeDraft, ticket: Ticket, trouble: ToolErrorData): void {
  const lost = putTicket(draft, move(draft, ticket, 'not_sent', `not placed: ${trouble.message}`, { trouble }));
  auditTicket(draft, lost, 'not placed', 'home', trouble.message);
}

function tooLate(): ToolErrorData {
  return {
    code: 'relay_timeout',
    message: 'The order could not leave in time. Nothing was sent.',
    nextStep: 'Preview it again, and look at the market before you confirm.',
  };
}
