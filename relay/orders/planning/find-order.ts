import { ToolError } from '../../../shared/errors.ts';
import { legNames } from '../../../shared/orders/order.ts';
import { readReference } from '../references.ts';
import type { OpenOrder } from './trading-view.ts';

/** Statuses after which nothing of an order can be changed. */
const ended: ReadonlySet<string> = new Set(['Filled', 'Cancelled', 'ApiCancelled', 'PendingCancel']);

/**
 * The open order that an argument names: by IB's permanent id, or as a leg of a ticket, of which the entry is meant where
 * none is said.
 * @param clientId under which this relay's own orders are placed
 * @throws ToolError for what is not open, is ending, or is not ours to change
 */
export function orderToChange(named: string, open: readonly OpenOrder[], clientId: number): OpenOrder {
  const found = /^\d+$/.test(named)
    ? open.filter(({ order }) => order.permId === Number(named))
    : ofTicket(named, open);
  const [match] = found;
  if (!match || found.length > 1) throw notOpen(named);
  const { order } = match;
  if (order.orderId <= 0) {
    throw notOurs('It was entered by hand, in TWS or on the phone.', 'Change it where it was entered.');
  }
  if (order.clientId !== clientId) {
    throw notOurs(`It was placed by another API program, client ${order.clientId}.`, 'Change it there, or in TWS.');
  }
  if (ended.has(order.status)) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: `The order is ${order.status === 'PendingCancel' ? 'being cancelled' : order.status.toLowerCase()}; it cannot be changed.`,
      nextStep: 'get_order_status tells how it ended; place a new order.',
    });
  }
  return match;
}

function ofTicket(named: string, open: readonly OpenOrder[]): OpenOrder[] {
  const [ticket, leg = 'entry'] = named.toLowerCase().split('/');
  const legs = open.flatMap((one) => {
    const reference = readReference(one.order.orderRef);
    return reference && reference.ticket === ticket ? [{ one, leg: reference.leg }] : [];
  });
  const meant = legs.filter((each) => each.leg === leg).map(({ one }) => one);
  if (meant.length > 0 || legs.length === 0) return meant;
  throw new ToolError({
    code: 'invalid_arguments',
    message: `Of ${ticket} the ${leg} is not open.`,
    nextStep: `Open: ${legNames
      .filter((name) => legs.some((each) => each.leg === name))
      .map((name) => `${ticket}/${name}`)
      .join(', ')}.`,
  });
}

function notOpen(named: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `No open order is “${named}”.`,
    nextStep: 'get_orders lists what is open, get_order_status tells how an order ended.',
  });
}

function notOurs(why: string, nextStep: string): ToolError {
  return new ToolError({ code: 'unsupported', message: `This order is not ours to change. ${why}`, nextStep });
}
