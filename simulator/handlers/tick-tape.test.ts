import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsOf } from '../market/bars.ts';
import { createSchedules } from '../market/exchanges.ts';
import { listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { roundToTick } from '../market/rules.ts';
import { dayNumber } from '../market/zone.ts';
import { quotesOf } from './quote-cache.ts';
import { quotesIn, tradesIn } from './tick-tape.ts';

const model = new PriceModel(7, createSchedules());
const traded = listings.filter(({ process }) => process.volume > 0);
const quoted = listings.filter(({ secType }) => secType !== 'IND' && secType !== 'CASH').slice(0, 12);
const second = { unit: 'second', count: 1 } as const;

/** Up to forty seconds somewhere in a trading day. */
const aStretch = fc.record({
  day: fc.integer({ min: dayNumber('20240103'), max: dayNumber('20261120') }),
  position: fc.double({ min: 0, max: 0.99, noNaN: true }),
  seconds: fc.integer({ min: 1, max: 40 }),
});

function rangeOf(instrument: (typeof listings)[number], stretch: { day: number; position: number; seconds: number }) {
  const { segments } = model.schedule(instrument).previous(stretch.day);
  const start = segments[0]?.start ?? 0;
  const end = segments.at(-1)?.end ?? 0;
  const from = start + Math.floor(((end - start) * stretch.position) / 1000) * 1000;
  return { from, to: from + stretch.seconds * 1000, regularOnly: false };
}

describe('prints', () => {
  it('add up to the bars of the same seconds, lie within them and end at their close', () => {
    fc.assert(
      fc.property(fc.constantFrom(...traded), aStretch, (instrument, stretch) => {
        const range = rangeOf(instrument, stretch);
        const prints = Map.groupBy(tradesIn(model, instrument, range, false), ({ time }) => time);
        for (const bar of barsOf(model, instrument, second, range)) {
          const own = prints.get(bar.start / 1000) ?? [];
          const prices = own.map(({ price }) => price);
          expect(own.reduce((sum, { size }) => sum + size, 0)).toBeCloseTo(bar.volume, 6);
          expect(own.every(({ size }) => size > 0)).toBe(true);
          if (own.length === 0) continue;
          const rounded = (price: number) => roundToTick(instrument.rule, price);
          expect(prices.at(-1)).toBe(rounded(bar.close));
          expect(Math.max(...prices)).toBeLessThanOrEqual(rounded(bar.high));
          expect(Math.min(...prices)).toBeGreaterThanOrEqual(rounded(bar.low));
          if (own.length < 4) continue;
          expect(prices[0]).toBe(rounded(bar.open));
          expect(Math.max(...prices)).toBe(rounded(bar.high));
          expect(Math.min(...prices)).toBe(rounded(bar.low));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same however the time is cut', () => {
    fc.assert(
      fc.property(fc.constantFrom(...traded), aStretch, fc.integer({ min: 0, max: 40 }), (instrument, stretch, cut) => {
        const range = rangeOf(instrument, stretch);
        const middle = Math.min(range.to, range.from + cut * 1000);
        expect([
          ...tradesIn(model, instrument, { ...range, to: middle }, true),
          ...tradesIn(model, instrument, { ...range, from: middle }, true),
        ]).toEqual(tradesIn(model, instrument, range, true));
      }),
      { numRuns: 30 },
    );
  });

  it('that are not reported are on the tape of all only', () => {
    const apple = traded.find(({ symbol }) => symbol === 'AAPL') as (typeof traded)[number];
    const from = Date.parse('2026-11-20T17:00:00Z');
    const range = { from, to: from + 120_000, regularOnly: true };
    const all = tradesIn(model, apple, range, true);
    expect(all.filter(({ unreported }) => unreported).length).toBeGreaterThan(0);
    expect(all.filter(({ unreported }) => !unreported)).toEqual(tradesIn(model, apple, range, false));
  });
});

describe('changes of bid and ask', () => {
  it('end every second at the quote of that second', () => {
    fc.assert(
      fc.property(fc.constantFrom(...quoted), aStretch, (instrument, stretch) => {
        const range = rangeOf(instrument, stretch);
        const ticks = quotesIn(model, instrument, range, false);
        for (const [time, own] of Map.groupBy(ticks, (tick) => tick.time)) {
          const { bid, ask, bidSize, askSize } = quotesOf(model).at(instrument, time * 1000);
          expect(own.at(-1)).toMatchObject({ bid, ask, bidSize, askSize });
          expect(own.every((tick) => tick.bid < tick.ask)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('are the same however the time is cut', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...quoted),
        aStretch,
        fc.integer({ min: 0, max: 40 }),
        fc.boolean(),
        (instrument, stretch, cut, ignoreSize) => {
          const range = rangeOf(instrument, stretch);
          const middle = Math.min(range.to, range.from + cut * 1000);
          expect([
            ...quotesIn(model, instrument, { ...range, to: middle }, ignoreSize),
            ...quotesIn(model, instrument, { ...range, from: middle }, ignoreSize),
          ]).toEqual(quotesIn(model, instrument, range, ignoreSize));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('without size are changes of price', () => {
    const [instrument] = quoted;
    if (!instrument) throw new Error('nothing is quoted');
    const from = Date.parse('2026-11-20T17:00:00Z');
    const ticks = quotesIn(model, instrument, { from, to: from + 60_000, regularOnly: false }, true);
    expect(ticks.length).toBeGreaterThan(10);
    for (const [index, { bid, ask }] of ticks.entries()) {
      const before = ticks[index - 1];
      expect(before?.bid === bid && before.ask === ask).toBe(false);
    }
  });
});
