import { setTimeout as sleep } from 'node:timers/promises';
import { type Contract, EventName, type Order, OrderAction, OrderType, SecType, TickByTickDataType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair, TestClient } from '../../test/support/simulator/client.ts';
import type { Simulator, SimulatorOptions } from '../index.ts';

const apple: Contract = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const euro: Contract = { symbol: 'EUR', secType: SecType.CASH, exchange: 'IDEALPRO', currency: 'USD' };
const resting: Order = {
  action: OrderAction.BUY,
  orderType: OrderType.LMT,
  totalQuantity: 1,
  lmtPrice: 1,
  tif: 'GTC',
  transmit: true,
} as Order;

let pair: Pair;
let gateway: Simulator;
let client: TestClient;
const others: TestClient[] = [];

async function start(options: SimulatorOptions = {}): Promise<void> {
  pair = await gatewayWithClient(options);
  ({ gateway, client } = pair);
  await client.until(EventName.info, (_, code) => code === 2158);
}

function joining(clientId: number): TestClient {
  const other = new TestClient(gateway.port, clientId);
  others.push(other);
  return other;
}

async function joined(clientId: number): Promise<TestClient> {
  const other = joining(clientId);
  await other.until(EventName.nextValidId);
  return other;
}

/** Answers of a request that was sent after all others have come by the time this has. */
async function settled(): Promise<void> {
  const before = client.all(EventName.currentTime).length;
  client.api.reqCurrentTime();
  await expect.poll(() => client.all(EventName.currentTime).length).toBeGreaterThan(before);
}

const codes = (from: TestClient): unknown[] => from.all(EventName.info).map(([, code]) => code);
const userInfos = (): unknown[] => client.all(EventName.userInfo).map(([reqId]) => reqId);

beforeEach(() => start());
afterEach(async () => {
  for (const other of others.splice(0)) other.disconnect();
  await pair.close();
});

describe('rules about what the gateway sends', () => {
  it('drop: a message never comes', async () => {
    gateway.addRule({ on: 'out', message: 'userInfo', where: { reqId: 2 }, do: 'drop' });
    for (const reqId of [1, 2, 3]) client.api.reqUserInfo(reqId);
    await settled();
    expect(userInfos()).toEqual([1, 3]);
  });

  it('duplicate: the same message comes again', async () => {
    gateway.addRule({ on: 'out', message: 'userInfo', do: 'duplicate', copies: 2 });
    for (const reqId of [1, 2]) client.api.reqUserInfo(reqId);
    await settled();
    expect(userInfos()).toEqual([1, 1, 1, 2]);
  });

  it('delay: a message comes late, after its subscription was cancelled', async () => {
    gateway.addRule({ on: 'out', message: 'pnl', do: 'delay', ms: 100 });
    client.api.reqPnL(7, 'DU1234567');
    client.api.cancelPnL(7);
    await settled();
    expect(client.all(EventName.pnl)).toEqual([]);
    await client.until(EventName.pnl, (reqId) => reqId === 7);
  });

  it('reorder: others go first; alone it comes after all', async () => {
    gateway.addRule({ on: 'out', message: 'userInfo', do: 'reorder', by: 2 });
    for (const reqId of [1, 2, 3, 4]) client.api.reqUserInfo(reqId);
    await settled();
    expect(userInfos()).toEqual([2, 3, 1, 4]);
    gateway.addRule({ on: 'out', message: 'userInfo', do: 'reorder' });
    client.api.reqUserInfo(5);
    await client.until(EventName.userInfo, (reqId) => reqId === 5);
  });

  it('change: fields have other values', async () => {
    gateway.addRule({ on: 'out', message: 'userInfo', do: 'change', fields: { whiteBrandingId: 'other' } });
    client.api.reqUserInfo(1);
    expect(await client.until(EventName.userInfo)).toEqual([1, 'other']);
  });

  it.each(['truncate', 'extraField', 'unknownId'] as const)(
    '%s: one message cannot be decoded, the next can',
    async (action) => {
      gateway.addRule({ on: 'out', message: 'userInfo', do: action });
      client.api.reqUserInfo(1);
      await client.until(EventName.error, (_, code) => code === 505);
      client.api.reqUserInfo(2);
      await client.until(EventName.userInfo, (reqId) => reqId === 2);
    },
  );

  it.each(['withoutNul', 'wrongLength'] as const)('%s: the stream is out of step from there on', async (action) => {
    gateway.addRule({ on: 'out', message: 'userInfo', do: action });
    client.api.reqUserInfo(1);
    for (const reqId of [2, 3]) client.api.reqUserInfo(reqId);
    await client.until(EventName.error, (_, code) => code !== 300);
  });

  it('oversize: the client waits for bytes that never come, and takes nothing else', async () => {
    gateway.addRule({ on: 'out', message: 'userInfo', do: 'oversize' });
    for (const reqId of [1, 2]) client.api.reqUserInfo(reqId);
    await expect.poll(() => gateway.received.at(-1)?.fields.reqId).toBe('2');
    await sleep(50);
    expect(userInfos()).toEqual([]);
  });

  it.each([0, 3, 9])('disconnect after byte %i: nothing of the message can be used', async (afterByte) => {
    gateway.addRule({ on: 'out', message: 'userInfo', do: 'disconnect', afterByte });
    client.api.reqUserInfo(1);
    await client.until(EventName.disconnected);
    expect(userInfos()).toEqual([]);
    expect(client.errors().filter(({ code }) => code === 505)).toEqual([]);
    await joined(2);
  });

  it('may be about the handshake', async () => {
    gateway.addRule({ on: 'out', message: 'handshake', do: 'disconnect', afterByte: 5 });
    await joining(2).until(EventName.disconnected);
    await joined(3);
  });
});

