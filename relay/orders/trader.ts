import type { TicketReport } from '../../shared/orders/frames.ts';
import { cancel, cancelTimedOut, tellCancelAgain } from './cancelling.ts';
import { gatewayNews } from './gateway-news.ts';
import { isUnseen, silenceTimedOut, startHunt } from './hunting.ts';
import { nextIds, sawId } from './ids.ts';
import { wantLook } from './looking.ts';
import type { JournalEntry, TraderEffect, TraderEvent } from './model.ts';
import { live } from './order-life.ts';
import { tellTrust } from './pairing.ts';
import { place, refuseQueued, sent, serveQueue } from './placing.ts';
import { applyEntry, record } from './record.ts';
import type { TraderSettings } from './settings.ts';
import { settle } from './settling.ts';
import {
  changeLeg,
  type Draft,
  findTicket,
  refusal,
  type TraderState,
  type TraderTicket,
  type Untaken,
} from './state.ts';
import { command, homeWasAway, killFile, stop, tellStopAgain } from './stopping.ts';
import { conclude, tellAgain } from './telling.ts';
import { settleTicket, unprotectedTimedOut } from './ticket-news.ts';

/**
 * The relay's trading machine: `docs/order-safety.md` says what it promises. Pure: all that it knows it was told by events
 * and journal entries, all that it does are effects.
 */

/** The state that these entries leave behind, oldest first. */
export function openTrader(settings: TraderSettings, entries: Iterable<JournalEntry>): TraderState {
  const list = [...entries];
  const draft = draftOf(
    {
      settings,
      steps: 0,
      generation: settings.journal.generation,
      length: settings.journal.length - list.length,
      acknowledged: 0,
      consumed: 0,
      stops: {},
      highest: new Map(),
      active: new Map(),
      ended: new Map(),
      byOrderId: new Map(),
      strangers: [],
      recent: [],
      filled: [],
      early: [],
      queue: [],
      cancels: new Map(),
      stopReports: [],
      rejections: [],
      batches: 0,
      looks: 0,
      untaken: nothingUntaken,
    },
    { monotonic: 0, wall: 0, gateway: 0 },
  );
  const told = new Map<string, number>();
  const cancels = new Map<string, number>();
  let [stop, trust, taken] = [0, 0, 0];
  for (const entry of list) {
    draft.length += 1;
    applyEntry(draft, entry);
    if (entry.type === 'outcome') {
      restoreLives(draft, entry.report);
      told.set(entry.ticket, draft.length);
    } else if (entry.type === 'cancelled') cancels.set(entry.request, draft.length);
    else if (entry.type === 'stopped' || entry.type === 'resumed') stop = draft.length;
    else if (entry.type === 'acknowledged') taken = Math.max(taken, entry.length);
    else if (entry.type === 'trusted') trust = entry.by === 'person' ? draft.length : 0;
  }
  const later = (lengths: ReadonlyMap<string, number>) =>
    [...lengths].flatMap(([name, length]) => (length > draft.acknowledged ? [name] : []));
  draft.untaken = {
    tickets: later(told),
    cancels: later(cancels),
    stop: stop > draft.acknowledged,
    // From a person's trust on Home may name no shorter journal, whether it has heard of it or not.
    trust: trust > taken,
  };
  return stateOf(draft);
}

const nothingUntaken: Untaken = { tickets: [], cancels: [], stop: false, trust: false };

/** What was told of a ticket’s orders was so. */
function restoreLives(draft: Draft, { ticket, legs }: TicketReport): void {
  for (const { leg, permId, status, filled, averagePrice = '0', held = '' } of legs) {
    const known = findTicket(draft, ticket)?.legs.find((each) => each.leg === leg);
    if (!known || status === 'NotSeen') continue;
    const life =
      status === 'Rejected'
        ? { ...known.life, refused: { code: 201, text: '' }, absent: true }
        : live(known.life, { type: 'status', permId, status, filled, average: averagePrice, held });
    changeLeg(draft, ticket, known.leg, { life });
  }
}

/** What the machine does when it hears this. */
export function step(
  state: TraderState,
  event: TraderEvent,
): { readonly state: TraderState; readonly effects: readonly TraderEffect[] } {
  const draft = draftOf(state, event.clocks);
  draft.steps += 1;
  hear(draft, event);
  return { state: stateOf(draft), effects: draft.effects };
}

/**
 * Order ids for what is no order of a ticket, such as a what-if; undefined without a session, or when ids have run out. They
 * are given to nobody else while this process lives.
 */
export function takeIds(
  state: TraderState,
  count: number,
): { readonly state: TraderState; readonly ids: readonly number[] } | undefined {
  const ids = nextIds(state, count);
  const last = ids?.at(-1);
  if (!ids || last === undefined || !state.session) return undefined;
  const draft = draftOf(state, { monotonic: 0, wall: 0, gateway: 0 });
  sawId(draft, state.session.clientId, last);
  return { state: stateOf(draft), ids };
}

