import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Simulator, startSimulator } from '../../../simulator/index.ts';
import { silent } from '../../../test/support/connection.ts';
import { openMarket } from '../../../test/support/relay.ts';
import type { ActingMessage } from '../connection/faces.ts';
import { createGateway, type Gateway } from '../index.ts';
import type { GatewayMessage, GatewayNews } from './news.ts';
import { OrderSender, type TradingConnection } from './trading-connection.ts';

let sim: Simulator;
let gateway: Gateway;
let trading: TradingConnection;
let news: GatewayNews[];

beforeEach(async () => {
  sim = await startSimulator({ clock: openMarket });
  connect();
});

afterEach(async () => {
  gateway.stop();
  await sim.close();
});

function connect(clientId = 7): void {
  news = [];
  gateway = createGateway(
    { host: '127.0.0.1', port: sim.port, clientId, trading: 'paper', reconnectMinMs: 30, reconnectMaxMs: 200 },
    silent,
  );
  trading = gateway.orders.takeTrading();
  trading.onNews((each) => news.push(each));
  gateway.start();
}

const types = () => news.map(({ type }) => type);
type Heard<Type extends GatewayNews['type']> = Extract<GatewayNews, { type: Type }>;
const heard = <Type extends GatewayNews['type']>(type: Type) =>
  news.filter((each) => each.type === type) as Heard<Type>[];
const begun = () => vi.waitFor(() => expect(types()).toContain('session'), { interval: 5 });
const session = () => heard('session').at(-1)?.session ?? '';
const seen = (name: string) => sim.received.filter((request) => request.name === name);

const contract = {
  conId: 265598,
  secType: 'STK',
  symbol: 'AAPL',
  exchange: 'SMART',
  currency: 'USD',
  name: 'AAPL',
};
const resting = (orderId: number): GatewayMessage => ({
  type: 'place',
  orderId,
  parentId: 0,
  transmit: true,
  contract,
  terms: {
    account: heard('session')[0]?.accounts[0] ?? '',
    side: 'BUY',
    quantity: '10',
    type: 'LMT',
    limitPrice: '1',
    tif: 'GTC',
    outsideRth: false,
  },
  orderRef: `irm.home.${orderId}`,
});
const soon = () => true;
const nextId = () => heard('session')[0]?.nextOrderId ?? 0;

describe('what the trading desk hears', () => {
  it('is given once, and only where something may be traded', () => {
    expect(() => gateway.orders.takeTrading()).toThrow('handed out before');
    const reading = createGateway({ host: '127.0.0.1', port: sim.port, clientId: 8 }, silent);
    expect(() => reading.orders.takeTrading()).toThrow('for reading only');
  });

  it('begins with the session, its id and accounts, and what became of an order that was sent', async () => {
    await begun();
    expect(news[0]).toMatchObject({ type: 'session', clientId: 7, nextOrderId: expect.any(Number) });
    expect(heard('session')[0]?.accounts.length).toBeGreaterThan(0);
    const id = nextId();
    const outcome = await trading.send({ session: session(), messages: [resting(id)], mayLeave: soon });
    expect(outcome).toEqual({ handedOver: true });
    await vi.waitFor(() => expect(heard('open-order')).not.toEqual([]));
    expect(heard('open-order')[0]?.order).toMatchObject({ orderId: id, clientId: 7, orderRef: `irm.home.${id}` });
    await vi.waitFor(() => expect(heard('order-status')).not.toEqual([]));
    expect(heard('order-status')[0]).toMatchObject({ order: { orderId: id }, filled: '0', remaining: '10' });
    await trading.send({ session: session(), messages: [{ type: 'cancel', orderId: id }] });
    await vi.waitFor(() => expect(heard('order-error')).toMatchObject([{ orderId: id, code: 202 }]));
  });

  it('has a new name for each session, told before what the gateway pushes on it', async () => {
    await begun();
    await trading.send({ session: session(), messages: [resting(nextId())], mayLeave: soon });
    await vi.waitFor(() => expect(heard('open-order')).not.toEqual([]));
    trading.reconnect();
    await vi.waitFor(() => expect(heard('session')).toHaveLength(2));
    const [first, second] = heard('session');
    expect(first?.session).not.toBe(second?.session);
    expect(types().indexOf('session-lost')).toBeLessThan(types().lastIndexOf('session'));
  });

  it('tells an outage that heals by itself, and one into which a connection comes up', async () => {
    await begun();
    sim.sendSystemMessage(2110, 'Connectivity between TWS and server is broken. It will be restored automatically.');
    await vi.waitFor(() => expect(heard('upstream')).toMatchObject([{ up: false }]));
    sim.sendSystemMessage(2104, 'Market data farm connection is OK:usfarm');
    await vi.waitFor(() => expect(heard('upstream')).toMatchObject([{ up: false }, { up: true }]));
    sim.connectivity.lose();
    news.length = 0;
    trading.reconnect();
    await vi.waitFor(() => expect(heard('upstream')).toMatchObject([{ up: false }]));
    expect(types().lastIndexOf('session')).toBeLessThan(types().indexOf('upstream'));
    sim.connectivity.restore({ dataLost: false });
    await vi.waitFor(() => expect(heard('upstream').at(-1)).toMatchObject({ up: true }));
  });

  it('tells an outage, its end, and a port that nobody listens at', async () => {
    await begun();
    sim.sendSystemMessage(1100, 'Connectivity between IB and TWS has been lost.');
    await vi.waitFor(() => expect(heard('upstream')).toMatchObject([{ up: false }]));
    sim.sendSystemMessage(1102, 'Connectivity between IB and TWS has been restored.');
    await vi.waitFor(() => expect(heard('upstream')).toMatchObject([{ up: false }, { up: true }]));
    const before = heard('heartbeat').length;
    gateway.askTime();
    await vi.waitFor(() => expect(heard('heartbeat').length).toBeGreaterThan(before));
    await sim.close();
    await vi.waitFor(() => expect(types()).toContain('port-refused'));
    expect(types().indexOf('session-lost')).toBeLessThan(types().indexOf('port-refused'));
  });
});

