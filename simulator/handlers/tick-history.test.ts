import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf } from '../market/bars.ts';
import { createSchedules } from '../market/exchanges.ts';
import { listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { roundToTick } from '../market/rules.ts';
import { histogramOf } from './histogram-data.ts';
import { type TickSearch, ticksBefore, ticksFrom } from './tick-history.ts';
import { type TradeTick, tradesIn } from './tick-tape.ts';

const model = new PriceModel(11, createSchedules());
const apple = listings.find(({ symbol }) => symbol === 'AAPL') as (typeof listings)[number];
const trades = (regularOnly: boolean): TickSearch<TradeTick> => ({
  model,
  instrument: apple,
  regularOnly,
  mayHaveTicks: ({ volume }) => volume > 0,
  ticksIn: (range) => tradesIn(model, apple, range, false),
});
const noon = Date.parse('2026-11-20T17:00:00Z');
const open = Date.parse('2026-11-20T14:30:00Z');
const times = (ticks: readonly TradeTick[]) => ticks.map(({ time }) => time);

describe('past ticks', () => {
  it('from a start are as many as wanted and the rest of their last second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 0, max: 3600 }), (wanted, offset) => {
        const start = open + offset * 1000;
        const ticks = ticksFrom(trades(true), start, noon, wanted);
        expect(ticks.length).toBeGreaterThanOrEqual(wanted);
        const last = ticks.at(-1)?.time ?? 0;
        expect(ticks.slice(wanted).every(({ time }) => time === last)).toBe(true);
        expect(ticks).toEqual(tradesIn(model, apple, { from: start, to: (last + 1) * 1000, regularOnly: true }, false));
      }),
      { numRuns: 20 },
    );
  });

  it('before an end are as many as wanted and the rest of their first second', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 600, max: 3600 }), (wanted, offset) => {
        const end = open + offset * 1000;
        const ticks = ticksBefore(trades(true), end, wanted);
        expect(ticks.length).toBeGreaterThanOrEqual(wanted);
        const first = ticks[0]?.time ?? 0;
        expect(ticks.slice(0, ticks.length - wanted).every(({ time }) => time === first)).toBe(true);
        expect(ticks).toEqual(tradesIn(model, apple, { from: first * 1000, to: end, regularOnly: true }, false));
      }),
      { numRuns: 20 },
    );
  });

  it('reach over the night and the weekend', () => {
    const friday = ticksFrom(trades(true), Date.parse('2026-11-14T12:00:00Z'), noon, 10);
    expect(times(friday)[0]).toBe(Date.parse('2026-11-16T14:30:00Z') / 1000);
    const before = ticksBefore(trades(true), Date.parse('2026-11-16T12:00:00Z'), 10);
    expect(times(before).at(-1)).toBe(Date.parse('2026-11-13T21:00:00Z') / 1000 - 1);
  });

  it('do not reach into the future', () => {
    expect(ticksFrom(trades(true), noon - 2000, noon, 1000).every(({ time }) => time * 1000 < noon)).toBe(true);
    expect(ticksFrom(trades(true), noon, noon, 1000)).toEqual([]);
  });
});

describe('a histogram', () => {
  it('adds up to the bars of its range, and lies within them', () => {
    const traded = listings.filter(({ process }) => process.volume > 0);
    fc.assert(
      fc.property(fc.constantFrom(...traded), fc.integer({ min: 0, max: 300 }), fc.boolean(), (...drawn) => {
        const [instrument, ago, regularOnly] = drawn;
        const { segments } = model.schedule(instrument).latest(noon - ago * 86_400_000);
        const range = { from: segments[0]?.start ?? 0, to: segments.at(-1)?.end ?? 0, regularOnly };
        const rows = histogramOf(model, instrument, range);
        const [day] = barsOf(model, instrument, { unit: 'day', count: 1 }, range);
        expect(rows.reduce((sum, { size }) => sum + size, 0)).toBeCloseTo(day?.volume ?? 0, 4);
        const rounded = (price = 0) => roundToTick(instrument.rule, price);
        expect(rows[0]?.price ?? 0).toBeGreaterThanOrEqual(rounded(day?.low));
        expect(rows.at(-1)?.price ?? 0).toBeLessThanOrEqual(rounded(day?.high));
        expect([...rows].sort((a, b) => a.price - b.price)).toEqual(rows);
      }),
      { numRuns: 15 },
    );
  });
});
