import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { sampleExecution, sampleInstant, sampleOrder } from '../../test/support/simulator/sample-order.ts';
import type { Exchange, ExchangeEvent, Order, OrderOwner } from '../exchange/model.ts';
import type { Row } from '../protocol/fields.ts';
import { Request } from '../protocol/requests.ts';
import type { ClientSession } from '../session/client-session.ts';
import { silent } from '../world/logger.ts';
import { createWorld, type World } from '../world/world.ts';
import type { Context } from './handler.ts';
import { announceOpenOrders, attachOrderFeed } from './order-feed.ts';
import { orderHandlers } from './orders.ts';

interface Sent extends Row {
  readonly message: string;
}

/** A started client that remembers what it is sent. */
interface Listener {
  readonly session: ClientSession;
  readonly sent: Sent[];
  names(): string[];
}

function listener(clientId: number): Listener {
  const sent: Sent[] = [];
  const session = {
    clientId,
    send: (message: string, values: Row) => void sent.push({ message, ...values }),
    sendError: (reqId: number, code: number) => void sent.push({ message: 'error', reqId, code }),
  };
  return { session: session as unknown as ClientSession, sent, names: () => sent.map(({ message }) => message) };
}

/** A world whose exchange does only what a test says. */
function worldWith(clients: readonly Listener[], masterClientId?: number) {
  let orders: Order[] = [];
  let emit: (event: ExchangeEvent) => void = () => {};
  const exchange: Partial<Exchange> = {
    onEvent: (listen) => {
      emit = listen;
    },
    open: () => orders,
    completed: () => [],
    find: (permId) => orders.find((order) => order.permId === permId),
    bind: (permId: number, owner: OrderOwner) => {
      orders = orders.map((order) => (order.permId === permId ? { ...order, owner } : order));
    },
  };
  const real = createWorld({ seed: 1, accounts: ['DU1'], clock: () => new Date(sampleInstant), enforcePacing: false });
  const world: World = { ...real, accounts: real.accounts, exchange: exchange as Exchange, masterClientId };
  attachOrderFeed(world, () => clients.map(({ session }) => session));
  return {
    world,
    emit: (event: ExchangeEvent) => emit(event),
    put: (order: Order) => {
      orders = [...orders, order];
      emit({ type: 'order', order });
    },
    context: ({ session }: Listener): Context => ({
      session,
      world,
      log: silent,
      sessions: () => clients.map((client) => client.session),
      sendNextValidId: () => {},
      subscribe: () => {},
    }),
  };
}

const order = sampleOrder();
const byHand: Order = { ...order, permId: 5, owner: { clientId: -1, orderId: 0 } };

describe('the order feed', () => {
  it('tells an order to its owner and to the master client, and to nobody else', () => {
    const [owner, other, master, zero] = [listener(7), listener(8), listener(9), listener(0)] as const;
    const { put } = worldWith([owner, other, master, zero], 9);
    put(order);
    expect(owner.names()).toEqual(['openOrder', 'orderStatus']);
    expect(master.sent).toEqual(owner.sent);
    expect(owner.sent[1]).toMatchObject({ orderId: 12, clientId: 7, status: 'Submitted', remaining: '100' });
    expect([...other.sent, ...zero.sent]).toEqual([]);
  });

  it.each(['PendingCancel', 'Cancelled', 'ApiCancelled'] as const)(
    'tells only the status of an order that is %s',
    (status) => {
      const owner = listener(7);
      worldWith([owner]).emit({ type: 'order', order: { ...order, status } });
      expect(owner.sent).toMatchObject([{ message: 'orderStatus', status }]);
    },
  );

  it('tells an execution under no request, in the time of the exchange', () => {
    const owner = listener(7);
    worldWith([owner]).emit({ type: 'execution', order, execution: sampleExecution(order) });
    expect(owner.sent).toMatchObject([
      {
        message: 'executionDetails',
        reqId: -1,
        orderId: 12,
        side: 'BOT',
        quantity: '100',
        exchange: 'NASDAQ',
        time: '20261120 12:00:00 US/Eastern',
      },
    ]);
  });

  it('repeats a filled order with its commission before the commission is reported', () => {
    const owner = listener(7);
    const filled: Order = { ...order, status: 'Filled', commission: new Decimal('1.0003') };
    const { emit } = worldWith([owner]);
    emit({ type: 'commission', order: filled, execution: sampleExecution(filled) });
    expect(owner.names()).toEqual(['openOrder', 'orderStatus', 'commissionReport']);
    expect(owner.sent[0]).toMatchObject({ commission: '1.0003', commissionCurrency: 'USD' });
    expect(owner.sent[2]).toMatchObject({ commission: '1.0003', realizedPnl: undefined });
  });

  it('reports the commission of a part alone', () => {
    const owner = listener(7);
    const execution = sampleExecution(order, { realizedPnl: new Decimal('-2.5') });
    worldWith([owner]).emit({ type: 'commission', order, execution });
    expect(owner.sent).toMatchObject([{ message: 'commissionReport', realizedPnl: new Decimal('-2.5') }]);
  });

  it('tells errors and warnings to the owner alone, with what the server adds to a rejection', () => {
    const [owner, master] = [listener(7), listener(9)] as const;
    const { emit } = worldWith([owner, master], 9);
    const about = { owner: order.owner, code: 201, text: 'Order rejected - reason:no' };
    emit({ type: 'error', ...about, advancedRejectJson: '{"8229":"IBDBUYTX"}' });
    emit({ type: 'warning', ...about, code: 399 });
    expect(owner.sent).toMatchObject([
      { message: 'error', reqId: 12, code: 201, advancedOrderRejectJson: '{"8229":"IBDBUYTX"}' },
      { message: 'error', reqId: 12, code: 399 },
    ]);
    expect(master.sent).toEqual([]);
  });

  it('is silent about an order that its client has not transmitted', () => {
    const owner = listener(7);
    const { put, context } = worldWith([owner]);
    put({ ...order, status: 'ApiPending' });
    announceOpenOrders(context(owner));
    expect(owner.sent).toEqual([]);
    orderHandlers.reqAllOpenOrders?.(context(owner), new Request('reqAllOpenOrders', { values: {}, rows: {} }));
    expect(owner.names()).toEqual(['openOrderEnd']);
  });

  it('announces the open orders of a client that comes back, and nothing to one without', () => {
    const [owner, other] = [listener(7), listener(8)] as const;
    const { put, context } = worldWith([]);
    put(order);
    announceOpenOrders(context(owner));
    announceOpenOrders(context(other));
    expect(owner.names()).toEqual(['openOrder', 'orderStatus', 'openOrderEnd']);
    expect(other.sent).toEqual([]);
  });
});

