import type { World } from '../world.ts';

/**
 * The id a client may give its next order: above its own last one and above every id of an order known today, whichever
 * client it belongs to, as the gateway counts for a login and not for a connection.
 */
export function nextOrderId({ exchange }: World, clientId: number): number {
  const known = [...exchange.open(), ...exchange.completed()].map(({ owner }) => owner.orderId);
  return known.reduce((highest, id) => Math.max(highest, id), exchange.lastOrderId(clientId)) + 1;
}
