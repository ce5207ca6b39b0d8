import { Decimal } from 'decimal.js';
import type { Floor } from './floor.ts';
import { cancelled, type Notice, rejected } from './messages.ts';
import type { Order } from './model.ts';
import { completed, instrumentOf, livingStatus, totalOf, type Working, withOrder, zero } from './working.ts';

/** Tells an order's owner something about it. */
export function tell(floor: Floor, { owner }: Pick<Order, 'owner'>, { code, text }: Notice): void {
  floor.registry.emit({ type: 'error', owner, code, text, advancedRejectJson: '' });
}

/** Brings an order's status up to date, and tells when it has changed. */
export function refresh(floor: Floor, working: Working, always = false): Working {
  const open = { works: floor.isOpenFor(working.order.terms) && floor.isTimely(working.order.terms) };
  const status = livingStatus(working, { ...open, parentFilled: floor.isReleased(working) });
  return floor.registry.put(withOrder(working, status), always);
}

/** Cancels an order, with those attached to it that have nothing left to wait for. */
export function cancelOrder(floor: Floor, permId: number, completedStatus: string, reason = ''): void {
  const working = floor.registry.get(permId);
  if (!working) return;
  if (working.order.status === 'Submitted' && completedStatus === byTrader)
    floor.registry.put(withOrder(working, { status: 'PendingCancel' }));
  floor.registry.put(completed(working, 'Cancelled', floor.at, completedStatus));
  tell(floor, working.order, cancelled(reason));
  releaseChildren(floor, working.order);
}

export const byTrader = 'Cancelled by Trader';
export const bySystem = 'Cancelled by System';

/** Ends an order that had been accepted: Inactive and 201. */
export function rejectOrder(floor: Floor, permId: number, reason: Notice): void {
  const working = floor.registry.get(permId);
  if (!working) return;
  floor.registry.put(completed(working, 'Inactive', floor.at, 'Rejected'));
  tell(floor, working.order, reason);
  releaseChildren(floor, working.order);
}

export const rejectFor = (floor: Floor, permId: number, reason: string): void =>
  rejectOrder(floor, permId, rejected(reason));

/** What hangs on an order that ended unfilled goes with it; after a partial fill it shrinks to match. */
function releaseChildren(floor: Floor, parent: Order): void {
  for (const child of floor.registry.childrenOf(parent.permId)) {
    if (parent.filled.isZero()) {
      cancelOrder(floor, child.order.permId, bySystem);
      continue;
    }
    const share = totalOf(child.order).mul(parent.filled).div(totalOf(parent));
    reduceTo(floor, child, Decimal.max(child.order.filled, wholeUnits(child, share)));
  }
}

const wholeUnits = ({ order }: Working, quantity: Decimal): Decimal => {
  const { sizeIncrement } = instrumentOf(order);
  return quantity.div(sizeIncrement).toDecimalPlaces(0, Decimal.ROUND_DOWN).mul(sizeIncrement);
};

/** Makes an order smaller; one with nothing left to do is cancelled. */
export function reduceTo(floor: Floor, working: Working, quantity: Decimal): void {
  const remaining = quantity.minus(working.order.filled);
  if (!remaining.gt(0)) {
    cancelOrder(floor, working.order.permId, bySystem);
    return;
  }
  const terms = { ...working.order.terms, quantity };
  refresh(floor, withOrder(working, { terms, remaining }), true);
}

/** Leaves as large a part of what is left, in whole units, as `remaining` is of `before`. */
export function reduceInProportion(floor: Floor, working: Working, remaining: Decimal, before: Decimal): void {
  const { order } = working;
  const left = wholeUnits(working, order.remaining.mul(remaining).div(before));
  reduceTo(floor, working, order.filled.plus(Decimal.max(zero, left)));
}
