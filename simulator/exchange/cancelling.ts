import { byTrader, cancelOrder, tell } from './ending.ts';
import { afterCancel } from './families.ts';
import type { Floor } from './floor.ts';
import { cancelImpossible, cancelUnknown } from './messages.ts';
import type { OrderOwner } from './model.ts';

/** Cancels what a client has under an order id. */
export function cancelByOwner(floor: Floor, owner: OrderOwner): void {
  const order = floor.registry.ofOwner(owner);
  if (!order) {
    tell(floor, { owner }, cancelUnknown(owner.orderId));
    return;
  }
  const working = floor.registry.get(order.permId);
  if (working?.inactive) return;
  if (working) {
    cancelOrder(floor, order.permId, byTrader);
    afterCancel(floor, order);
  } else tell(floor, order, cancelImpossible(owner.orderId, order.status));
}

/** Cancels every living order of some accounts, or of all. */
export function cancelForAccounts(floor: Floor, accounts: readonly string[] | undefined): void {
  for (const { order } of floor.registry.living())
    if (!accounts || accounts.includes(order.terms.account)) cancelOrder(floor, order.permId, byTrader);
}