describe('an order entered by hand', () => {
  const autoBind = (on: string) => new Request('reqAutoOpenOrders', { values: { autoBind: on }, rows: {} });

  it('is seen by client 0, without an id', () => {
    const [zero, other] = [listener(0), listener(7)] as const;
    worldWith([zero, other]).put(byHand);
    expect(zero.sent).toMatchObject([{ message: 'openOrder', orderId: 0, clientId: 0 }, { message: 'orderStatus' }]);
    expect(other.sent).toEqual([]);
  });

  it('is bound to client 0 as soon as it appears when client 0 wants that, each under an id of its own', () => {
    const zero = listener(0);
    const { put, context } = worldWith([zero]);
    orderHandlers.reqAutoOpenOrders?.(context(zero), autoBind('1'));
    put(byHand);
    put({ ...byHand, permId: 6 });
    orderHandlers.reqAutoOpenOrders?.(context(zero), autoBind('0'));
    put({ ...byHand, permId: 7 });
    expect(zero.sent.filter(({ message }) => message !== 'orderStatus')).toMatchObject([
      { message: 'orderBound', permId: 5, clientId: 0, orderId: -1 },
      { message: 'openOrder', permId: 5, orderId: -1 },
      { message: 'orderBound', permId: 6, clientId: 0, orderId: -2 },
      { message: 'openOrder', permId: 6, orderId: -2 },
      { message: 'openOrder', permId: 7, orderId: 0 },
    ]);
  });

  it('is bound when client 0 asks for its open orders', () => {
    const [zero, other] = [listener(0), listener(7)] as const;
    const { put, context } = worldWith([]);
    put(byHand);
    put(order);
    const request = new Request('reqOpenOrders', { values: {}, rows: {} });
    orderHandlers.reqOpenOrders?.(context(other), request);
    expect(other.sent).toMatchObject([{ permId: order.permId }, {}, { message: 'openOrderEnd' }]);
    orderHandlers.reqOpenOrders?.(context(zero), request);
    expect(zero.names()).toEqual(['orderBound', 'openOrder', 'orderStatus', 'openOrderEnd']);
  });

  it('cannot be bound to other clients', () => {
    const other = listener(7);
    const { context } = worldWith([]);
    orderHandlers.reqAutoOpenOrders?.(context(other), autoBind('1'));
    expect(other.sent).toMatchObject([{ message: 'error', reqId: -1, code: 327 }]);
  });

  it('is no API order', () => {
    const client = listener(7);
    const { world, context } = worldWith([]);
    const ended: Order = {
      ...order,
      status: 'Cancelled',
      completedAt: sampleInstant,
      completedStatus: 'Cancelled by Trader',
    };
    world.exchange.completed = () => [ended, { ...ended, permId: 5, owner: byHand.owner }];
    for (const apiOnly of ['1', '0']) {
      orderHandlers.reqCompletedOrders?.(
        context(client),
        new Request('reqCompletedOrders', { values: { apiOnly }, rows: {} }),
      );
    }
    expect(client.sent.map(({ message, permId }) => [message, permId])).toEqual([
      ['completedOrder', order.permId],
      ['completedOrdersEnd', undefined],
      ['completedOrder', order.permId],
      ['completedOrder', 5],
      ['completedOrdersEnd', undefined],
    ]);
    expect(client.sent[0]).toMatchObject({
      completedTime: '20261120 12:00:00 US/Eastern',
      completedStatus: 'Cancelled by Trader',
    });
  });
});