describe('rules about what the gateway receives', () => {
  it('ignore: received and never answered', async () => {
    gateway.addRule({ on: 'in', message: 'reqUserInfo', nth: 2, do: 'ignore' });
    for (const reqId of [1, 2, 3]) client.api.reqUserInfo(reqId);
    await settled();
    expect(userInfos()).toEqual([1, 3]);
    expect(gateway.received.filter(({ name }) => name === 'reqUserInfo')).toHaveLength(3);
  });

  it('delay, reorder and duplicate: taken up late, after others, or twice', async () => {
    gateway.addRule({ on: 'in', message: 'reqUserInfo', where: { reqId: 1 }, do: 'delay', ms: 100 });
    gateway.addRule({ on: 'in', message: 'reqUserInfo', where: { reqId: 2 }, do: 'reorder' });
    gateway.addRule({ on: 'in', message: 'reqUserInfo', where: { reqId: 4 }, do: 'duplicate' });
    for (const reqId of [1, 2, 3, 4]) client.api.reqUserInfo(reqId);
    await client.until(EventName.userInfo, (reqId) => reqId === 1);
    expect(userInfos()).toEqual([3, 2, 4, 4, 1]);
  });

  it('error: refused as told, under the id of the request', async () => {
    gateway.addRule({ on: 'in', message: 'placeOrder', do: 'error', code: 201, text: 'Order rejected - reason:no' });
    client.api.placeOrder(5, apple, resting);
    expect(await client.error(5)).toMatchObject({ code: 201, text: 'Order rejected - reason:no' });
    expect(gateway.world.exchange.open()).toEqual([]);
  });

  it.each([true, false])('disconnect after byte 3 of an order, acted upon: %s', async (acted) => {
    gateway.addRule({ on: 'in', message: 'placeOrder', do: 'disconnect', afterByte: 3, acted });
    client.api.placeOrder(1, apple, resting);
    await client.until(EventName.disconnected);
    expect(client.all(EventName.openOrder)).toEqual([]);
    expect(gateway.world.exchange.open()).toHaveLength(acted ? 1 : 0);
    const again = await joined(1);
    expect(again.all(EventName.openOrder)).toHaveLength(acted ? 1 : 0);
  });
});

