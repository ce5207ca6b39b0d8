import { setTimeout as sleep } from 'node:timers/promises';
import { EventName, type Order, OrderType } from '@stoqey/ib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gatewayWithClient, type Pair, TestClient } from '../test/support/simulator/client.ts';
import {
  aapl,
  answerTo,
  lastOrder,
  market,
  msft,
  place,
  reaches,
  resting,
} from '../test/support/simulator/order-client.ts';
import { perform } from './actions/actions.ts';

/** What a gateway does to orders of its own accord, seen by clients over TCP. */

let pair: Pair;
let others: TestClient[] = [];
beforeEach(async () => {
  pair = await gatewayWithClient();
});
afterEach(async () => {
  for (const other of others) other.api.disconnect();
  others = [];
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

const named = (orderRef: string, order: Order = resting): Order => ({ ...order, orderRef });
const act = (name: Parameters<typeof perform>[1], parameters?: unknown) => perform(pair.gateway, name, parameters);
const refs = () => pair.gateway.ledger().map(({ orderRef }) => orderRef);

async function another(clientId = 1): Promise<TestClient> {
  const client = await TestClient.ready(pair.gateway.port, clientId);
  others.push(client);
  return client;
}

/** Everything that was sent before has been taken up. */
async function settled(client: TestClient): Promise<void> {
  const before = client.all(EventName.currentTime).length;
  client.api.reqCurrentTime();
  await client.until(EventName.currentTime, () => client.all(EventName.currentTime).length > before);
}

it('takes an id again for a new order once it has forgotten its ids', async () => {
  const { client, gateway } = pair;
  await place(client, 1, named('first'));
  client.api.placeOrder(1, aapl, named('change', { ...resting, lmtPrice: 21 }));
  await client.until(EventName.openOrder, (_, __, order) => (order as Order).lmtPrice === 21);
  expect(refs()).toEqual(['first']);
  await act('forget-order-ids');
  client.api.placeOrder(1, aapl, named('second'));
  await client.until(EventName.openOrder, (_, __, order) => (order as Order).orderRef === 'second');
  expect(gateway.ledger()).toMatchObject([
    { orderId: 1, orderRef: 'first', fields: { lmtPrice: '20' } },
    { orderId: 1, orderRef: 'second', clientId: 1, transmitted: true },
  ]);
  expect(gateway.world.exchange.open()).toHaveLength(2);
});

it('makes a second order of one change, and changes again after it', async () => {
  const { client, gateway } = pair;
  await place(client, 1, named('leg'));
  await act('fork-next-change');
  client.api.placeOrder(1, aapl, named('leg', { ...resting, lmtPrice: 21 }));
  await client.until(EventName.openOrder, (_, __, order) => (order as Order).lmtPrice === 21);
  const ids = gateway.ledger().map(({ permId }) => permId);
  expect(new Set(ids).size).toBe(2);
  expect(gateway.world.exchange.open().map(({ terms }) => terms.limitPrice)).toEqual([20, 21]);
});

it('lets one order wait in a window, drops those behind it, and sends it once it is answered', async () => {
  const { client } = pair;
  await act('open-window');
  client.api.placeOrder(1, aapl, named('waits'));
  client.api.placeOrder(2, msft, named('dropped'));
  client.api.cancelOrder(2);
  await settled(client);
  expect(refs()).toEqual([]);
  expect(client.all(EventName.openOrder)).toEqual([]);
  expect((await client.error(2)).code).toBe(10_147);
  await act('answer-window');
  await reaches(client, 1, 'Submitted');
  expect(refs()).toEqual(['waits']);
});

it('forgets what waits in a window, and untransmitted legs, when it goes down', async () => {
  const { client, gateway } = pair;
  client.api.placeOrder(1, aapl, named('entry', { ...resting, transmit: false }));
  await settled(client);
  await act('open-window');
  client.api.placeOrder(2, msft, named('waits'));
  await settled(client);
  expect(gateway.ledger()).toMatchObject([{ orderRef: 'entry', transmitted: false }]);
  client.api.disconnect();
  const back = await another();
  // A break of the connection alone loses nothing.
  expect(gateway.world.exchange.open()).toHaveLength(1);
  back.api.disconnect();
  await gateway.restart({ downMs: 1 });
  await act('answer-window');
  const last = await another();
  last.api.cancelOrder(1);
  expect((await last.error(1)).code).toBe(10_147);
  expect(gateway.world.exchange.open()).toEqual([]);
});

it('keeps an untransmitted leg over a break, and sends it with the leg that follows', async () => {
  const { client, gateway } = pair;
  client.api.placeOrder(1, aapl, named('entry', { ...resting, transmit: false }));
  await settled(client);
  client.api.disconnect();
  const back = await another();
  const list = await answerTo(back, () => back.api.reqOpenOrders(), EventName.openOrderEnd);
  expect(list.filter(({ name }) => name === EventName.openOrder)).toEqual([]);
  back.api.placeOrder(
    2,
    aapl,
    named('exit', { ...resting, action: 'SELL' as Order['action'], lmtPrice: 900, parentId: 1 }),
  );
  await back.until(EventName.openOrder, (_, __, order) => (order as Order).orderRef === 'exit');
  expect(gateway.ledger()).toMatchObject([{ orderRef: 'entry', transmitted: true }, { orderRef: 'exit' }]);
});

it('takes up what was on the wire of a dead connection after its client has come back', async () => {
  const { client, gateway } = pair;
  gateway.addRule({ on: 'in', message: 'placeOrder', do: 'arriveLate', ms: 300 });
  client.api.placeOrder(1, aapl, named('late'));
  await client.until(EventName.disconnected);
  const back = await another();
  expect(refs()).toEqual([]);
  await reaches(back, 1, 'Submitted');
  expect(refs()).toEqual(['late']);
});

it('changes orders by presets, and refuses those above a precaution', async () => {
  const { client } = pair;
  await act('set-order-faults', { presetTif: 'GTC', sizeLimit: 50 });
  await place(client, 1, named('day', { ...resting, tif: 'DAY' as Order['tif'] }));
  expect((await client.error(1)).code).toBe(10_349);
  expect(lastOrder(client, 1).order.tif).toBe('GTC');
  client.api.placeOrder(2, aapl, named('large', { ...resting, totalQuantity: 51 }));
  expect((await client.error(2)).code).toBe(383);
  expect(refs()).toEqual(['day']);
});

it('tells of changes on the phone', async () => {
  const { client } = pair;
  await place(client, 1, resting);
  await act('edit-order', { limitPrice: 22, quantity: 5 });
  const [, , order] = await client.until(EventName.openOrder, (_, __, one) => (one as Order).lmtPrice === 22);
  expect(order).toMatchObject({ totalQuantity: 5 });
  await act('cancel-order');
  expect((await client.error(1)).code).toBe(202);
});

it('lets another client cancel only where that is set', async () => {
  const { client } = pair;
  const other = await another(2);
  await place(client, 7, resting);
  other.api.cancelOrder(7);
  expect((await other.error(7)).code).toBe(10_147);
  await act('set-order-faults', { anyClientCancels: true });
  other.api.cancelOrder(7);
  await reaches(client, 7, 'Cancelled');
});

it('holds an order back as Inactive without answering its cancel, and lets it live again', async () => {
  const { client } = pair;
  await place(client, 1, resting);
  await act('set-inactive');
  await reaches(client, 1, 'Inactive');
  client.api.cancelOrder(1);
  await settled(client);
  expect(client.errors()).toEqual([]);
  await act('set-inactive', { on: false });
  await client.until(EventName.orderStatus, () => client.all(EventName.orderStatus).at(-1)?.[1] === 'Submitted');
});

it('tells perm ids late, and fills fields in itself', async () => {
  const { client } = pair;
  await act('set-order-faults', { permIdLater: true, fillsFields: true });
  await place(client, 1, { ...resting, orderType: OrderType.TRAIL, auxPrice: 50, lmtPrice: 0 });
  await client.until(EventName.orderStatus, (...args) => Number(args[5]) > 0);
  expect(client.all(EventName.openOrder)[0]?.[2]).toMatchObject({ permId: 0 });
  expect(client.all(EventName.orderStatus)[0]?.[5]).toBe(0);
  expect(lastOrder(client, 1).order.lmtPrice).toBeGreaterThan(0);
  await place(client, 2, { ...market, cashQty: 1_000, totalQuantity: 0 });
  expect(lastOrder(client, 2).order.totalQuantity).toBeGreaterThan(0);
});

it('sends what came during 1100 afterwards, also for a client that has gone', async () => {
  const { client, gateway } = pair;
  await act('set-order-faults', { keepsWhileLost: true });
  await act('lose-connection');
  client.api.placeOrder(1, aapl, named('kept'));
  await settled(client);
  client.api.disconnect();
  await sleep(50);
  const back = await another();
  expect(refs()).toEqual([]);
  await act('restore-connection');
  await reaches(back, 1, 'Submitted');
  expect(gateway.ledger()).toMatchObject([{ orderRef: 'kept', clientId: 1 }]);
});

it('forgets what came during 1100 when it goes down itself', async () => {
  const { client, gateway } = pair;
  await act('set-order-faults', { keepsWhileLost: true });
  await act('lose-connection');
  client.api.placeOrder(1, aapl, named('kept'));
  await settled(client);
  await gateway.restart({ downMs: 0 });
  const back = await another();
  await act('restore-connection');
  await settled(back);
  expect(refs()).toEqual([]);
});
