import { rejectionOf } from '../../shared/orders/rejections.ts';
import type { TicketState } from '../../shared/orders/ticket-states.ts';
import { identityOf, requestCancel } from './cancelling.ts';
import { endOf, filledOf, type OrderLife } from './order-life.ts';
import { changeTicket, type Draft, findTicket, type TraderLeg, type TraderTicket } from './state.ts';
import { publish, type TicketWords, warn } from './telling.ts';

/** What the lives of a placement's orders make of its ticket. */

export function settleTicket(draft: Draft, name: string): void {
  const ticket = findTicket(draft, name);
  if (!ticket?.order || ticket.order.kind === 'modify' || ticket.legs.length === 0) return;
  const state = stateOf(ticket);
  if (state === undefined) {
    if (ticket.told) publish(draft, name);
    return;
  }
  changeTicket(draft, name, { state, ...wordsOf(ticket, state), hunt: undefined });
  watchProtection(draft, name);
  publish(draft, name);
}

/** Undefined while nothing is known of any of its orders. */
function stateOf({ legs }: TraderTicket): TicketState | undefined {
  const [entry] = legs;
  if (!entry) return undefined;
  if (legs.some(({ life }) => life.forks.length > 0)) return undefined;
  if (legs.every((leg) => isOver(leg, entry))) {
    const isRejected = endOf(entry.life) === 'rejected' && legs.every(({ life }) => filledOf(life) === '0');
    return isRejected ? 'rejected' : 'final';
  }
  if (legs.every(({ life }) => !life.seen)) return undefined;
  return legs.some(({ life }) => life.accepted) ? 'working' : 'submitted';
}

/** A child that was never seen is no more when its parent ended without a fill. */
function isOver(leg: TraderLeg, entry: TraderLeg): boolean {
  if (endOf(leg.life) !== undefined) return true;
  return leg !== entry && !leg.life.seen && endOf(entry.life) !== undefined && filledOf(entry.life) === '0';
}

function wordsOf(ticket: TraderTicket, state: TicketState): TicketWords {
  const refused = ticket.legs.find(({ life }) => life.refused)?.life.refused;
  // After a start its words are those that were told.
  if (refused?.text === '') return ticket;
  if (state === 'rejected') return rejectedWords(refused);
  const gone = ticket.legs.filter(({ life }) => endOf(life) === 'gone' && life.seen);
  if (state === 'final' && gone.length > 0) {
    return {
      message: 'It is no longer among the open orders, and today’s lists do not say how it ended.',
      nextStep: 'Look at the account’s statement for what was filled.',
    };
  }
  return {
    message: refused ? `IBKR on ${legWords(ticket, refused)}: ${refused.text}` : undefined,
    nextStep: undefined,
    ibCode: refused?.code,
  } as TicketWords;
}

/** Codes whose text says why: of a rejection, and of what does not pass IB's checks. */
const explained: ReadonlySet<number> = new Set([201, 321]);

function rejectedWords(refused: OrderLife['refused']): TicketWords {
  const rejection = refused && explained.has(refused.code) ? rejectionOf(refused.text) : undefined;
  return {
    message: refused
      ? `IBKR refused it: ${[refused.text, rejection?.why].filter(Boolean).join(' ')}`
      : 'IBKR refused it.',
    nextStep: `Nothing works at IBKR. ${rejection?.nextStep ?? 'Correct what the text names, then preview again.'}`,
    ...(refused ? { ibCode: refused.code } : {}),
  };
}

function legWords({ legs }: TraderTicket, refused: OrderLife['refused']): string {
  const leg = legs.find(({ life }) => life.refused === refused)?.leg ?? 'entry';
  return leg === 'entry' ? 'the order' : leg === 'stop_loss' ? 'its stop loss' : 'its take profit';
}

/** An entry that may still fill must not do so for long without the children that were approved with it. */
export function watchProtection(draft: Draft, name: string): void {
  const ticket = findTicket(draft, name);
  if (!ticket) return;
  const isBare = bareEntry(ticket) !== undefined;
  if (isBare === (ticket.unprotected === true)) return;
  changeTicket(draft, name, { unprotected: isBare });
  const timer = `unprotected:${name}`;
  draft.effects.push(
    isBare
      ? { type: 'timer', name: timer, ms: draft.settings.times.unprotected }
      : { type: 'clear-timer', name: timer },
  );
}

/** A child that somebody cancelled on purpose is not missed: that is told, and theirs to do. */
function bareEntry({ legs }: TraderTicket): TraderLeg | undefined {
  const [entry, ...children] = legs;
  if (!entry?.life.seen || endOf(entry.life) !== undefined) return undefined;
  return children.some(({ life }) => (life.seen ? isRejected(life) : true)) ? entry : undefined;
}

function isRejected(life: OrderLife): boolean {
  const end = endOf(life);
  return end === 'rejected' || (end === 'cancelled' && life.refused !== undefined);
}

export function unprotectedTimedOut(draft: Draft, name: string): void {
  const ticket = findTicket(draft, name);
  const entry = ticket && bareEntry(ticket);
  if (!ticket || !entry) return;
  warn(draft, name, 'Its approved protection did not come to life, so what was left of the entry is being cancelled.');
  requestCancel(draft, {
    request: `unprotected-${name}`,
    what: { kind: 'order', order: identityOf(draft, name, entry) },
    by: 'relay: unprotected',
  });
  publish(draft, name);
}
