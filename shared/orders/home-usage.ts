import { Decimal } from 'decimal.js';
import type { Ticket, Uses } from './home-model.ts';
import { waitingTimes } from './waiting-times.ts';

/**
 * What a user's orders have used of the limits of a day, as Home counts it: from its tickets alone, so that there is no
 * second account of it that could differ. What waits for an approval counts as if it were placed; what came to nothing
 * counts nothing.
 */

const nothing: Uses = { notional: '0', orders: 0, quantity: '0', loss: '0' };

/** A ticket whose outcome nobody knows counts for two days instead of one. */
const unknownFor = 2 * waitingTimes.policyWindow;

/**
 * @param except the ticket that is being judged, which does not count against itself
 * @param gatewayTime of the relay's gateway, epoch milliseconds: no step of another clock moves the window
 */
export function usedByTickets(tickets: Iterable<Ticket>, gatewayTime: number, except?: string): Uses {
  let sum = nothing;
  for (const ticket of tickets) {
    if (ticket.id === except) continue;
    const age = gatewayTime - ticket.prepared.gatewayTime;
    if (age >= (ticket.state === 'unknown' ? unknownFor : waitingTimes.policyWindow)) continue;
    sum = plus(sum, usedBy(ticket));
  }
  return sum;
}

function usedBy({ state, prepared, report }: Ticket): Uses {
  switch (state) {
    // A preview that nobody has asked to place takes no room from what is placed meanwhile.
    case 'previewed':
    case 'denied':
    case 'expired':
    case 'not_placed':
      return nothing;
    case 'rejected':
    case 'final':
    case 'resolved_by_person':
      return report?.used ?? (state === 'rejected' ? nothing : prepared.uses);
    default:
      return report?.used ? larger(report.used, prepared.uses) : prepared.uses;
  }
}

function plus(a: Uses, b: Uses): Uses {
  return {
    notional: new Decimal(a.notional).plus(b.notional).toFixed(),
    orders: a.orders + b.orders,
    quantity: new Decimal(a.quantity).plus(b.quantity).toFixed(),
    loss: new Decimal(a.loss).plus(b.loss).toFixed(),
  };
}

function larger(a: Uses, b: Uses): Uses {
  return {
    notional: Decimal.max(a.notional, b.notional).toFixed(),
    orders: Math.max(a.orders, b.orders),
    quantity: Decimal.max(a.quantity, b.quantity).toFixed(),
    loss: Decimal.max(a.loss, b.loss).toFixed(),
  };
}
