import { type Contract, DurationUnit, EventName, SecType, TickByTickDataType, WhatToShow } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clockFrom,
  fridayNoon,
  gatewayWithClient,
  type Pair,
  TestClient,
} from '../../test/support/simulator/client.ts';

let pair: Pair;

beforeEach(async () => {
  pair = await gatewayWithClient({ clock: clockFrom(fridayNoon, 20) });
});
afterEach(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

const stock = (symbol: string): Contract => ({ symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' });
const apple = stock('AAPL');
const euro: Contract = { symbol: 'EUR', secType: SecType.CASH, exchange: 'IDEALPRO', currency: 'USD' };
const spx: Contract = { symbol: 'SPX', secType: SecType.IND, exchange: 'CBOE', currency: 'USD' };
const nosuch = stock('NOSUCH');

interface Print {
  readonly time: number;
  readonly price: number;
  readonly size: number;
}

/** What a tick-by-tick line has sent so far. */
const prints = (reqId: number): Print[] =>
  pair.client
    .all(EventName.tickByTickAllLast)
    .filter(([id]) => id === reqId)
    .map(([, , time, price, size]) => ({ time: Number(time), price: price as number, size: size as number }));

const forwarded = (event: EventName, reqId: number) => pair.client.all(event).filter(([id]) => id === reqId);

async function pastTrades(reqId: number, start: string, end: string, count = 1000): Promise<Print[]> {
  pair.client.api.reqHistoricalTicks(reqId, apple, start, end, count, WhatToShow.TRADES, true, false);
  const [, ticks] = await pair.client.until(EventName.historicalTicksLast, (id) => id === reqId);
  return ticks as Print[];
}

const stampOf = (seconds: number): string => {
  const text = new Date(seconds * 1000).toISOString();
  return `${text.slice(0, 10).replaceAll('-', '')}-${text.slice(11, 19)}`;
};

describe('tick by tick', () => {
  it('of trades goes on until cancelled, and history has the same trades', async () => {
    const { api } = pair.client;
    api.reqTickByTickData(1, apple, TickByTickDataType.Last, 0, false);
    await expect.poll(() => new Set(prints(1).map(({ time }) => time)).size, { timeout: 4000 }).toBeGreaterThan(5);
    api.cancelTickByTickData(1);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toEqual([]);
    const seen = prints(1);
    const first = seen[0]?.time ?? 0;
    const known = await pastTrades(2, stampOf(first), '', Math.min(1000, seen.length));
    expect(known.map(({ time, price, size }) => ({ time, price, size }))).toEqual(seen.slice(0, known.length));
    api.cancelTickByTickData(1);
    expect(await pair.client.error(1)).toMatchObject({ code: 300 });
  });

  it('of bid and ask, and of midpoints, agree', async () => {
    const { api, until } = { api: pair.client.api, until: pair.client.until.bind(pair.client) };
    api.reqTickByTickData(1, apple, TickByTickDataType.BidAsk, 0, true);
    api.reqTickByTickData(2, apple, TickByTickDataType.MidPoint, 0, false);
    await until(EventName.tickByTickBidAsk, (id) => id === 1);
    await expect.poll(() => forwarded(EventName.tickByTickMidPoint, 2).length, { timeout: 4000 }).toBeGreaterThan(10);
    const quotes = forwarded(EventName.tickByTickBidAsk, 1);
    const middles = new Map(quotes.map(([, time, bid, ask]) => [time, ((bid as number) + (ask as number)) / 2]));
    const compared = forwarded(EventName.tickByTickMidPoint, 2).filter(([, time]) => middles.has(time as number));
    const last = new Map(compared.map(([, time, middle]) => [time, middle as number]));
    expect(last.size).toBeGreaterThan(2);
    for (const [time, middle] of [...last].slice(1, -1))
      expect(middle).toBeCloseTo(middles.get(time as number) ?? 0, 6);
    for (const [, , bid, ask, bidSize, askSize] of quotes as number[][]) {
      expect(bid).toBeLessThan(ask ?? 0);
      expect(Math.min(bidSize ?? 0, askSize ?? 0)).toBeGreaterThan(0);
    }
  });

  it('begins with as many past ticks as wanted', async () => {
    const { api } = pair.client;
    api.reqTickByTickData(70, apple, TickByTickDataType.AllLast, 50, false);
    api.reqTickByTickData(2, euro, TickByTickDataType.BidAsk, 5, false);
    api.reqTickByTickData(3, euro, TickByTickDataType.MidPoint, 5, false);
    const [, trades, done] = await pair.client.until(EventName.historicalTicksLast, (id) => id === 70);
    expect((trades as unknown[]).length).toBeGreaterThanOrEqual(50);
    expect(done).toBe(true);
    const [, quotes] = await pair.client.until(EventName.historicalTicksBidAsk, (id) => id === 2);
    expect((quotes as unknown[]).length).toBeGreaterThanOrEqual(5);
    await pair.client.until(EventName.historicalTicks, (id) => id === 3);
    await pair.client.until(EventName.tickByTickAllLast, (id) => id === 70);
    const events = pair.client.events.filter(({ args }) => args[0] === 70).map(({ name }) => name);
    expect(events[0]).toBe(EventName.historicalTicksLast);
    const latest = (trades as Print[]).at(-1)?.time ?? 0;
    expect(prints(70)[0]?.time).toBeGreaterThan(latest);
  });

  it.each<[string, Contract, TickByTickDataType, number, number]>([
    ['trades of a currency', euro, TickByTickDataType.Last, 0, 10189],
    ['an index', spx, TickByTickDataType.Last, 0, 10189],
    ['a stock without permission', stock('F'), TickByTickDataType.BidAsk, 0, 10189],
    ['an unknown contract', nosuch, TickByTickDataType.Last, 0, 200],
    ['a kind that does not exist', apple, 'Rumours' as TickByTickDataType, 0, 321],
    ['too many past ticks', apple, TickByTickDataType.Last, 1001, 321],
  ])('is refused for %s', async (_, contract, kind, past, code) => {
    pair.client.api.reqTickByTickData(1, contract, kind, past, false);
    expect(await pair.client.error(1)).toMatchObject({ code });
    expect(pair.gateway.activeSubscriptions()).toEqual([]);
  });

  it('is refused for an id in use, and for the sixth line of a login', async () => {
    const other = await TestClient.ready(pair.gateway.port, 2);
    try {
      for (let id = 1; id <= 3; id += 1) {
        pair.client.api.reqTickByTickData(id, apple, TickByTickDataType.Last, 0, false);
      }
      pair.client.api.reqTickByTickData(1, apple, TickByTickDataType.Last, 0, false);
      expect(await pair.client.error(1)).toMatchObject({ code: 322 });
      for (let id = 1; id <= 3; id += 1) other.api.reqTickByTickData(id, euro, TickByTickDataType.BidAsk, 0, false);
      expect(await other.error(3)).toMatchObject({ code: 10190 });
    } finally {
      other.disconnect();
    }
  });
});

describe('historical ticks', () => {
  it('meet whether one comes from the start or from the end', async () => {
    const forward = await pastTrades(1, '20261120 10:00:00 US/Eastern', '', 100);
    const last = forward.at(-1)?.time ?? 0;
    const backward = await pastTrades(2, '', stampOf(last + 1), forward.length);
    expect(backward).toEqual(forward);
  });

  it('of bid and ask and of midpoints have their own messages', async () => {
    const { api } = pair.client;
    api.reqHistoricalTicks(1, apple, '', '20261120 11:00:00', 1000, WhatToShow.BID_ASK, true, true);
    const [, quotes] = await pair.client.until(EventName.historicalTicksBidAsk, (id) => id === 1);
    expect((quotes as unknown[]).length).toBeGreaterThanOrEqual(1000);
    api.reqHistoricalTicks(2, euro, '20261120 11:00:00', '', 20, WhatToShow.MIDPOINT, false, false);
    const [, middles] = await pair.client.until(EventName.historicalTicks, (id) => id === 2);
    expect((middles as unknown[]).length).toBeGreaterThanOrEqual(20);
  });

  it('of the future are none', async () => {
    expect(await pastTrades(1, '20261201 10:00:00 US/Eastern', '')).toEqual([]);
  });

  it.each<[string, Contract, string, string, number, WhatToShow, number]>([
    ['both a start and an end', apple, '20261120-15:00:00', '20261120-16:00:00', 10, WhatToShow.TRADES, 321],
    ['neither start nor end', apple, '', '', 10, WhatToShow.TRADES, 321],
    ['no ticks', apple, '20261120-15:00:00', '', 0, WhatToShow.TRADES, 321],
    ['more than a thousand', apple, '20261120-15:00:00', '', 1001, WhatToShow.TRADES, 321],
    ['a kind without ticks', apple, '20261120-15:00:00', '', 10, WhatToShow.ADJUSTED_LAST, 321],
    ['a malformed start', apple, '2026-11-20', '', 10, WhatToShow.TRADES, 10314],
    ['a stock without permission', stock('F'), '20261120-15:00:00', '', 10, WhatToShow.TRADES, 10187],
    ['trades of a currency', euro, '20261120-15:00:00', '', 10, WhatToShow.TRADES, 10187],
  ])('are refused for %s', async (_, contract, start, end, count, kind, code) => {
    pair.client.api.reqHistoricalTicks(1, contract, start, end, count, kind, true, false);
    expect(await pair.client.error(1)).toMatchObject({ code });
  });
});

describe('real-time bars', () => {
  it('come every five seconds and are those of the history', async () => {
    const { api } = pair.client;
    const bars = () => forwarded(EventName.realtimeBar, 1).map((args) => args.slice(1) as number[]);
    api.reqRealTimeBars(1, apple, 5, WhatToShow.TRADES, true);
    await expect.poll(() => bars().length, { timeout: 4000 }).toBeGreaterThan(3);
    api.cancelRealTimeBars(1);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toEqual([]);
    const times = bars().map(([time = 0]) => time);
    expect(times.every((time, index) => time % 5 === 0 && (index === 0 || time === (times[index - 1] ?? 0) + 5))).toBe(
      true,
    );
    const [time = 0, open, high, low, close, volume] = bars()[0] ?? [];
    const trades = (await pastTrades(2, stampOf(time), '', 1000)).filter((trade) => trade.time < time + 5);
    expect(trades.reduce((sum, { size }) => sum + size, 0)).toBe(volume);
    expect(trades.at(-1)?.price).toBe(close);
    for (const { price } of trades) expect(price).toBeLessThanOrEqual(high ?? 0);
    for (const { price } of trades) expect(price).toBeGreaterThanOrEqual(low ?? 0);
    expect(open).toBeGreaterThanOrEqual(low ?? 0);
    api.cancelRealTimeBars(1);
    expect(await pair.client.error(1)).toMatchObject({ code: 300 });
  });

  it.each<[string, Contract, WhatToShow, number]>([
    ['a stock without permission', stock('F'), WhatToShow.TRADES, 420],
    ['trades of a currency', euro, WhatToShow.TRADES, 420],
    ['bids of an index', spx, WhatToShow.BID, 420],
    ['a kind without bars', apple, WhatToShow.BID_ASK, 321],
    ['an unknown contract', nosuch, WhatToShow.TRADES, 200],
  ])('are refused for %s', async (_, contract, kind, code) => {
    pair.client.api.reqRealTimeBars(1, contract, 5, kind, true);
    expect(await pair.client.error(1)).toMatchObject({ code });
    expect(pair.gateway.activeSubscriptions()).toEqual([]);
  });
});

describe('a histogram', () => {
  it('adds up to the volume of its days', async () => {
    await pair.close();
    pair = await gatewayWithClient({ clock: () => new Date(fridayNoon) });
    const { api } = pair.client;
    api.reqHistogramData(1, apple, true, 3, DurationUnit.DAY);
    const [, rows] = await pair.client.until(EventName.histogramData, (id) => id === 1);
    api.reqHistoricalData(2, apple, '', '3 D', '1 day' as never, WhatToShow.TRADES, 1, 1, false);
    await pair.client.until(EventName.historicalData, (id, date) => id === 2 && String(date).startsWith('finished'));
    const days = forwarded(EventName.historicalData, 2).filter(([, date]) => !String(date).startsWith('finished'));
    const volume = days.reduce((sum, args) => sum + (args[6] as number), 0);
    expect(days).toHaveLength(3);
    expect((rows as Print[]).reduce((sum, { size }) => sum + size, 0)).toBe(volume);
    api.cancelHistogramData(1);
  });

  it.each<[string, Contract, number]>([
    ['a stock without permission', stock('F'), 10188],
    ['a currency', euro, 10188],
    ['an unknown contract', nosuch, 200],
  ])('is refused for %s', async (_, contract, code) => {
    pair.client.api.reqHistogramData(1, contract, true, 3, DurationUnit.DAY);
    expect(await pair.client.error(1)).toMatchObject({ code });
  });
});

describe('pacing', () => {
  it('holds for ticks as for bars', async () => {
    await pair.close();
    pair = await gatewayWithClient({ enforcePacing: true });
    await pastTrades(1, '20261120-15:00:00', '', 10);
    pair.client.api.reqHistoricalTicks(2, apple, '20261120-15:00:00', '', 10, WhatToShow.TRADES, true, false);
    expect(await pair.client.error(2)).toMatchObject({ code: 10187, text: expect.stringContaining('pacing') });
  });
});