describe('what is sent', () => {
  const refuses = async (batch: Partial<Parameters<TradingConnection['send']>[0]>) => {
    const outcome = await trading.send({ session: session(), messages: [resting(nextId())], mayLeave: soon, ...batch });
    expect(outcome).toEqual({ handedOver: false, why: expect.any(String) });
    expect(seen('placeOrder')).toEqual([]);
  };

  it('never leaves too late, on another session, half, or without a connection', async () => {
    await begun();
    await refuses({ mayLeave: () => false });
    await refuses({ session: 'another' });
    const [first] = [resting(nextId())];
    await refuses({
      messages: [first as GatewayMessage, { ...resting(nextId() + 1), orderRef: 'é' } as GatewayMessage],
    });
    gateway.stop();
    await refuses({});
  });

  it('waits for an empty socket, as long as it may', async () => {
    let unsent = 10;
    let asked = 0;
    const written: unknown[] = [];
    const acting = {
      unsentBytes: () => unsent,
      serverVersion: () => 193,
      nextOrderId: () => 1,
      reconnect: () => undefined,
      act: async (messages: readonly ActingMessage[], _signal?: AbortSignal, check?: () => void) => {
        check?.();
        written.push(messages);
      },
    };
    const sender = new OrderSender(acting, () => 's');
    const batch = { session: 's', messages: [resting(1)] };
    expect(await sender.send({ ...batch, mayLeave: () => asked++ < 3 })).toMatchObject({
      handedOver: false,
    });
    expect(written).toEqual([]);
    setTimeout(() => {
      unsent = 0;
    }, 30);
    expect(await sender.send({ ...batch, mayLeave: soon })).toEqual({ handedOver: true });
    expect(written).toHaveLength(1);
    unsent = 10;
    // A cancel waits for nothing.
    expect(await sender.send({ session: 's', messages: [{ type: 'cancel', orderId: 1 }] })).toEqual({
      handedOver: true,
    });
  });
});

describe('a look', () => {
  it('gives open and completed orders and executions of all clients, and no what-if', async () => {
    await begun();
    const id = nextId();
    await trading.send({ session: session(), messages: [resting(id)], mayLeave: soon });
    await vi.waitFor(() => expect(heard('open-order')).not.toEqual([]));
    const found = await trading.look(2_000);
    expect(found.open.map(({ orderId, clientId }) => [orderId, clientId])).toContainEqual([id, 7]);
    await trading.send({ session: session(), messages: [{ type: 'cancel', orderId: id }] });
    await vi.waitFor(() => expect(heard('order-error')).not.toEqual([]));
    const after = await trading.look(2_000);
    expect(after.open.map(({ orderId }) => orderId)).not.toContain(id);
    expect(after.completed).toContainEqual(expect.objectContaining({ orderRef: `irm.home.${id}` }));
    expect(seen('reqCompletedOrders')[0]?.fields).toMatchObject({ apiOnly: '0' });
  });

  it('waits for no end of a list that was asked for on a connection that is gone', async () => {
    await begun();
    sim.addRule({ on: 'in', do: 'ignore', message: 'reqAllOpenOrders' });
    const lost = expect(trading.look(5_000)).rejects.toThrow();
    await vi.waitFor(() => expect(seen('reqAllOpenOrders')).not.toHaveLength(0), { interval: 5 });
    trading.reconnect();
    await lost;
    await vi.waitFor(() => expect(gateway.ready).toBe(true), { interval: 5 });
    await expect(trading.look(2_000)).resolves.toMatchObject({ open: [] });
  });

  it('ends in time, and the late end of its list is not that of the next', async () => {
    await begun();
    sim.addRule({ on: 'in', do: 'delay', message: 'reqAllOpenOrders', ms: 150, times: 2 });
    await expect(trading.look(50)).rejects.toThrow('did not answer');
    const id = nextId();
    await trading.send({ session: session(), messages: [resting(id)], mayLeave: soon });
    const found = await trading.look(3_000);
    expect(found.open.filter(({ orderId }) => orderId === id)).toHaveLength(1);
  });
});
