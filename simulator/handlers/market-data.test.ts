import { type Contract, EventName, OptionType, SecType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clockFrom, gatewayWithClient, type Pair, TestClient } from '../../test/support/simulator/client.ts';

let pair: Pair;

beforeEach(async () => {
  pair = await gatewayWithClient();
});
afterEach(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

const stock = (symbol: string): Contract => ({ symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' });

function request(reqId: number, contract: Contract, generics = '', snapshot = false): void {
  pair.client.api.reqMktData(reqId, contract, generics, snapshot, false);
}

/** The last value of each tick type of one line. */
function ticks(reqId: number): Map<number, unknown> {
  const names = [EventName.tickPrice, EventName.tickSize, EventName.tickString, EventName.tickGeneric];
  return new Map(
    names.flatMap((name) =>
      pair.client
        .all(name)
        .filter(([id]) => id === reqId)
        .map(([, type, value]) => [type as number, value] as const),
    ),
  );
}

describe('market data', () => {
  it('begins with its parameters and its type, then streams changes until cancelled', async () => {
    const { client } = pair;
    request(11, stock('AAPL'));
    await client.until(EventName.tickPrice, (id, type) => id === 11 && type === 9);
    const first = client.events.filter(({ args }) => args[0] === 11).map(({ name }) => name);
    expect(first.slice(0, 3)).toEqual(['tickReqParams', 'marketDataType', 'tickPrice']);
    expect([...ticks(11).keys()].sort((a, b) => a - b)).toEqual(
      expect.arrayContaining([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14, 32, 33, 45, 49, 84]),
    );
    const before = ticks(11).get(45);
    await expect.poll(() => ticks(11).get(45), { timeout: 3000 }).not.toBe(before);
    client.api.cancelMktData(11);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toEqual([]);
    client.api.cancelMktData(11);
    expect(await client.error(11)).toMatchObject({ code: 300 });
  });

  it('sends a price again only when it has changed', async () => {
    request(1, stock('AAPL'));
    await expect
      .poll(() => new Set(pair.client.all(EventName.tickString).filter(([, type]) => type === 45)).size, {
        timeout: 4000,
      })
      .toBeGreaterThan(2);
    expect(pair.client.all(EventName.tickPrice).filter(([, type]) => type === 9)).toHaveLength(1);
  });

  it('as a snapshot ends by itself', async () => {
    request(2, stock('MSFT'), '', true);
    await pair.client.until(EventName.tickSnapshotEnd, (id) => id === 2);
    expect(ticks(2).get(4)).toBeGreaterThan(0);
    expect(pair.gateway.activeSubscriptions()).toEqual([]);
  });

  it('has the generic ticks asked for', async () => {
    request(3, stock('KO'), '100,101,104,105,106,165,221,225,233,236,293,294,295,318,375,411,456');
    await pair.client.until(EventName.tickString, (id, type) => id === 3 && type === 59);
    const wanted = [
      29, 30, 27, 28, 23, 87, 24, 15, 16, 17, 18, 19, 20, 21, 37, 34, 35, 36, 48, 46, 89, 54, 55, 56, 57, 77, 58, 59,
    ];
    expect([...ticks(3).keys()]).toEqual(expect.arrayContaining(wanted));
    expect(ticks(3).get(19)).toBeLessThanOrEqual(ticks(3).get(15) as number);
  });

  it('with 292 has headlines of the providers named, the latest first ones at once and then as they appear', async () => {
    request(4, stock('AAPL'), 'mdoff,292:BRFG+DJ-N');
    const all = () => pair.client.all(EventName.tickNews).filter(([id]) => id === 4);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toHaveLength(1);
    pair.gateway.advanceClock(5 * 86_400_000);
    await expect.poll(() => all().length).toBeGreaterThan(1);
    expect(new Set(all().map(([, , provider]) => provider))).toEqual(new Set(['BRFG', 'DJ-N']));
    const times = all().map(([, time]) => time as number);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(all().map(([, , , articleId]) => articleId)).size).toBe(times.length);
    expect(ticks(4).size).toBe(0);
  });

  it('with news of a provider that is not subscribed to, or does not exist, is refused', async () => {
    request(5, stock('AAPL'), '292:BZ');
    request(6, stock('AAPL'), '292:NOBODY');
    expect(await pair.client.error(5)).toMatchObject({ code: 10276 });
    expect(await pair.client.error(6)).toMatchObject({ code: 321 });
  });

  it('of an index has no bid, ask or sizes that mean anything', async () => {
    request(4, { symbol: 'SPX', secType: SecType.IND, exchange: 'CBOE', currency: 'USD' });
    await pair.client.until(EventName.tickPrice, (id, type) => id === 4 && type === 9);
    expect([...ticks(4).keys()]).not.toEqual(expect.arrayContaining([1]));
    expect(ticks(4).get(4)).toBeGreaterThan(1000);
  });

  it('without permission is refused live and given delayed, with other tick types', async () => {
    const { client } = pair;
    request(5, stock('F'));
    expect(await client.error(5)).toMatchObject({ code: 10089 });
    client.api.reqMarketDataType(3);
    request(6, stock('F'));
    expect(await client.error(6)).toMatchObject({ code: 10167 });
    expect(await client.until(EventName.marketDataType, (id) => id === 6)).toEqual([6, 3]);
    await client.until(EventName.tickPrice, (id, type) => id === 6 && type === 75);
    const types = [...ticks(6).keys()];
    expect(types).toEqual(expect.arrayContaining([66, 67, 68, 69, 70, 71, 72, 73, 74, 75, 76, 88]));
    expect(types.filter((type) => type < 60)).toEqual([]);
    request(7, stock('T'));
    expect(await client.error(7)).toMatchObject({ code: 354 });
  });

  it('of options comes with Greeks', async () => {
    const option = {
      symbol: 'AAPL',
      secType: SecType.OPT,
      exchange: 'SMART',
      lastTradeDateOrContractMonth: '20261218',
      strike: 330,
      right: OptionType.Call,
    };
    request(8, option);
    const model = await pair.client.until(EventName.tickOptionComputation, (id, type) => id === 8 && type === 13);
    const [, , , volatility, delta, price, , gamma, vega, theta, spot] = model as number[];
    expect(volatility).toBeGreaterThan(0.05);
    expect(delta).toBeGreaterThan(0);
    expect(delta).toBeLessThan(1);
    expect(gamma).toBeGreaterThan(0);
    expect(vega).toBeGreaterThan(0);
    expect(theta).toBeLessThan(0);
    expect(Math.abs((price ?? 0) - (ticks(8).get(4) as number))).toBeLessThan(0.06);
    expect(spot).toBeGreaterThan(0);
  });

  it.each<[string, Contract, string, boolean, number]>([
    ['an ambiguous contract', { symbol: 'SAP', secType: SecType.STK, exchange: 'SMART' }, '', false, 200],
    ['an unknown contract', stock('NOSUCH'), '', false, 200],
    ['a generic tick that does not exist', stock('IBM'), '999', false, 321],
    ['generic ticks on a snapshot', stock('IBM'), '233', true, 414],
  ])('is refused for %s', async (_, contract, generics, snapshot, code) => {
    request(9, contract, generics, snapshot);
    expect(await pair.client.error(9)).toMatchObject({ code });
    expect(pair.gateway.activeSubscriptions()).toEqual([]);
  });

  it('is refused for an id in use and for the hundred and first line of all clients', async () => {
    for (let id = 100; id < 200; id += 1) request(id, stock('IBM'));
    request(100, stock('KO'));
    expect(await pair.client.error(100)).toMatchObject({ code: 322 });
    request(200, stock('KO'));
    expect(await pair.client.error(200)).toMatchObject({ code: 101 });
    const other = await TestClient.ready(pair.gateway.port, 2);
    other.api.reqMktData(7, stock('KO'), '', false, false);
    expect(await other.error(7)).toMatchObject({ code: 101 });
    other.disconnect();
  });
});

describe('market data while the market is closed', () => {
  it('shows the last values and stands still', async () => {
    await pair.close();
    pair = await gatewayWithClient({ clock: clockFrom(Date.parse('2026-11-21T15:00:00Z')) });
    request(1, stock('AAPL'));
    pair.client.api.reqMarketDataType(2);
    request(2, stock('AAPL'));
    expect(await pair.client.until(EventName.marketDataType, (id) => id === 1)).toEqual([1, 1]);
    expect(await pair.client.until(EventName.marketDataType, (id) => id === 2)).toEqual([2, 2]);
    await pair.client.until(EventName.tickPrice, (id, type) => id === 2 && type === 9);
    const count = pair.client.events.length;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(pair.client.events).toHaveLength(count);
  });
});