describe('the connection to the broker', () => {
  const quotes = (reqId: number): number => client.all(EventName.tickPrice).filter(([id]) => id === reqId).length;

  it('1100 stops quotes and holds orders back; 1102 lets both go on', async () => {
    client.api.reqMktData(11, apple, '', false, false);
    await expect.poll(() => quotes(11)).toBeGreaterThan(0);
    gateway.connectivity.lose();
    await client.until(EventName.info, (_, code) => code === 1100);
    client.api.placeOrder(1, apple, resting);
    client.api.reqMktData(12, apple, '', false, false);
    await settled();
    expect(gateway.world.exchange.open()).toEqual([]);
    expect(quotes(12)).toBe(0);
    gateway.connectivity.restore({ dataLost: false });
    await client.until(EventName.info, (_, code) => code === 1102);
    await client.until(EventName.openOrder);
    await expect.poll(() => quotes(12)).toBeGreaterThan(0);
    expect(gateway.activeSubscriptions().map(({ reqId }) => reqId)).toEqual([11, 12]);
  });

  it('1101 drops the streams of quotes, and keeps what is about the account', async () => {
    client.api.reqMktData(11, apple, '', false, false);
    client.api.reqPnL(12, 'DU1234567');
    await settled();
    gateway.connectivity.lose();
    client.api.reqMktData(13, apple, '', false, false);
    await settled();
    gateway.connectivity.restore({ dataLost: true });
    await client.until(EventName.info, (_, code) => code === 1101);
    expect(gateway.activeSubscriptions().map(({ kind }) => kind)).toEqual(['pnl']);
  });

  it('a client that comes meanwhile hears 2110 instead of its farms', async () => {
    gateway.connectivity.lose();
    const late = await joined(2);
    await late.until(EventName.info, (_, code) => code === 2110);
    expect(codes(late)).toEqual([2110]);
  });

  it('a broken farm takes its own quotes only, and history has an error', async () => {
    gateway.connectivity.farm('cashfarm', 'broken');
    gateway.connectivity.farm('ushmds', 'broken');
    await client.until(EventName.info, (_, code) => code === 2105);
    client.api.reqMktData(11, apple, '', false, false);
    client.api.reqMktData(12, euro, '', false, false);
    client.api.reqHistoricalData(13, apple, '', '1 D', '1 hour' as never, 'TRADES' as never, 1, 1, false);
    expect(await client.error(13)).toMatchObject({ code: 162 });
    await expect.poll(() => quotes(11)).toBeGreaterThan(0);
    expect(quotes(12)).toBe(0);
    gateway.connectivity.farm('cashfarm', 'ok');
    await expect.poll(() => quotes(12)).toBeGreaterThan(0);
    expect(codes(client).slice(-3)).toEqual([2103, 2105, 2104]);
  });

  it('a request that waits for a farm can be cancelled', async () => {
    gateway.connectivity.farm('cashfarm', 'broken');
    client.api.reqMktData(12, euro, '', false, false);
    client.api.cancelMktData(12);
    await settled();
    gateway.connectivity.farm('cashfarm', 'ok');
    await settled();
    expect(gateway.activeSubscriptions()).toEqual([]);
    expect(client.errors()).toEqual([]);
  });

  it('an idle farm connects on demand', async () => {
    gateway.connectivity.farm('ushmds', 'inactive');
    await client.until(EventName.info, (_, code) => code === 2107);
    client.api.reqHeadTimestamp(5, apple, 'TRADES' as never, true, 1);
    await client.until(EventName.headTimestamp);
    expect(codes(client).slice(-2)).toEqual([2107, 2106]);
  });

  it('without the definitions’ farm nobody knows a contract', async () => {
    gateway.connectivity.farm('secdefnj', 'broken');
    client.api.reqContractDetails(5, apple);
    await settled();
    expect(client.all(EventName.contractDetails)).toEqual([]);
  });

  it('a competing session: 10197 in a burst, no quotes, and later quotes without a word', async () => {
    client.api.reqMktData(11, apple, '', false, false);
    client.api.reqTickByTickData(13, apple, TickByTickDataType.BidAsk, 0, false);
    await expect.poll(() => quotes(11)).toBeGreaterThan(0);
    gateway.connectivity.competingSession(true);
    await expect.poll(() => client.errors().filter(({ code }) => code === 10197).length).toBe(10);
    client.api.reqMktData(12, apple, '', false, false);
    expect(await client.error(12)).toMatchObject({ code: 10197 });
    client.api.reqMktDepth(14, { ...apple, exchange: 'ARCA' }, 2, false);
    expect(await client.error(14)).toMatchObject({ code: 10197 });
    const streamed = () => client.all(EventName.tickPrice).length + client.all(EventName.tickByTickBidAsk).length;
    const before = streamed();
    gateway.advanceClock(60_000);
    await joined(15);
    expect(streamed()).toBe(before);
    expect(client.all(EventName.updateMktDepth)).toEqual([]);
    gateway.connectivity.competingSession(false);
    await expect.poll(() => quotes(12)).toBeGreaterThan(0);
  });
});

