import { Decimal } from 'decimal.js';
import type { ExchangeEvent, Order, OrderStatus } from '../exchange/model.ts';
import { filledIn } from '../orders/filled-in.ts';
import { commissionValues, executionValues, openOrderValues, orderStatusValues } from '../orders/order-messages.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { World } from '../world/world.ts';
import type { Context } from './handler.ts';
import { bindingClient, bindOrder, bindsAutomatically, isEnteredByHand } from './order-binding.ts';

/** Executions that nobody asked for carry this request id. */
const unasked = -1;
const nothing = new Decimal(0);
/** Of an order on its way out only the status is told. */
const leaving: ReadonlySet<OrderStatus> = new Set(['PendingCancel', 'PreCancelled', 'ApiCancelled', 'Cancelled']);

/** Tells every client that is to know about an order what the exchange does with it. To be called once. */
export function attachOrderFeed(world: World, sessions: () => readonly ClientSession[]): void {
  world.exchange.onEvent((event) => {
    for (const session of sessions()) tell(world, session, event);
  });
}

/** Tells a client that has just started its orders from before; nothing when there are none. */
export function announceOpenOrders({ session, world }: Context): void {
  const orders = world.exchange
    .open()
    .filter((order) => order.owner.clientId === session.clientId && isTransmitted(order));
  if (orders.length > 0) sendOpenOrders(world, session, orders);
}

/** Orders with their states, and the end of the list. */
export function sendOpenOrders(world: World, session: ClientSession, orders: readonly Order[]): void {
  for (const order of orders.filter(isTransmitted)) sendOrder(world, session, order);
  session.send('openOrderEnd', {});
}

/** Of an order that its client has not transmitted yet, the gateway tells nobody. */
const isTransmitted = ({ status }: Order): boolean => status !== 'ApiPending';

function sendOrder(world: World, session: ClientSession, order: Order): void {
  const own = world.faults.orders.fillsFields ? filledIn(order, world) : {};
  session.send('openOrder', { ...openOrderValues(order, world.zone), ...own });
  session.send('orderStatus', orderStatusValues(order));
}

function tell(world: World, session: ClientSession, event: ExchangeEvent): void {
  switch (event.type) {
    case 'order':
      // What an order costs is known only after its fill: the report tells.
      if (hearsOf(world, session, event.order)) sendChange(world, session, { ...event.order, commission: nothing });
      break;
    case 'execution':
      if (hearsOf(world, session, event.order)) {
        session.send('executionDetails', executionValues(unasked, event.execution, event.order, world));
      }
      break;
    case 'commission':
      if (!hearsOf(world, session, event.order)) break;
      // A filled order is told once more, now with what it cost.
      if (event.order.status === 'Filled') sendOrder(world, session, event.order);
      session.send('commissionReport', commissionValues(event.execution));
      break;
    case 'warning':
    case 'error':
      if (event.owner.clientId === session.clientId) sendRefusal(world, session, event);
      break;
  }
}

/** Its owner does, the master client does, and client 0 of what was entered by hand. */
function hearsOf({ masterClientId }: World, { clientId }: ClientSession, order: Order): boolean {
  if (clientId === undefined || !isTransmitted(order)) return false;
  const owner = isEnteredByHand(order) ? bindingClient : order.owner.clientId;
  return clientId === owner || clientId === masterClientId;
}

function sendChange(world: World, session: ClientSession, order: Order): void {
  if (isEnteredByHand(order) && bindsAutomatically(session))
    sendOrder(world, session, bindOrder(world, session, order));
  else if (leaving.has(order.status)) session.send('orderStatus', orderStatusValues(order));
  else {
    if (world.faults.orders.hidesPermId(order.permId)) sendOrder(world, session, { ...order, permId: 0 });
    sendOrder(world, session, order);
  }
}

function sendRefusal(
  world: World,
  session: ClientSession,
  event: Extract<ExchangeEvent, { type: 'warning' | 'error' }>,
): void {
  session.send('error', {
    reqId: event.owner.orderId,
    code: event.code,
    text: event.text,
    advancedOrderRejectJson: event.type === 'error' ? event.advancedRejectJson : undefined,
    errorTime: world.now(),
  });
}
