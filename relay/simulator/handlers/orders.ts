import type { Handlers } from './handler.ts';

const READ_ONLY = "Error validating request.-'bN' : cause - The API interface is currently in Read-Only mode.";

/** Orders are not taken; the lists of orders and executions are empty. */
export const orderHandlers: Handlers = {
  placeOrder({ session }, request) {
    session.sendError(request.int('orderId'), 321, READ_ONLY);
  },

  cancelOrder({ session }, request) {
    session.sendError(request.int('orderId'), 321, READ_ONLY);
  },

  reqGlobalCancel({ session }) {
    session.sendError(-1, 321, READ_ONLY);
  },

  reqOpenOrders({ session }) {
    session.send('openOrderEnd', {});
  },

  reqAllOpenOrders({ session }) {
    session.send('openOrderEnd', {});
  },

  reqCompletedOrders({ session }) {
    session.send('completedOrdersEnd', {});
  },

  reqExecutions({ session }, request) {
    session.send('executionDetailsEnd', { reqId: request.int('reqId') });
  },
};
