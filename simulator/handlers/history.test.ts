import { type BarSizeSetting, type Contract, EventName, SecType, WhatToShow } from '@stoqey/ib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';

let pair: Pair;
let nextId = 1000;

beforeAll(async () => {
  pair = await gatewayWithClient();
});
afterAll(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

const apple: Contract = { conId: 265598, symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const euro: Contract = { symbol: 'EUR', secType: SecType.CASH, exchange: 'IDEALPRO', currency: 'USD' };
const spx: Contract = { symbol: 'SPX', secType: SecType.IND, exchange: 'CBOE', currency: 'USD' };

interface Wanted {
  readonly contract?: Contract;
  readonly end?: string;
  readonly duration?: string;
  readonly size?: string;
  readonly kind?: string;
  readonly useRth?: boolean;
  readonly formatDate?: number;
  readonly live?: boolean;
}

function ask({
  contract = apple,
  end = '',
  duration = '1 D',
  size = '1 hour',
  kind = 'TRADES',
  useRth = true,
  formatDate = 1,
  live = false,
}: Wanted): number {
  const id = nextId++;
  const { api } = pair.client;
  api.reqHistoricalData(
    id,
    contract,
    end,
    duration,
    size as BarSizeSetting,
    kind as typeof WhatToShow.TRADES,
    useRth,
    formatDate,
    live,
  );
  return id;
}

type BarRow = readonly [
  date: string,
  open: number,
  high: number,
  low: number,
  close: number,
  volume: number | undefined,
];

async function bars(wanted: Wanted): Promise<BarRow[]> {
  const id = ask(wanted);
  await pair.client.until(
    EventName.historicalData,
    (reqId, date) => reqId === id && String(date).startsWith('finished'),
  );
  return pair.client
    .all(EventName.historicalData)
    .filter(([reqId, date]) => reqId === id && !String(date).startsWith('finished'))
    .map((args) => args.slice(1, 7) as unknown as BarRow);
}

describe('historical data', () => {
  it('has bars aligned to the clock, the first one cut at the open, the last one in progress', async () => {
    const rows = await bars({});
    expect(rows.map(([date]) => date)).toEqual([
      '20261120 09:30:00 US/Eastern',
      '20261120 10:00:00 US/Eastern',
      '20261120 11:00:00 US/Eastern',
      '20261120 12:00:00 US/Eastern',
    ]);
  });

  it('outside regular hours begins with the pre-market', async () => {
    const [first] = await bars({ useRth: false });
    expect(first?.[0]).toBe('20261120 04:00:00 US/Eastern');
  });

  it('has epochs within the day and dates beyond it when asked for format 2', async () => {
    expect((await bars({ formatDate: 2 }))[0]?.[0]).toBe(String(Date.parse('2026-11-20T14:30:00Z') / 1000));
    expect((await bars({ formatDate: 2, size: '1 day', duration: '2 D' })).map(([date]) => date)).toEqual([
      '20261119',
      '20261120',
    ]);
  });

  it.each([
    ['5 D', '1 day', 5],
    ['60 S', '5 secs', 12],
    ['7200 S', '1 min', 120],
    ['1 D', '1 min', 390],
    ['1 W', '1 day', 5],
    ['1 M', '1 day', 19],
    ['1 Y', '1W', 53],
    ['1 Y', '1M', 13],
  ])('of %s in bars of %s has %i rows', async (duration, size, count) => {
    const rows = await bars({ end: '20260306-21:00:00', duration, size });
    expect(rows).toHaveLength(count);
  });

  it('of a future end with its last session', async () => {
    const contract = { localSymbol: 'ESU6', secType: SecType.FUT, exchange: 'CME', includeExpired: true };
    const rows = await bars({ contract, size: '1 day', duration: '3 D' });
    expect(rows.map(([date]) => date)).toEqual(['20260916', '20260917', '20260918']);
  });

  it('reads the end in every form to the same effect', async () => {
    const utc = await bars({ end: '20260402-16:00:00' });
    expect(await bars({ end: '20260402 12:00:00 US/Eastern' })).toEqual(utc);
    expect(await bars({ end: '20260402 11:00:00 America/Chicago' })).toEqual(utc);
    expect(await bars({ end: '20260402 12:00:00' })).toEqual(utc);
  });

  it('has no volume where there are no trades, and asks above bids', async () => {
    const [midpoint, bid, ask] = await Promise.all(
      ['MIDPOINT', 'BID', 'ASK'].map((kind) => bars({ contract: euro, kind, end: '20260402-16:00:00' })),
    );
    expect(midpoint?.every((row) => row[5] === -1)).toBe(true);
    for (const [index, row] of (bid ?? []).entries()) expect(row[4]).toBeLessThan(ask?.[index]?.[4] ?? 0);
    const both = await bars({ kind: 'BID_ASK', end: '20260402-16:00:00' });
    expect(both.every(([, open, high, low, close]) => low <= open && close <= high)).toBe(true);
  });

  it.each(['ADJUSTED_LAST', 'HISTORICAL_VOLATILITY', 'OPTION_IMPLIED_VOLATILITY'])('has %s', async (kind) => {
    expect(await bars({ kind, duration: '5 D', size: '1 day' })).toHaveLength(5);
  });

  it('of futures spans the night', async () => {
    const future = { symbol: 'ES', secType: SecType.CONTFUT, exchange: 'CME', currency: 'USD' };
    const [first] = await bars({ contract: future, useRth: false });
    expect(first?.[0]).toBe('20261119 17:00:00 US/Central');
  });

  it('agrees with the quote at its last bar', async () => {
    const rows = await bars({ size: '1 min', useRth: false });
    pair.client.api.reqMktData(10, apple, '', true, false);
    const [, , last] = await pair.client.until(EventName.tickPrice, (id, type) => id === 10 && type === 4);
    expect(Math.abs((rows.at(-1)?.[4] ?? 0) - (last as number))).toBeLessThan(0.25);
  });

  it('kept up to date goes on until it is cancelled', async () => {
    const id = ask({ size: '1 min', live: true });
    await pair.client.until(EventName.historicalDataUpdate, (reqId) => reqId === id);
    pair.client.api.cancelHistoricalData(id);
    await expect.poll(() => pair.gateway.activeSubscriptions().map(({ reqId }) => reqId)).not.toContain(id);
  });

  it('as a schedule lists sessions', async () => {
    const id = ask({ kind: 'SCHEDULE', size: '1 day', duration: '5 D' });
    const [, , , zone, sessions] = await pair.client.until(EventName.historicalSchedule, (reqId) => reqId === id);
    expect(zone).toBe('US/Eastern');
    expect(sessions).toHaveLength(5);
  });

  it.each<[string, Wanted, number]>([
    ['a kind of data that does not exist', { kind: 'RUMOURS' }, 321],
    ['a bar size that does not exist', { size: '7 mins' }, 321],
    ['a malformed duration', { duration: 'long' }, 321],
    ['more than a year in days', { duration: '366 D', size: '1 day' }, 321],
    ['a malformed end', { end: '2026-04-02' }, 10314],
    ['seconds for days', { duration: '1 D', size: '1 secs' }, 162],
    ['minutes for years', { duration: '5 Y', size: '1 min' }, 162],
    ['trades in a currency', { contract: euro }, 162],
    ['bids for an index', { contract: spx, kind: 'BID' }, 162],
    ['a time before the listing', { end: '19700105-20:00:00' }, 162],
    ['an end for adjusted prices', { kind: 'ADJUSTED_LAST', end: '20260402-16:00:00' }, 321],
    ['an unknown contract', { contract: { ...apple, conId: 0, symbol: 'NOSUCH' } }, 200],
    ['a stock without permission', { contract: { ...apple, conId: 0, symbol: 'T' } }, 162],
  ])('is refused for %s', async (_, wanted, code) => {
    expect(await pair.client.error(ask(wanted))).toMatchObject({ code });
  });

  it('has a first date', async () => {
    pair.client.api.reqHeadTimestamp(20, apple, WhatToShow.TRADES, true, 1);
    expect(await pair.client.until(EventName.headTimestamp, (id) => id === 20)).toEqual([20, '19801212-14:30:00']);
    pair.client.api.cancelHeadTimestamp(20);
  });
});

describe('pacing', () => {
  it('is enforced for identical requests of small bars only when asked for', async () => {
    const free = pair;
    pair = await gatewayWithClient({ enforcePacing: true });
    try {
      await bars({ size: '5 secs', duration: '60 S' });
      expect(await pair.client.error(ask({ size: '5 secs', duration: '60 S' }))).toMatchObject({
        code: 162,
        text: expect.stringContaining('pacing'),
      });
      await bars({ size: '5 secs', duration: '120 S' });
      await bars({});
      await bars({});
    } finally {
      await pair.close();
      pair = free;
    }
    await bars({ size: '5 secs', duration: '60 S' });
    await bars({ size: '5 secs', duration: '60 S' });
  });
});
