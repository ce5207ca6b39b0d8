import { type Contract, EventName, OptionType, SecType } from '@stoqey/ib';
import { afterEach, describe, expect, it } from 'vitest';
import { clockFrom, fridayNoon, gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';

let pair: Pair;

afterEach(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

async function at(instant: number, speed = 0): Promise<void> {
  pair = await gatewayWithClient({ clock: clockFrom(instant, speed) });
}

const stock = (symbol: string): Contract => ({ symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' });
const appleContract = 265598;
const microsoftContract = 272093;

/** The values of one line by tick type, its computations left out. */
function ticks(reqId: number): Map<number, unknown> {
  const names = [EventName.tickPrice, EventName.tickSize, EventName.tickString, EventName.tickGeneric];
  const own = names.flatMap((name) => pair.client.all(name).filter(([id]) => id === reqId));
  return new Map(own.map(([, type, value]) => [type as number, value]));
}

/** The ticks of a single quote. */
async function snapshot(reqId: number, contract: Contract, regulatory = false): Promise<Map<number, unknown>> {
  pair.client.api.reqMktData(reqId, contract, '', !regulatory, regulatory);
  await pair.client.until(EventName.tickSnapshotEnd, (id) => id === reqId);
  return ticks(reqId);
}

const number = (value: unknown): number => value as number;

describe('a quote', () => {
  it('of a combination is made of its legs', async () => {
    await at(fridayNoon);
    const leg = (conId: number, ratio: number, action: 'BUY' | 'SELL') => ({ conId, ratio, action, exchange: 'SMART' });
    const combo: Contract = {
      symbol: 'AAPL,MSFT',
      secType: SecType.BAG,
      exchange: 'SMART',
      currency: 'USD',
      comboLegs: [leg(appleContract, 2, 'BUY'), leg(microsoftContract, 1, 'SELL')] as never,
    };
    const spread = await snapshot(1, combo);
    const apple = await snapshot(2, stock('AAPL'));
    const microsoft = await snapshot(3, stock('MSFT'));
    expect(spread.get(1)).toBeCloseTo(2 * number(apple.get(1)) - number(microsoft.get(2)), 6);
    expect(spread.get(2)).toBeCloseTo(2 * number(apple.get(2)) - number(microsoft.get(1)), 6);
    expect(spread.get(0)).toBe(Math.min(Math.floor(number(apple.get(0)) / 2), number(microsoft.get(3))));
    pair.client.api.reqMktData(4, { ...combo, comboLegs: [leg(99, 1, 'BUY')] as never }, '', true, false);
    expect(await pair.client.error(4)).toMatchObject({ code: 200 });
    pair.client.api.reqMktData(5, { ...combo, comboLegs: [] }, '', true, false);
    expect(await pair.client.error(5)).toMatchObject({ code: 200 });
  });

  it('of a bond has yields, lower where the price is higher', async () => {
    await at(Date.parse('2026-11-20T16:00:00Z'));
    const bond = await snapshot(1, { conId: 571840412, exchange: 'SMART' });
    expect(number(bond.get(1))).toBeLessThan(number(bond.get(2)));
    expect(number(bond.get(50))).toBeGreaterThan(number(bond.get(51)));
    expect(number(bond.get(52))).toBeGreaterThan(0.5);
    expect(number(bond.get(52))).toBeLessThan(15);
  });

  it('of a fund is one price a day', async () => {
    await at(fridayNoon);
    const fund = await snapshot(1, { symbol: 'VFIAX', secType: SecType.FUND, exchange: 'FUNDSERV', currency: 'USD' });
    expect(number(fund.get(9))).toBeGreaterThan(10);
    for (const type of [0, 1, 2, 3, 6, 7, 8, 14]) expect(fund.has(type)).toBe(false);
  });

  it('of a coin has sizes in fractions, at the weekend too', async () => {
    await at(Date.parse('2026-11-21T17:00:00Z'));
    const coin = await snapshot(1, { symbol: 'BTC', secType: SecType.CRYPTO, exchange: 'PAXOS', currency: 'USD' });
    expect(number(coin.get(1))).toBeGreaterThan(1000);
    expect(number(coin.get(0))).toBeGreaterThan(0);
  });

  it('of an option on a future has Greeks', async () => {
    await at(fridayNoon);
    pair.client.api.reqContractDetails(1, {
      symbol: 'ES',
      secType: SecType.FOP,
      exchange: 'CME',
      lastTradeDateOrContractMonth: '202612',
      right: OptionType.Call,
    });
    const [, details] = await pair.client.until(EventName.contractDetails, (id) => id === 1);
    const { contract } = details as { contract: Contract };
    pair.client.api.reqMktData(2, { conId: contract.conId, exchange: 'CME' }, '', false, false);
    const model = await pair.client.until(EventName.tickOptionComputation, (id, type) => id === 2 && type === 13);
    expect(number(model[3])).toBeGreaterThan(0);
  });

  it('that is delayed is the one of fifteen minutes ago', async () => {
    await at(fridayNoon);
    pair.client.api.reqMarketDataType(3);
    const late = await snapshot(1, stock('F'));
    await pair.close();
    await at(fridayNoon - 15 * 60_000);
    const live = await snapshot(1, stock('F'), true);
    for (const [delayed, type] of [
      [66, 1],
      [67, 2],
      [68, 4],
      [69, 0],
      [70, 3],
      [74, 8],
      [75, 9],
      [88, 45],
    ] as const) {
      expect(late.get(delayed)).toEqual(live.get(type));
    }
  });
});

describe('permissions', () => {
  it('are not needed for ticks that come without a subscription', async () => {
    await at(fridayNoon);
    pair.client.api.reqMktData(1, stock('F'), '233,236,456', false, false);
    expect(await pair.client.error(1)).toMatchObject({ code: 10090 });
    await pair.client.until(EventName.tickGeneric, (id, type) => id === 1 && type === 46);
    expect([...ticks(1).keys()].filter((type) => ![46, 59, 89].includes(type))).toEqual([]);
    expect(pair.gateway.activeSubscriptions()).toHaveLength(1);
  });

  it('are bought for a regulatory snapshot of an American stock only', async () => {
    await at(fridayNoon);
    expect((await snapshot(1, stock('T'), true)).get(4)).toBeGreaterThan(0);
    pair.client.api.reqMktData(
      2,
      {
        symbol: 'EUR',
        secType: SecType.CASH,
        exchange: 'IDEALPRO',
        currency: 'USD',
      },
      '',
      false,
      true,
    );
    expect(await pair.client.error(2)).toMatchObject({ code: 321 });
  });
});

describe('frozen data', () => {
  it('is announced when the market closes', async () => {
    // A minute before the end of the after-hours session, at a minute a second.
    await at(Date.parse('2026-11-21T00:59:00Z'), 60);
    pair.client.api.reqMarketDataType(2);
    pair.client.api.reqMktData(1, stock('AAPL'), '', false, false);
    await pair.client.until(EventName.marketDataType, (_, type) => type === 2);
    expect(pair.client.all(EventName.marketDataType)).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });

  it('that is delayed closes a quarter of an hour later', async () => {
    await at(Date.parse('2026-11-21T01:10:00Z'));
    pair.client.api.reqMarketDataType(4);
    pair.client.api.reqMktData(1, stock('F'), '', false, false);
    expect(await pair.client.until(EventName.marketDataType)).toEqual([1, 3]);
    await pair.close();
    await at(Date.parse('2026-11-21T01:16:00Z'));
    pair.client.api.reqMarketDataType(4);
    pair.client.api.reqMktData(1, stock('F'), '', false, false);
    expect(await pair.client.until(EventName.marketDataType)).toEqual([1, 4]);
  });
});
