import { endStates } from '../../shared/orders/ticket-states.ts';
import { requestCancel } from './cancelling.ts';
import { changeLost } from './changes.ts';
import { targetOf } from './gate.ts';
import { gatewayDay } from './gateway-day.ts';
import { lookIn, wantLook } from './looking.ts';
import { record } from './record.ts';
import { changeTicket, type Draft, findTicket, type Hunt, type TraderSession, type TraderTicket } from './state.ts';
import { conclude, type TicketWords } from './telling.ts';

/**
 * The search for what was sent and has not been seen. Rounds are looks at whole lists, the first on the living connection;
 * when they find nothing, the relay connects anew. That nothing was ever placed is said only when nothing can be there any
 * more; everything else stays unknown until it is seen, the gateway was restarted, or a person closes it.
 */

const searching: TicketWords = {
  message: 'It is not known yet whether IB Gateway has it; it is being looked for.',
  nextStep: 'Wait: get_order_status tells when it is known.',
};
const resolveStep =
  'Look at the orders and executions at IBKR, then have the owner close it with `relay resolve` at home.';

/** Nothing of it was seen: neither its orders, nor, for a change, the new terms. */
export function isUnseen(draft: Draft, ticket: TraderTicket): boolean {
  if (endStates.has(ticket.state) || !ticket.order) return false;
  if (ticket.order.kind !== 'modify') return ticket.legs.every(({ life }) => !life.seen);
  return ticket.state !== 'submitted' && targetOf(draft, ticket.order.target.orderId)?.leg.change === ticket.ticket;
}

export function startHunt(draft: Draft, name: string, words: TicketWords = searching): void {
  const ticket = findTicket(draft, name);
  if (!ticket) return;
  if (ticket.order?.kind === 'exercise') {
    conclude(draft, name, 'unknown', {
      message: 'It is not known whether IBKR took the exercise: IB’s lists do not name it.',
      nextStep: resolveStep,
    });
    return;
  }
  changeTicket(draft, name, { hunt: newHunt(draft) });
  conclude(draft, name, 'unknown', words);
  wantLook(draft);
}

function newHunt(draft: Draft): Hunt {
  return { since: draft.steps, rounds: 0, lastRound: 0, over: false };
}

/**
 * The gateway neither echoed nor refused it for some seconds. If it answers what it is asked now, it had read the order
 * before: then a window may wait there for a click. If it does not, the connection was no longer alive.
 */
export function silenceTimedOut(draft: Draft, name: string): void {
  const ticket = findTicket(draft, name);
  if (!ticket || ticket.session !== draft.session?.name || ticket.hunt || !isUnseen(draft, ticket)) return;
  if (ticket.legs.some(({ life }) => life.refused)) {
    wantLook(draft);
    return;
  }
  startHunt(draft, name, {
    message: 'IB Gateway has not answered: a window may be open on its screen at home. It is being looked for.',
    nextStep: 'At home, look at the gateway’s screen. get_order_status tells when it is known.',
  });
}

/** The connection went: what had not been seen is looked for on the next one. */
export function connectionLost(draft: Draft): void {
  for (const ticket of [...draft.active.values()]) {
    if (!ticket.hunt && ticket.state !== 'unknown' && isUnseen(draft, ticket)) startHunt(draft, ticket.ticket);
  }
}

/** IB was lost: what had not been seen may be kept by the gateway and sent later, unless it restarted since the write. */
export function upstreamLost(draft: Draft): void {
  for (const ticket of [...draft.active.values()]) {
    if (ticket.upstreamLost || ticket.restarted || !isUnseen(draft, ticket)) continue;
    record(draft, { type: 'doubt', ticket: ticket.ticket, why: 'upstream', at: draft.clocks.wall });
  }
}

/** No gateway ran: what it had not passed on is gone. */
export function gatewayRestarted(draft: Draft): void {
  for (const ticket of [...draft.active.values()]) {
    if (ticket.restarted || !ticket.hunt || ticket.session === draft.session?.name) continue;
    record(draft, { type: 'doubt', ticket: ticket.ticket, why: 'restarted', at: draft.clocks.wall });
    changeTicket(draft, ticket.ticket, { hunt: newHunt(draft) });
  }
}

/** A new session: rounds begin anew, and with them the time that they may take. */
export function huntAnew(draft: Draft): void {
  for (const ticket of [...draft.active.values()]) {
    if (!ticket.hunt) continue;
    const { cancels } = ticket.hunt;
    changeTicket(draft, ticket.ticket, { hunt: { ...newHunt(draft), ...(cancels ? { cancels } : {}) } });
  }
}

/** Whole lists were read, and what they name has been told: what is still missing has one round more. */
export function hunted(draft: Draft, since: number): void {
  let isHunting = false;
  for (const ticket of [...draft.active.values()]) {
    const { hunt } = ticket;
    if (!hunt || hunt.over || since < hunt.since) {
      isHunting ||= hunt !== undefined && !hunt.over;
      continue;
    }
    round(draft, ticket, hunt);
    const now = findTicket(draft, ticket.ticket)?.hunt;
    isHunting ||= now !== undefined && !now.over;
  }
  if (isHunting) lookIn(draft, draft.settings.times.betweenRounds + 1);
}

