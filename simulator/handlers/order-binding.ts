import type { Order } from '../exchange/model.ts';
import { nextBoundId } from '../orders/order-ids.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { World } from '../world/world.ts';

/** The one client that orders entered by hand can be given to. */
export const bindingClient = 0;

/** The connections that want new orders entered by hand bound to them. */
const automatic = new WeakSet<ClientSession>();

export function setAutomaticBinding(session: ClientSession, on: boolean): void {
  if (on) automatic.add(session);
  else automatic.delete(session);
}

export const bindsAutomatically = (session: ClientSession): boolean => automatic.has(session);

/** No client has placed it. */
export const isEnteredByHand = ({ owner }: Pick<Order, 'owner'>): boolean => owner.clientId < 0;

/** Gives client 0 an order that was entered by hand, tells it so, and returns the order as it is then. */
export function bindOrder(world: World, session: ClientSession, order: Order): Order {
  const owner = { clientId: bindingClient, orderId: nextBoundId(world) };
  world.exchange.bind(order.permId, owner);
  session.send('orderBound', { permId: order.permId, clientId: owner.clientId, orderId: owner.orderId });
  return world.exchange.find(order.permId) ?? { ...order, owner };
}
