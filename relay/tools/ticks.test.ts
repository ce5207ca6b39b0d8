import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { getHistoricalTicks } from '../../shared/tools/get_historical_ticks.ts';
import { getMarketDepth } from '../../shared/tools/get_market_depth.ts';
import { getPriceHistogram } from '../../shared/tools/get_price_histogram.ts';
import { streamQuotes } from '../../shared/tools/stream_quotes.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { clockFrom, fridayNoon } from '../../test/support/simulator/client.ts';
import { mergeLevels, valueArea } from './get_price_histogram.ts';

let relay: TestRelay;

const start = async (): Promise<void> => {
  relay = await TestRelay.start({ clock: clockFrom(fridayNoon), tickIntervalMs: 20 });
};

afterEach(() => relay?.stop());

const openLines = () =>
  relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData' || kind === 'marketDepth');

describe('get_price_histogram', () => {
  it('has the volume of the period, and merges levels without losing any', async () => {
    await start();
    const whole = await relay.read(getPriceHistogram, { contract: 'AAPL', period: '3d', levels: 500 });
    expect(whole.rows.reduce((sum, row) => sum + Number(row.at(-1)), 0)).toBeCloseTo(whole.total, 4);
    expect(whole.valueArea.low).toBeLessThanOrEqual(whole.mostTraded);
    expect(whole.valueArea.high).toBeGreaterThanOrEqual(whole.mostTraded);
    const merged = await relay.read(getPriceHistogram, { contract: 'AAPL', period: '3d', levels: 10 });
    expect(merged.rows.length).toBeLessThanOrEqual(10);
    expect(merged.columns).toEqual(['from', 'to', 'size']);
    expect(merged.rows.reduce((sum, row) => sum + Number(row[2]), 0)).toBeCloseTo(merged.total, 4);
    expect(merged.note).toContain('merged');
  });

  it('refuses periods that IB does not know', async () => {
    await start();
    const error = await failure(relay.call('get_price_histogram', { contract: 'AAPL', period: 'all' }));
    expect(error.message).toContain('Write 3d, 2w, 1m or 1y');
  });
});

describe('mergeLevels and valueArea', () => {
  const levels = fc
    .array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 200 })
    .map((sizes) => sizes.map((size, index) => ({ price: 100 + index, size })));

  it('keep the total, the order and the limit; the area holds at least 70 % and cannot lose an end', () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 2, max: 60 }), (all, most) => {
        const total = all.reduce((sum, { size }) => sum + size, 0);
        const ranges = mergeLevels(all, most);
        expect(ranges.length).toBeLessThanOrEqual(most);
        expect(ranges.reduce((sum, { size }) => sum + size, 0)).toBe(total);
        for (const [index, range] of ranges.entries()) {
          expect(range.from).toBeLessThanOrEqual(range.to);
          expect(range.from).toBeGreaterThan(ranges[index - 1]?.to ?? 0);
        }
        const top = all.reduce((best, { size }, index) => (size > (all[best]?.size ?? 0) ? index : best), 0);
        const { low, high } = valueArea(all, top);
        const held = all.filter(({ price }) => price >= low && price <= high).reduce((sum, { size }) => sum + size, 0);
        expect(held).toBeGreaterThanOrEqual(0.7 * total);
      }),
    );
  });
});

describe('get_historical_ticks', () => {
  it('gives the newest trades, quotes or midpoints, as many as asked', async () => {
    await start();
    const trades = await relay.read(getHistoricalTicks, { contract: 'AAPL', count: 50 });
    expect(trades.columns.slice(0, 4)).toEqual(['time', 'price', 'size', 'exchange']);
    expect(trades.rows.length).toBeGreaterThan(40);
    expect(trades.rows.length).toBeLessThanOrEqual(50);
    expect(trades.rows.map(([time]) => time)).toEqual(trades.rows.map(([time]) => time).toSorted());
    expect(trades.earliest).toMatch(/^(19|20)\d\d-/);
    const quotes = await relay.read(getHistoricalTicks, { contract: 'AAPL', data: 'BID_ASK', count: 20 });
    for (const [, bid, ask] of quotes.rows) expect(Number(bid)).toBeLessThan(Number(ask));
    const middle = await relay.read(getHistoricalTicks, { contract: 'EUR.USD', data: 'MIDPOINT', count: 20 });
    expect(middle.columns).toEqual(['time', 'price']);
  });

  it('begins at a start, and agrees with the bars of the same minute', async () => {
    await start();
    const { rows } = await relay.read(getHistoricalTicks, {
      contract: 'AAPL',
      start: '2026-11-20T11:00:00',
      count: 1_000,
      rth: true,
    });
    expect(String(rows[0][0]) >= '2026-11-20T11:00:00').toBe(true);
    const bars = await relay.read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '1 min',
      start: '2026-11-20T11:00:00',
      end: '2026-11-20T11:01:00',
    });
    const [, open, high, low] = bars.rows[0].map(Number) as [number, number, number, number];
    expect(Number(rows[0][1])).toBe(open);
    for (const [time, price] of rows) {
      if (String(time) >= '2026-11-20T11:01:00') continue;
      expect(Number(price)).toBeLessThanOrEqual(high);
      expect(Number(price)).toBeGreaterThanOrEqual(low);
    }
  });

  it.each([['start'], ['end']])('goes on from page to page by %s, with every tick once', async (edge) => {
    await start();
    const ask = (from: string, count: number) =>
      relay.read(getHistoricalTicks, { contract: 'AAPL', data: 'BID_ASK', [edge]: from, count });
    const from = '2026-11-20T10:00:00-05:00';
    const pages = [await ask(from, 150)];
    while (pages.length < 4) pages.push(await ask(pages.at(-1)?.next ?? '', 150));
    for (const { note } of pages) expect(note).toContain(`${edge}=next`);
    const walked = (edge === 'start' ? pages : pages.toReversed()).flatMap(({ rows }) => rows);
    const whole = (await ask(from, 1_000)).rows;
    expect(walked.length).toBeGreaterThan(450);
    expect(edge === 'start' ? whole.slice(0, walked.length) : whole.slice(-walked.length)).toEqual(walked);
  });

  it('refuses a start with an end', async () => {
    await start();
    const both = { contract: 'AAPL', start: '2026-11-20', end: '2026-11-20' };
    expect((await failure(relay.call('get_historical_ticks', both))).code).toBe('invalid_arguments');
  });
});

