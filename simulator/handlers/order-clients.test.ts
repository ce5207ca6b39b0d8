import { type Contract, EventName, type Order, OrderAction, type OrderState, TimeInForce } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair, TestClient } from '../../test/support/simulator/client.ts';
import {
  aapl,
  aaplConId,
  answerTo,
  lastOrder,
  market,
  msft,
  place,
  reaches,
  resting,
} from '../../test/support/simulator/order-client.ts';
import { sampleOrder } from '../../test/support/simulator/sample-order.ts';

let pair: Pair;
let others: TestClient[];
beforeEach(async () => {
  others = [];
  pair = await gatewayWithClient({ masterClientId: 9 });
});
afterEach(async () => {
  for (const client of [pair.client, ...others]) {
    expect(client.errors().filter(({ code }) => code === 505)).toEqual([]);
  }
  for (const client of others) client.disconnect();
  await pair.close();
});

async function another(clientId: number): Promise<TestClient> {
  const client = await TestClient.ready(pair.gateway.port, clientId);
  others.push(client);
  return client;
}

describe('several clients', () => {
  it('have ids and orders of their own; the master client sees all of them', async () => {
    const { client } = pair;
    const [second, master] = [await another(2), await another(9)];
    await place(client, 1, resting);
    await place(second, 1, { ...resting, orderRef: 'second' });
    expect(lastOrder(client, 1).order.orderRef).not.toBe('second');
    expect(second.all(EventName.openOrder).every(([, , order]) => (order as Order).clientId === 2)).toBe(true);
    const seen = () => new Set(master.all(EventName.openOrder).map(([, , order]) => (order as Order).clientId));
    await master.until(EventName.openOrder, () => seen().size === 2);
    for (const [who, ask, count] of [
      [client, 'reqOpenOrders', 1],
      [client, 'reqAllOpenOrders', 2],
      [master, 'reqOpenOrders', 0],
    ] as const) {
      const list = await answerTo(who, () => who.api[ask](), EventName.openOrderEnd);
      expect(list.filter(({ name }) => name === EventName.openOrder)).toHaveLength(count);
    }
  });

  it('cannot cancel what is not theirs, except all at once', async () => {
    const { client } = pair;
    const second = await another(2);
    await place(client, 4, resting);
    second.api.cancelOrder(4);
    expect(await second.error(4)).toMatchObject({ code: 10147 });
    second.api.reqGlobalCancel();
    await reaches(client, 4, 'Cancelled');
  });

  it('only client 0 can have orders bound that were entered by hand', async () => {
    const { client } = pair;
    client.api.reqAutoOpenOrders(true);
    await client.until(EventName.info, (_, code) => code === 327);
  });
});

describe('an order entered by hand', () => {
  it('is bound to client 0, which can change and cancel it; others see it without an id', async () => {
    const { client, gateway } = pair;
    const zero = await another(0);
    zero.api.reqAutoOpenOrders(true);
    zero.api.reqCurrentTime();
    await zero.until(EventName.currentTime);
    const { exchange } = gateway.world;
    const instrument = gateway.world.catalogue.byConId(aaplConId, gateway.world.today());
    if (!instrument) throw new Error('the listings have changed');
    const legs = [{ instrument, ratio: 1, side: 'BUY', exchange: 'SMART' }] as const;
    const byHand = exchange.scripts.enterByHand({
      ...sampleOrder().terms,
      legs,
      account: 'DU1234567',
      limitPrice: 200,
    });
    const bound = await zero.until(EventName.orderBound);
    expect(bound).toEqual([byHand.permId, 0, -1]);
    expect(lastOrder(zero, -1).order).toMatchObject({ permId: byHand.permId, clientId: 0, lmtPrice: 200 });
    zero.api.placeOrder(-1, aapl, { ...resting, lmtPrice: 201, totalQuantity: 100 });
    await zero.until(EventName.openOrder, (_, __, order) => (order as Order).lmtPrice === 201);
    zero.api.cancelOrder(-1);
    await reaches(zero, -1, 'Cancelled');
    expect(client.all(EventName.openOrder)).toEqual([]);

    exchange.scripts.enterByHand({ ...sampleOrder().terms, legs, account: 'DU1234567', limitPrice: 190 });
    zero.api.reqAutoOpenOrders(false);
    zero.api.reqIds();
    await zero.until(EventName.nextValidId, () => zero.all(EventName.nextValidId).length === 2);
    expect(zero.all(EventName.nextValidId)).toEqual([[1], [1]]);
    exchange.scripts.enterByHand({ ...sampleOrder().terms, legs, account: 'DU1234567', limitPrice: 180 });
    const list = await answerTo(client, () => client.api.reqAllOpenOrders(), EventName.openOrderEnd);
    const seen = list.filter(({ name }) => name === EventName.openOrder).map(({ args }) => args[0]);
    expect(seen).toEqual([-2, 0]);
  });
});

