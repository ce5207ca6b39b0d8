import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BarSize } from '../market/bars.ts';
import { createSchedules } from '../market/exchanges.ts';
import { listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { dayMs, dayNumber } from '../market/zone.ts';
import { historyKinds, isAvailable, seriesOf } from './history-series.ts';
import { quotesOf } from './quote-cache.ts';

const model = new PriceModel(5, createSchedules());
const sizes: readonly (readonly [size: BarSize, days: number])[] = [
  [{ unit: 'second', count: 5 }, 0.002],
  [{ unit: 'minute', count: 30 }, 0.5],
  [{ unit: 'day', count: 1 }, 6],
  [{ unit: 'week', count: 1 }, 30],
  [{ unit: 'month', count: 1 }, 100],
];
const anInstrument = fc.constantFrom(...listings);
const aDay = fc.integer({ min: dayNumber('20250102'), max: dayNumber('20261120') });

describe('a series', () => {
  it.each(historyKinds)('of %s has bars that hold together, in every size', (kind) => {
    const having = listings.filter((instrument) => isAvailable(kind, instrument));
    expect(having.length).toBeGreaterThan(0);
    fc.assert(
      fc.property(fc.constantFrom(...having), aDay, fc.constantFrom(...sizes), (instrument, day, [size, days]) => {
        const { segments } = model.schedule(instrument).previous(day);
        const to = segments.at(-1)?.end ?? 0;
        const bars = seriesOf(model, instrument, kind, size, { from: to - days * dayMs, to, regularOnly: false });
        expect(bars.length).toBeGreaterThan(0);
        for (const [index, { start, open, high, low, close, volume }] of bars.entries()) {
          expect(start).toBeGreaterThan(bars[index - 1]?.start ?? 0);
          expect(Math.min(open, close)).toBeGreaterThanOrEqual(low);
          expect(Math.max(open, close)).toBeLessThanOrEqual(high);
          expect(Number.isFinite(volume)).toBe(true);
        }
      }),
      { numRuns: 8 },
    );
  });

  it('of bids is below that of asks, and their yields the other way round', () => {
    fc.assert(
      fc.property(anInstrument, aDay, (instrument, day) => {
        if (!isAvailable('BID', instrument)) return;
        const to = model.schedule(instrument).previous(day).segments.at(-1)?.end ?? 0;
        const range = { from: to - 5 * dayMs, to, regularOnly: false };
        const closes = (kind: 'BID' | 'ASK' | 'YIELD_BID' | 'YIELD_ASK') =>
          seriesOf(model, instrument, kind, { unit: 'day', count: 1 }, range).map(({ close }) => close);
        const asks = closes('ASK');
        for (const [index, bid] of closes('BID').entries()) expect(bid).toBeLessThan(asks[index] ?? 0);
        if (!isAvailable('YIELD_BID', instrument)) return;
        const askYields = closes('YIELD_ASK');
        for (const [index, rate] of closes('YIELD_BID').entries()) expect(rate).toBeGreaterThan(askYields[index] ?? 0);
      }),
      { numRuns: 40 },
    );
  });

  it('of bids and of asks ends at the quote', () => {
    fc.assert(
      fc.property(anInstrument, aDay, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (instrument, day, position) => {
        if (!isAvailable('BID', instrument)) return;
        const [segment] = model.schedule(instrument).previous(day).segments;
        if (!segment) return;
        const instant = segment.start + Math.floor(((segment.end - segment.start) * position) / 1000) * 1000;
        const { bid, ask } = quotesOf(model).at(instrument, instant);
        const range = { from: instant, to: instant + 1000, regularOnly: false };
        const last = (kind: 'BID' | 'ASK') =>
          seriesOf(model, instrument, kind, { unit: 'second', count: 1 }, range).at(-1)?.close;
        expect([last('BID'), last('ASK')]).toEqual([bid, ask]);
      }),
      { numRuns: 40 },
    );
  });
});
