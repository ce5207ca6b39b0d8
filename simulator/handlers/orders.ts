import type { OrderOwner } from '../exchange/model.ts';
import { completedOrderValues } from '../orders/order-messages.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { Context, Handlers } from './handler.ts';
import { bindingClient, bindOrder, isEnteredByHand, setAutomaticBinding } from './order-binding.ts';
import { answerExecutions } from './order-executions.ts';
import { exercise } from './order-exercise.ts';
import { sendOpenOrders } from './order-feed.ts';
import { place } from './order-placement.ts';

const readOnly = "Error validating request.-'bN' : cause - The API interface is currently in Read-Only mode.";
const bindingRefused = 'Only API connections with clientId set to 0 can set the auto bind TWS orders property.';
const noId = -1;

/** Requests are handled only once a client has started, so that it has an id. */
function clientIdOf({ clientId }: ClientSession): number {
  if (clientId === undefined) throw new TypeError('the client has not started');
  return clientId;
}

/** False after an error has been sent, because the gateway takes no orders. */
function takesOrders({ session, world }: Context, id: number): boolean {
  if (world.faults.readOnlyApi) session.sendError(id, 321, readOnly);
  return !world.faults.readOnlyApi;
}

/** Whose order a cancel is about: the client's own, or with `anyClientCancels` another one's under that id. */
function meant({ session, world }: Context, orderId: number): OrderOwner {
  const own = { clientId: clientIdOf(session), orderId };
  if (!world.faults.orders.anyClientCancels) return own;
  const found = world.exchange.open().filter(({ owner }) => owner.orderId === orderId && owner.clientId >= 0);
  return (found.find(({ owner }) => owner.clientId === own.clientId) ?? found[0])?.owner ?? own;
}

/** Placing, changing and cancelling orders, and the lists of orders and executions. */
export const orderHandlers: Handlers = {
  placeOrder(context, request) {
    const orderId = request.int('orderId');
    if (takesOrders(context, orderId)) place(context, request, { clientId: clientIdOf(context.session), orderId });
  },

  cancelOrder(context, request) {
    const orderId = request.int('orderId');
    if (takesOrders(context, orderId)) context.world.exchange.cancel(meant(context, orderId));
  },

  reqGlobalCancel(context) {
    if (takesOrders(context, noId)) context.world.exchange.cancelAll();
  },

  exerciseOptions(context, request) {
    if (takesOrders(context, request.int('reqId'))) exercise(context, request, clientIdOf(context.session));
  },

  /** A client's own orders; for client 0 also those entered by hand, which become its own. */
  reqOpenOrders({ session, world }) {
    const mine = world.exchange.open().flatMap((order) => {
      if (order.owner.clientId === session.clientId) return [order];
      const binds = session.clientId === bindingClient && isEnteredByHand(order);
      return binds ? [bindOrder(world, session, order)] : [];
    });
    sendOpenOrders(world, session, mine);
  },

  reqAllOpenOrders({ session, world }) {
    sendOpenOrders(world, session, world.exchange.open());
  },

  reqAutoOpenOrders({ session }, request) {
    if (session.clientId === bindingClient) setAutomaticBinding(session, request.flag('autoBind'));
    else session.sendError(noId, 327, bindingRefused);
  },

  reqCompletedOrders({ session, world }, request) {
    const apiOnly = request.flag('apiOnly');
    for (const order of world.exchange.completed()) {
      if (!(apiOnly && isEnteredByHand(order))) session.send('completedOrder', completedOrderValues(order, world));
    }
    session.send('completedOrdersEnd', {});
  },

  reqExecutions: answerExecutions,
};