describe('a client that comes back', () => {
  it('hears of its open orders before anything else, and goes on counting', async () => {
    const { client, gateway } = pair;
    await place(client, 1, { ...resting, tif: TimeInForce.GTC });
    client.disconnect();
    await client.until(EventName.disconnected);
    const again = await TestClient.ready(gateway.port, 1);
    others.push(again);
    const names = again.events.map(({ name }) => name);
    const bootstrap = ['openOrder', 'orderStatus', 'openOrderEnd', 'managedAccounts', 'nextValidId'];
    expect(names.filter((name) => bootstrap.includes(name))).toEqual(bootstrap);
    expect(again.all(EventName.nextValidId)).toEqual([[2]]);
  });

  it('is given the next id above the last one it has used', async () => {
    const { client } = pair;
    await place(client, 41, resting);
    client.api.reqIds();
    await client.until(EventName.nextValidId, (id) => id === 42);
  });
});

describe('lists', () => {
  it('executions pass a filter, each with its commission, and end', async () => {
    const { client } = pair;
    await place(client, 1, market);
    await place(client, 2, { ...market, action: OrderAction.SELL, totalQuantity: 5 }, msft);
    await client.until(EventName.commissionReport, () => client.all(EventName.commissionReport).length === 2);
    const ask = async (reqId: number, filter: Record<string, unknown>): Promise<string[]> => {
      client.api.reqExecutions(reqId, filter);
      await client.until(EventName.execDetailsEnd, (id) => id === reqId);
      const rows = client.all(EventName.execDetails).filter(([id]) => id === reqId);
      return rows.map(([, contract]) => String((contract as Contract).symbol));
    };
    expect(await ask(101, {})).toEqual(['AAPL', 'MSFT']);
    expect(await ask(102, { symbol: 'MSFT' })).toEqual(['MSFT']);
    expect(await ask(103, { side: 'BUY' })).toEqual(['AAPL']);
    expect(await ask(104, { clientId: 5 })).toEqual([]);
    expect(await ask(105, { clientId: 1, secType: 'STK', acctCode: 'DU1234567' })).toEqual(['AAPL', 'MSFT']);
    expect(await ask(106, { time: '20261120-23:59:59' })).toEqual([]);
    expect(await ask(107, { time: '20261120 11:00:00' })).toEqual(['AAPL', 'MSFT']);
    expect(client.all(EventName.commissionReport).length).toBe(2 + 2 + 1 + 1 + 2 + 2);
    client.api.reqExecutions(108, { time: 'soon' });
    expect((await client.error(108)).code).toBe(10314);
  });

  it('completed orders say how they ended', async () => {
    const { client } = pair;
    await place(client, 1, market);
    await place(client, 2, resting);
    client.api.cancelOrder(2);
    await reaches(client, 2, 'Cancelled');
    const list = await answerTo(client, () => client.api.reqCompletedOrders(true), EventName.completedOrdersEnd);
    const ends = list
      .filter(({ name }) => name === EventName.completedOrder)
      .map(({ args }) => (args[2] as OrderState).completedStatus);
    expect(ends).toHaveLength(2);
    expect(ends[0]).toMatch(/^Filled Size: 10$/);
    expect(ends[1]).toMatch(/^Cancelled/);
  });
});
