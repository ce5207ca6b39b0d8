import { orderVerdict } from '../../shared/orders/codes.ts';
import type { OrderTerms, PlannedModification } from '../../shared/orders/order.ts';
import { endStates } from '../../shared/orders/ticket-states.ts';
import { isChanged } from './echo.ts';
import { targetOf } from './gate.ts';
import { wantLook } from './looking.ts';
import { endOf } from './order-life.ts';
import { changeTicket, type Draft, findTicket, type TraderTicket } from './state.ts';
import { conclude, publish, type TicketWords, warn } from './telling.ts';

/**
 * What came of a change: proven by the terms that IB shows. Outside regular hours the old ones stay in sight although the
 * change was taken, so that they prove nothing.
 */

/** News of the order: with its terms, or only of its life. An order that is over shows what it was at its end. */
export function changeSeen(draft: Draft, change: string, seen: OrderTerms | undefined): void {
  const { ticket, order } = changeOf(draft, change) ?? {};
  const target = order && targetOf(draft, order.target.orderId);
  if (!ticket || !order || !target || endStates.has(ticket.state) || target.leg.life.forks.length > 0) return;
  const shown = seen ?? target.leg.open?.order.terms;
  if (shown && isChanged(order.before, order.entry, shown)) {
    over(draft, ticket, 'final', { message: 'IBKR shows the order with its new terms.' });
    return;
  }
  if (endOf(target.leg.life) !== undefined) {
    // A fill can come before the new terms are shown: the lists say what the order was at its end.
    if (!seen && !ticket.refusedChange && !ticket.orderEnded) {
      changeTicket(draft, change, { orderEnded: true });
      wantLook(draft);
      return;
    }
    over(draft, ticket, 'rejected', {
      message: 'The order ended before it had its new terms.',
      nextStep: 'get_order_status tells how it ended.',
      ...(ticket.refusedChange ? { ibCode: ticket.refusedChange.code } : {}),
    });
    return;
  }
  if (ticket.state === 'submitting' && seen) {
    conclude(draft, change, 'submitted', {
      message:
        'IBKR has the order and still shows its old terms; outside regular hours that lasts until the market opens.',
    });
  }
}

/** A code that answers the change: most leave the order as it was. */
export function changeRefused(draft: Draft, change: string, code: number, text: string): void {
  const { ticket } = changeOf(draft, change) ?? {};
  if (!ticket) return;
  const after = orderVerdict(code).after.change;
  if (after === 'works') {
    warn(draft, change, text);
    publish(draft, change);
    return;
  }
  if (after === 'as it was') {
    refused(draft, ticket, code, text);
    return;
  }
  changeTicket(draft, change, { refusedChange: { code, text } });
  wantLook(draft);
}

/**
 * Whole lists were read after the change: what they show of its order, when a code said that it may not have been taken, or
 * the order ended before its terms were seen.
 */
export function changeLookedUp(draft: Draft, change: string): void {
  changeSeen(draft, change, undefined);
  const { ticket } = changeOf(draft, change) ?? {};
  if (!ticket?.refusedChange || endStates.has(ticket.state)) return;
  refused(draft, ticket, ticket.refusedChange.code, ticket.refusedChange.text);
}

/** It is known that the change did not arrive. */
export function changeLost(draft: Draft, change: string): void {
  const { ticket } = changeOf(draft, change) ?? {};
  if (ticket) {
    over(draft, ticket, 'not_placed', {
      message: 'The connection broke while it was sent, and the order still has its old terms.',
      nextStep: 'Preview the change again if it is still wanted.',
    });
  }
}

function changeOf(
  draft: Draft,
  change: string,
): { readonly ticket: TraderTicket; readonly order: PlannedModification } | undefined {
  const ticket = findTicket(draft, change);
  return ticket?.order?.kind === 'modify' ? { ticket, order: ticket.order } : undefined;
}

function refused(draft: Draft, ticket: TraderTicket, code: number, text: string): void {
  over(draft, ticket, 'rejected', {
    message: `IBKR refused the change, and the order stands as it was: ${text}`,
    nextStep: 'Correct what the text names, then preview the change again.',
    ibCode: code,
  });
}

function over(
  draft: Draft,
  { ticket: name }: TraderTicket,
  state: 'final' | 'rejected' | 'not_placed',
  words: TicketWords,
): void {
  draft.effects.push({ type: 'clear-timer', name: `silent:${name}` });
  changeTicket(draft, name, { hunt: undefined });
  conclude(draft, name, state, words);
}
