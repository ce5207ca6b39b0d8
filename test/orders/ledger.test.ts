import { EventName, type Order, OrderAction, OrderType, SecType } from '@stoqey/ib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../scripts/processes.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { clockFrom, fridayNoon, TestClient } from '../support/simulator/client.ts';
import { faults } from './faults.ts';
import { Ledger } from './ledger.ts';
import { plan } from './plan.ts';

let simulator: Simulator;
let client: TestClient;
let ledger: Ledger;
let nextId: number;

beforeAll(async () => {
  simulator = await startSimulator({ clock: clockFrom(fridayNoon), accounts: ['DU1'], tickIntervalMs: 20 });
  ledger = new Ledger(simulator, 7);
  client = await TestClient.ready(simulator.port, 7);
  [nextId] = (await client.until(EventName.nextValidId)) as [number];
});
afterAll(async () => {
  client.api.disconnect();
  await simulator.close();
});

const stock = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const order = (ticket: string, leg: string, more: Partial<Order> = {}): Order => ({
  account: 'DU1',
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 5,
  lmtPrice: 10,
  tif: 'DAY',
  transmit: true,
  orderRef: `irm.r.${ticket}.${leg}`,
  ...more,
});
const place = (id: number, what: Order): number => {
  client.api.placeOrder(id, stock, what);
  return id;
};
const receipts = (ticket: string) =>
  ledger.read().received.filter(({ reference }) => reference.startsWith(`irm.r.${ticket}.`)).length;

test('an order, its change and its fills are written down; what was only tried is not', async () => {
  const id = place(nextId++, order('a', 'e'));
  place(nextId++, order('b', 'e', { whatIf: true }));
  await eventually('the order', async () => ledger.of('a').length === 1);
  place(id, order('a', 'e', { lmtPrice: 11 }));
  await eventually('its change', async () => ledger.of('a')[0]?.changes.length === 1);
  const [permId = 0] = ledger.of('a').map((one) => one.permId);
  simulator.world.exchange.scripts.fill(permId, simulator.world.exchange.find(permId)?.remaining as never, 11);
  expect(ledger.of('a')).toMatchObject([
    {
      clientId: 7,
      orderId: id,
      terms: { account: 'DU1', symbol: 'AAPL', side: 'BUY', quantity: 5, type: 'LMT', limitPrice: 10, tif: 'DAY' },
      changes: [{ terms: { limitPrice: 11 } }],
      fills: [{ quantity: 5, price: 11 }],
      status: 'Filled',
      endedAt: expect.any(Number),
    },
  ]);
  expect([receipts('a'), receipts('b'), ledger.of('b')]).toEqual([2, 0, []]);
});

test('what the gateway swallows, or keeps untransmitted, was received and is at no exchange', async () => {
  simulator.addRule({ on: 'in', message: 'placeOrder', do: 'ignore' });
  place(nextId++, order('c', 'e'));
  place(nextId++, order('d', 'e', { transmit: false }));
  await eventually('both', async () => receipts('c') === 1 && receipts('d') === 1);
  simulator.heal();
  ledger.listen();
  place(nextId++, order('e', 'e'));
  await eventually('the next', async () => ledger.of('e').length === 1);
  expect([...ledger.of('c'), ...ledger.of('d')]).toEqual([]);
  expect(ledger.silent(['c', 'd', 'e', 'f'])).toEqual(['c', 'd']);
  expect(receipts('e')).toBe(1);
  expect(ledger.keptSilentOnChange('e')).toBe(false);
  simulator.addRule({ on: 'in', message: 'placeOrder', do: 'ignore' });
  place(nextId - 1, order('e', 'e', { lmtPrice: 11 }));
  await eventually('its change', async () => receipts('e') === 2);
  expect(ledger.keptSilentOnChange('e')).toBe(true);
});

test('a seed gives the same plan each time, and plans reach every fault and manner', () => {
  expect(plan(7)).toEqual(plan(7));
  const plans = Array.from({ length: faults.length + 1 }, (_, seed) => plan(seed));
  expect(new Set(plans.map(({ fault }) => fault)).size).toBe(faults.length + 1);
  expect(new Set(plans.flatMap(({ orders }) => orders.map(({ manner }) => manner))).size).toBe(4);
});
