import type { World } from '../world/world.ts';

/** The id a client may give its next order. Each client has its own ids. */
export const nextOrderId = ({ exchange }: World, clientId: number): number =>
  Math.max(0, exchange.lastOrderId(clientId)) + 1;

/** The id under which client 0 gets an order that was entered by hand: negative, so that it never takes one of its own. */
export function nextBoundId({ exchange }: World): number {
  const known = [...exchange.open(), ...exchange.completed()].filter(({ owner }) => owner.clientId === 0);
  return known.reduce((lowest, { owner }) => Math.min(lowest, owner.orderId), 0) - 1;
}