describe('the link', () => {
  it.each([{ segments: 1 }, { segments: 'random' }, { gatherMs: 30 }, { bytesPerSecond: 50_000 }] as const)(
    '%o changes nothing but how bytes travel',
    async (link) => {
      gateway.setLink(link);
      client.api.reqContractDetails(1, apple);
      for (const reqId of [2, 3, 4]) client.api.reqUserInfo(reqId);
      await client.until(EventName.userInfo, (reqId) => reqId === 4);
      expect(client.all(EventName.contractDetails)).toHaveLength(1);
      expect(userInfos()).toEqual([2, 3, 4]);
      await joined(2);
      expect(client.errors()).toEqual([]);
    },
  );
});

describe('client ids, logins and clocks', () => {
  it('an id can stay taken after its connection has gone, until the gateway is well again', async () => {
    gateway.faults.clientIdSticksMs = 60_000;
    client.disconnect();
    await expect.poll(() => gateway.clients()).toEqual([]);
    await joining(1).until(EventName.info, (_, code) => code === 326);
    gateway.heal();
    await joined(1);
  });

  it('half open: nothing is answered, nothing closed, and the id is free', async () => {
    gateway.halfOpen(1);
    client.api.reqCurrentTime();
    await joined(1);
    expect(client.all(EventName.currentTime)).toEqual([]);
    expect(client.all(EventName.disconnected)).toEqual([]);
  });

  it('a gateway that waits for its login hangs up', async () => {
    gateway.faults.handshake = 'refuse';
    await joining(2).until(EventName.disconnected);
  });

  it('a version above the client’s is not accepted by it', async () => {
    gateway.faults.announcedServerVersion = 201;
    const other = joining(2);
    await other.until(EventName.error, (_, code) => code === 506);
  });

  it('a skewed clock is told in the handshake and in answers', async () => {
    gateway.faults.clockSkewMs = 3_600_000;
    client.api.reqCurrentTime();
    const [time] = await client.until(EventName.currentTime);
    expect(Number(time) * 1000 - gateway.world.now()).toBeGreaterThan(3_500_000);
    const [, announced] = await (await joined(2)).until(EventName.server);
    expect(announced).toContain('13:00:');
  });

  it('order ids roll back, and an order under an old one is refused', async () => {
    client.api.placeOrder(5, apple, resting);
    await client.until(EventName.openOrder);
    client.api.cancelOrder(5);
    expect(await client.error(5)).toMatchObject({ code: 202 });
    gateway.faults.orderIdRollback = 1;
    client.api.reqIds();
    await client.until(EventName.nextValidId, (id) => id === 5);
    client.api.placeOrder(5, apple, resting);
    await client.until(EventName.error, (_, code, id) => code === 103 && id === 5);
  });

  it('orders live through a restart and are told before the login is complete', async () => {
    client.api.placeOrder(1, apple, resting);
    await client.until(EventName.openOrder);
    await gateway.restart({ downMs: 0 });
    const again = await joined(1);
    const names = again.events.map(({ name }) => name);
    expect(names.indexOf(EventName.openOrder)).toBeGreaterThan(-1);
    expect(names.indexOf(EventName.openOrder)).toBeLessThan(names.indexOf(EventName.managedAccounts));
    expect(again.all(EventName.nextValidId)).toEqual([[2]]);
  });
});

describe('too many requests', () => {
  const ask = (requests: number): void => {
    for (let reqId = 1; reqId <= requests; reqId += 1) client.api.reqUserInfo(reqId);
  };

  it('wait for their turn, in order, while other clients are answered', async () => {
    const other = await joined(2);
    gateway.faults.requestPacing = 'queue';
    ask(500);
    await client.until(EventName.userInfo, (reqId) => reqId === 60);
    other.api.reqUserInfo(1);
    await other.until(EventName.userInfo);
    const answered = userInfos();
    expect(answered.length).toBeLessThan(500);
    expect(answered).toEqual(answered.map((_, index) => index + 1));
  });

  it('are refused with error 100, the third time for good', async () => {
    gateway.faults.requestPacing = 'reject';
    ask(80);
    await client.until(EventName.disconnected);
    expect(codes(client).filter((code) => code === 100)).toHaveLength(3);
    // A few more where the machine is slow: one has its turn every 20 ms.
    const answered = userInfos();
    expect(answered.length).toBeGreaterThanOrEqual(50);
    expect(answered.length).toBeLessThanOrEqual(77);
  });
});