describe('get_market_depth', () => {
  it('shows both sides, best first, and leaves no line open', async () => {
    await start();
    const book = await relay.read(getMarketDepth, { contract: 'AAPL', rows: 5 });
    expect(book.rows.length).toBeGreaterThan(0);
    expect(book.rows.length).toBeLessThanOrEqual(5);
    const bids = book.rows.map((row) => Number(row[2]));
    const asks = book.rows.map((row) => Number(row[3]));
    expect(bids).toEqual(bids.toSorted((a, b) => b - a));
    expect(asks).toEqual(asks.toSorted((a, b) => a - b));
    expect(book.spread).toBeGreaterThan(0);
    await vi.waitFor(() => expect(openLines()).toEqual([]));
  });

  it('serves more callers than IB has depth lines, one after the other', async () => {
    await start();
    const books = await Promise.all(
      ['AAPL', 'MSFT', 'IBM', 'KO', 'JPM'].map((contract) => relay.read(getMarketDepth, { contract, rows: 3 })),
    );
    for (const { rows } of books) expect(rows.length).toBeGreaterThan(0);
  });

  it.each([
    [{ exchange: 'FOO' }, /AAPL has no order book at FOO/],
    [{ smart: false }, /smart=false means the book of one exchange/],
  ])('names the exchanges that have a book where %j has none', async (args, message) => {
    await start();
    const { nextStep, ...error } = await failure(relay.call('get_market_depth', { contract: 'AAPL', ...args }));
    expect(error).toMatchObject({ code: 'invalid_arguments', message: expect.stringMatching(message) });
    const named = /depth for it: (\w+)/.exec(nextStep ?? '')?.[1];
    const { rows } = await relay.read(getMarketDepth, { contract: 'AAPL', ...args, exchange: named });
    expect(rows.length).toBeGreaterThan(0);
  });
});

describe('stream_quotes', () => {
  it('tells why nothing comes: a refusal, another login, a farm that is down', async () => {
    await start();
    const read = (contract: string) => relay.read(streamQuotes, { contracts: [contract], seconds: 1 });
    const told = async (contract: string) => {
      const { quotes, errors } = await read(contract);
      expect(quotes).toEqual([]);
      return errors[0];
    };
    expect(await told('PHIA.EUR')).toMatchObject({ code: 'not_subscribed', ibCode: 354 });
    relay.sim.connectivity.competingSession(true);
    expect(await told('AAPL')).toMatchObject({ code: 'not_subscribed', ibCode: 10197 });
    relay.sim.connectivity.competingSession(false);
    relay.sim.connectivity.farm('usfarm.nj', 'broken');
    expect(await told('MSFT')).toMatchObject({ code: 'no_data', message: expect.stringContaining('usfarm.nj') });
  });

  it('tells changes as they happen, and sums them up', async () => {
    await start();
    const progress = vi.fn();
    const { quotes } = await relay.read(streamQuotes, { contracts: ['AAPL', 'EUR.USD'], seconds: 3 }, { progress });
    expect(quotes).toHaveLength(2);
    const apple = quotes.find(({ contract }) => contract === 'AAPL');
    expect(apple?.updates).toBeGreaterThan(1);
    expect(apple?.low).toBeLessThanOrEqual(apple?.high ?? 0);
    expect(apple?.dataType).toBe('live');
    expect(progress.mock.calls.some(([, total, text]) => total === 3 && /×/.test(text))).toBe(true);
    await vi.waitFor(() => expect(openLines()).toEqual([]));
  });

  it('stops after so many updates, and names what it cannot watch', async () => {
    await start();
    const { quotes, errors } = await relay.read(streamQuotes, { contracts: ['AAPL', 'NOPE'], seconds: 60, updates: 3 });
    expect(quotes[0].updates).toBeGreaterThanOrEqual(3);
    expect(errors[0]).toMatchObject({ contract: 'NOPE', code: 'contract_not_found' });
  });

  it('ends at once when the caller leaves or the gateway goes, with no line left', async () => {
    await start();
    const abort = new AbortController();
    const left = failure(relay.call('stream_quotes', { contracts: ['AAPL'], seconds: 60 }, { signal: abort.signal }));
    await vi.waitFor(() => expect(openLines()).toHaveLength(1));
    abort.abort();
    expect((await left).code).toBe('cancelled');
    await vi.waitFor(() => expect(openLines()).toEqual([]));
    const gone = failure(relay.call('stream_quotes', { contracts: ['AAPL'], seconds: 60 }));
    await vi.waitFor(() => expect(openLines()).toHaveLength(1));
    relay.sim.dropConnections();
    expect((await gone).code).toBe('gateway_interrupted');
  });
});