function round(draft: Draft, ticket: TraderTicket, hunt: Hunt): void {
  const { session, clocks, settings } = draft;
  if (!session) return;
  const counts = hunt.rounds === 0 || clocks.monotonic - hunt.lastRound >= settings.times.betweenRounds;
  const now = counts ? { ...hunt, rounds: hunt.rounds + 1, lastRound: clocks.monotonic } : hunt;
  changeTicket(draft, ticket.ticket, { hunt: now });
  if (ticket.session === session.name && !ticket.restarted) {
    if (!ticket.silent) {
      record(draft, { type: 'doubt', ticket: ticket.ticket, why: 'silent', at: clocks.wall });
    }
    if (now.rounds < 2) return;
    if (!draft.effects.some(({ type }) => type === 'reconnect')) draft.effects.push({ type: 'reconnect' });
    changeTicket(draft, ticket.ticket, { hunt: { ...now, over: true } });
    return;
  }
  if (ticket.legs.length > 1 && !ticket.restarted && !now.cancels) cancelLegs(draft, ticket, now);
  if (now.rounds >= 2) judge(draft, ticket.ticket, session);
}

/** An untransmitted order is in no list: only the answer to its cancel tells of it. */
function cancelLegs(draft: Draft, { ticket, legs, clientId }: TraderTicket, hunt: Hunt): void {
  if (clientId !== draft.session?.clientId) return;
  const cancels = Object.fromEntries(legs.map(({ orderId }) => [orderId, 'asked'] as const));
  changeTicket(draft, ticket, { hunt: { ...hunt, cancels } });
  requestCancel(draft, { request: `broken-${ticket}`, what: { kind: 'ticket', ticket }, by: 'relay: broken placing' });
}

/** An answer to such a cancel. */
export function huntedCancelAnswered(
  draft: Draft,
  { ticket: name, hunt }: TraderTicket,
  orderId: number,
  code: number,
): void {
  if (hunt?.cancels?.[orderId] === undefined) return;
  const isNotFound = code === 10147 || code === 135;
  if (!isNotFound && code !== 202 && code !== 10148) return;
  const cancels = { ...hunt.cancels, [orderId]: isNotFound ? ('not found' as const) : ('ended' as const) };
  changeTicket(draft, name, { hunt: { ...hunt, cancels, over: false } });
  wantLook(draft);
}

function judge(draft: Draft, name: string, session: TraderSession): void {
  const ticket = findTicket(draft, name);
  const hunt = ticket?.hunt;
  if (!ticket || !hunt) return;
  const doubt = doubtOf(draft, ticket, session);
  if (doubt === undefined) {
    isGone(draft, ticket);
    return;
  }
  const cancels = Object.values(hunt.cancels ?? {});
  const isWaiting = cancels.includes('asked');
  const isLate = draft.clocks.monotonic - session.acceptedAt >= draft.settings.times.reconcileWithin;
  if (isWaiting && !isLate) return;
  changeTicket(draft, name, { hunt: { ...hunt, over: true } });
  conclude(draft, name, 'unknown', { message: doubt, nextStep: resolveStep });
}

/** Why nothing found proves nothing; undefined when it does. */
function doubtOf(draft: Draft, ticket: TraderTicket, session: TraderSession): string | undefined {
  if (ticket.clientId !== session.clientId) {
    return `It was sent under API client id ${ticket.clientId}, and the gateway is connected with ${session.clientId}.`;
  }
  if (gatewayDay(ticket.gatewayAt, session.zone) !== gatewayDay(draft.clocks.gateway, session.zone)) {
    return 'It was sent on another day, and IB’s lists are those of today.';
  }
  if (draft.presented !== undefined) {
    return 'The journal and the server do not mean the same: one of them was restored, and may lack what was sent.';
  }
  if (ticket.upstreamLost) {
    return 'IB Gateway lost IBKR after it was sent: it may keep it, and send it later.';
  }
  if (ticket.silent) {
    return 'A window may hold it at the gateway: it is known once the gateway was answered there, or restarted.';
  }
  if (ticket.order?.kind === 'modify') {
    return ticket.regularHours === true
      ? undefined
      : 'IBKR shows the old terms, which outside regular hours does not say whether the change was taken.';
  }
  const cancels = Object.values(ticket.hunt?.cancels ?? {});
  const isProven = ticket.legs.length === 1 || ticket.restarted || cancels.every((answer) => answer === 'not found');
  if (!isProven || (ticket.legs.length > 1 && !ticket.restarted && cancels.length === 0)) {
    return 'The connection broke while its orders were sent, and not every cancel of them has been answered.';
  }
  return undefined;
}

function isGone(draft: Draft, { ticket, order }: TraderTicket): void {
  if (order?.kind === 'modify') {
    changeLost(draft, ticket);
    return;
  }
  changeTicket(draft, ticket, { hunt: undefined });
  conclude(draft, ticket, 'not_placed', {
    message: 'The connection broke while it was sent, and IB Gateway does not have it.',
    nextStep: 'Nothing works at IBKR. Preview it again if it is still wanted.',
  });
}