function draftOf(state: TraderState, clocks: Draft['clocks']): Draft {
  return { ...state, clocks, effects: [], own: new Set() };
}

/** The draft itself, which nobody writes to any more: to copy it without the rest would cost more than a step does. */
function stateOf(draft: Draft): TraderState {
  return draft;
}

function hear(draft: Draft, event: TraderEvent): void {
  switch (event.type) {
    case 'started':
      started(draft);
      return;
    case 'instruction':
      instruction(draft, event);
      return;
    case 'home':
      home(draft, event);
      return;
    case 'acknowledged':
      acknowledged(draft, event);
      return;
    case 'gateway':
      gatewayNews(draft, event.news);
      return;
    case 'sent':
      sent(draft, event.batch, event.handedOver, event.why);
      return;
    case 'timer':
      timer(draft, event.name);
      return;
    case 'command':
      command(draft, event.id, event.command);
      return;
    case 'kill-file':
      killFile(draft, event.present);
      return;
  }
}

const unread = {
  message: 'It was sent by an older version of the relay, in a form that this one does not read.',
  nextStep: 'Look at the orders and executions at IBKR, then have the owner close it with `relay resolve` at home.',
};

/**
 * Tickets that are not over are told again, and those are looked for that nobody has seen. So are those whose end Home may not
 * have: the process may have died between the journal and the outbox.
 */
function started(draft: Draft): void {
  const { tickets, cancels, stop: isStopUntold, trust } = draft.untaken;
  draft.untaken = nothingUntaken;
  if (trust) tellTrust(draft);
  for (const name of tickets) if (draft.ended.has(name)) tellAgain(draft, name);
  for (const request of cancels) tellCancelAgain(draft, request);
  if (isStopUntold) tellStopAgain(draft);
  // It may have been away since before the process ended: it gets the whole time once more.
  watchHome(draft);
  for (const ticket of [...draft.active.values()]) {
    if (!ticket.order && ticket.state === 'submitting') conclude(draft, ticket.ticket, 'unknown', unread);
    if (isUnseen(draft, ticket)) startHunt(draft, ticket.ticket);
    // Its journal may know more than was told of it; what is unknown although it was seen waits for a person.
    else if (ticket.state !== 'unknown' || isToldUnseen(ticket)) settleTicket(draft, ticket.ticket);
    if (findTicket(draft, ticket.ticket)?.revision === ticket.revision) tellAgain(draft, ticket.ticket);
  }
}

function isToldUnseen({ told }: TraderTicket): boolean {
  return told?.legs.every(({ status }) => status === 'NotSeen') ?? true;
}

function instruction(draft: Draft, { id, body }: Extract<TraderEvent, { type: 'instruction' }>): void {
  switch (body.name) {
    case 'place':
      place(draft, { id, ...body });
      return;
    case 'cancel':
      cancel(draft, id, body.cancel);
      return;
    case 'settle':
      settle(draft, id, body);
      return;
    case 'stop':
      stop(draft, id, body.stop);
      return;
  }
}

const deadMan = 'dead-man';

const homeLeft = refusal(
  'The connection to the server broke before it was sent.',
  'Preview it again.',
  'relay_interrupted',
);

function home(draft: Draft, { time, lost, clocks }: Extract<TraderEvent, { type: 'home' }>): void {
  if (time !== undefined) draft.homeClock = { time, monotonic: clocks.monotonic, wall: clocks.wall };
  if (!lost) {
    if (draft.settings.deadManAfter !== undefined) draft.effects.push({ type: 'clear-timer', name: deadMan });
    return;
  }
  // What came on a connection leaves while that one is there, or never: the next one asks what became of it.
  refuseQueued(draft, homeLeft);
  watchHome(draft);
}

/** The server is away from now on. */
function watchHome({ settings: { deadManAfter }, effects }: Draft): void {
  if (deadManAfter !== undefined) effects.push({ type: 'timer', name: deadMan, ms: deadManAfter });
}

/** Home has stored what was told up to here: from now on it may not name a shorter journal. */
function acknowledged(draft: Draft, { head, clocks }: Extract<TraderEvent, { type: 'acknowledged' }>): void {
  if (head.generation !== draft.generation || head.length <= draft.acknowledged) return;
  record(draft, { type: 'acknowledged', length: head.length, at: clocks.wall });
}

function timer(draft: Draft, name: string): void {
  const [kind, about = ''] = name.split(':');
  switch (kind) {
    case 'silent':
      silenceTimedOut(draft, about);
      return;
    case 'unprotected':
      unprotectedTimedOut(draft, about);
      return;
    case 'cancel':
      cancelTimedOut(draft, about);
      return;
    case 'queue':
      serveQueue(draft);
      return;
    case 'round':
      wantLook(draft);
      return;
    case 'look':
      draft.look = undefined;
      wantLook(draft);
      return;
    case deadMan:
      homeWasAway(draft);
      return;
  }
}
