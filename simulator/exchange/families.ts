import type { Decimal } from 'decimal.js';
import { bySystem, cancelOrder, reduceInProportion, refresh } from './ending.ts';
import type { Floor } from './floor.ts';
import { type Notice, rejected } from './messages.ts';
import type { Order } from './model.ts';
import type { Working } from './working.ts';

const reduces = 2;

/** The group in which one order's fill takes from the others: the client's own, or the exits attached to one entry. */
function groupOf(order: Order): string | undefined {
  const { terms, owner } = order;
  if (terms.ocaGroup !== '') return `${terms.account}/${owner.clientId}/${terms.ocaGroup}`;
  return order.parentPermId === 0 ? undefined : `attached to ${order.parentPermId} ${terms.side}`;
}

/** Why an order comes too late for its group: one of the others has done it all already. */
export function groupProblem(floor: Floor, order: Order): Notice | undefined {
  if (order.terms.ocaGroup === '') return undefined;
  const group = groupOf(order);
  const isDone = floor.registry.completed().some((other) => other.status === 'Filled' && groupOf(other) === group);
  return isDone ? rejected('OCA group is already filled.') : undefined;
}

/** Whether a fill of this order leaves less for the others of its group instead of cancelling them. */
const reducesOthers = ({ terms }: Order): boolean => terms.ocaGroup === '' || terms.ocaType >= reduces;

/** What a fill means for other orders: the group shrinks or is cancelled, attached orders wake up. */
export function afterFill(floor: Floor, order: Order, quantity: Decimal): void {
  const group = groupOf(order);
  const before = order.remaining.plus(quantity);
  const others = group === undefined ? [] : floor.registry.living().filter((other) => isRival(other, order, group));
  for (const { order: rival } of others) {
    const current = floor.registry.get(rival.permId);
    if (!current) continue;
    if (reducesOthers(order) && order.remaining.gt(0)) reduceInProportion(floor, current, order.remaining, before);
    else cancelOrder(floor, rival.permId, bySystem);
  }
  for (const child of floor.registry.childrenOf(order.permId)) refresh(floor, child);
}

/** Who cancels one order of a group cancels the group: IB's guide has the rest cancelled, and the exits of a bracket are one. */
export function afterCancel(floor: Floor, order: Order): void {
  const group = groupOf(order);
  if (group === undefined) return;
  for (const { order: rival } of floor.registry.living().filter((other) => isRival(other, order, group)))
    cancelOrder(floor, rival.permId, bySystem);
}

const isRival = (other: Working, order: Order, group: string): boolean =>
  other.order.permId !== order.permId && groupOf(other.order) === group;

/** The orders of a bracket, the parent first. */
export function familyOf(floor: Floor, order: Order): Working[] {
  const root = order.parentPermId === 0 ? order.permId : order.parentPermId;
  const parent = floor.registry.get(root);
  return [...(parent ? [parent] : []), ...floor.registry.childrenOf(root)];
}
