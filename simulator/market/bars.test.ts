import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Bar, type BarSize, barsOf } from './bars.ts';
import { anyContract, Catalogue } from './catalogue.ts';
import { createSchedules } from './exchanges.ts';
import type { Instrument } from './instruments.ts';
import { listings } from './listings.ts';
import { PriceModel } from './prices.ts';
import { markAt, quoteAt } from './quotes.ts';
import { incrementAt, marketRules, roundToTick } from './rules.ts';
import { dayMs, dayNumber } from './zone.ts';

const oneDay: BarSize = { unit: 'day', count: 1 };
const oneMinute: BarSize = { unit: 'minute', count: 1 };
const model = new PriceModel(42, createSchedules());
const catalogue = new Catalogue(model);
const today = dayNumber('20261120');
const options = catalogue.find({ ...anyContract, symbol: 'AAPL', secType: 'OPT', expiry: '202612' }, today);
const futures = catalogue.find({ ...anyContract, symbol: 'ES', secType: 'FUT' }, today);
const everything: readonly Instrument[] = [...listings, ...futures, ...options.filter((_, index) => index % 17 === 0)];

const anInstrument = fc.constantFrom(...everything);
/** Days between 2023 and 2026, so that holidays, early closes and clock changes all come up. */
const aDay = fc.integer({ min: dayNumber('20230103'), max: today });

/** The range of one trading day of an instrument, midnight to midnight of exchange time being of no use overnight. */
function rangeOf(instrument: Instrument, day: number, regularOnly: boolean) {
  const tradingDay = model.schedule(instrument).previous(day);
  return {
    from: tradingDay.segments[0]?.start ?? 0,
    to: tradingDay.segments.at(-1)?.end ?? 0,
    regularOnly,
  };
}

function joined(bars: readonly Bar[]) {
  return {
    open: bars[0]?.open,
    high: Math.max(...bars.map(({ high }) => high)),
    low: Math.min(...bars.map(({ low }) => low)),
    close: bars.at(-1)?.close,
    volume: bars.reduce((sum, { volume }) => sum + volume, 0),
    trades: bars.reduce((sum, { trades }) => sum + trades, 0),
  };
}

function whole({ open, high, low, close, volume, trades }: Bar) {
  return { open, high, low, close, volume, trades };
}

describe('bars', () => {
  it('of a day are the sum of its minutes', () => {
    fc.assert(
      fc.property(anInstrument, aDay, fc.boolean(), (instrument, day, regularOnly) => {
        const range = rangeOf(instrument, day, regularOnly);
        const [daily, ...more] = barsOf(model, instrument, oneDay, range);
        expect(more).toEqual([]);
        expect(whole(daily as Bar)).toEqual(joined(barsOf(model, instrument, oneMinute, range)));
      }),
      { numRuns: 60 },
    );
  });

  it('of any size are the sum of smaller ones, also while the day is in progress', () => {
    const sizes = fc.constantFrom<BarSize>(
      { unit: 'minute', count: 5 },
      { unit: 'minute', count: 60 },
      { unit: 'minute', count: 240 },
      oneDay,
    );
    fc.assert(
      fc.property(
        anInstrument,
        aDay,
        sizes,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (instrument, day, size, part) => {
          const range = rangeOf(instrument, day, true);
          const to = range.from + Math.ceil(((range.to - range.from) * part) / 1000) * 1000;
          const inProgress = { ...range, to };
          const minutes = barsOf(model, instrument, oneMinute, inProgress);
          const bars = barsOf(model, instrument, size, inProgress);
          if (minutes.length === 0) expect(bars).toEqual([]);
          else expect(joined(bars)).toEqual(joined(minutes));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of a minute are the sum of its seconds', () => {
    fc.assert(
      fc.property(anInstrument, aDay, fc.nat({ max: 100 }), (instrument, day, offset) => {
        const tradingDay = model.schedule(instrument).previous(day);
        const { start = 0, end = 0 } = tradingDay.segments.find(({ regular }) => regular) ?? {};
        const from = Math.min(start + offset * 60_000, end - 60_000);
        const range = { from, to: from + 60_000, regularOnly: true };
        const [minute] = barsOf(model, instrument, oneMinute, range);
        const seconds = barsOf(model, instrument, { unit: 'second', count: 5 }, range);
        expect(seconds).toHaveLength(12);
        expect(joined(seconds)).toEqual(whole(minute as Bar));
      }),
      { numRuns: 60 },
    );
  });

  it('hold together, are positive and stay within the hours of trade', () => {
    fc.assert(
      fc.property(anInstrument, aDay, (instrument, day) => {
        const schedule = model.schedule(instrument);
        for (const bar of barsOf(model, instrument, { unit: 'minute', count: 15 }, rangeOf(instrument, day, false))) {
          expect(bar.low).toBeGreaterThanOrEqual(0);
          expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
          expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
          expect(bar.wap).toBeGreaterThanOrEqual(bar.low);
          expect(bar.wap).toBeLessThanOrEqual(bar.high);
          expect(schedule.openSegment(bar.start)).toBeDefined();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('do not depend on what was asked before', () => {
    const range = rangeOf(listings[0] as Instrument, today - 100, false);
    const fresh = new PriceModel(42, createSchedules());
    expect(barsOf(fresh, listings[0] as Instrument, oneMinute, range)).toEqual(
      barsOf(model, listings[0] as Instrument, oneMinute, range),
    );
    const other = new PriceModel(43, createSchedules());
    expect(barsOf(other, listings[0] as Instrument, oneMinute, range)).not.toEqual(
      barsOf(model, listings[0] as Instrument, oneMinute, range),
    );
  });

  it('come in their thousands', () => {
    const to = Date.parse('2026-11-20T21:00:00Z');
    const fresh = new PriceModel(7, createSchedules());
    const range = { from: to - 45 * dayMs, to, regularOnly: true };
    const bars = barsOf(fresh, listings[0] as Instrument, oneMinute, range);
    expect(bars.length).toBeGreaterThan(12_000);
  });

  it('have the volatility their instrument is given', () => {
    for (const instrument of listings.slice(0, 12)) {
      const to = Date.parse('2026-11-20T21:00:00Z');
      const closes = barsOf(model, instrument, oneDay, { from: to - 3000 * dayMs, to, regularOnly: true }).map(
        ({ close }) => close,
      );
      const returns = closes.slice(1).map((close, index) => Math.log(close / (closes[index] as number)));
      const annual = Math.sqrt((returns.reduce((sum, value) => sum + value ** 2, 0) / returns.length) * 252);
      expect(annual / instrument.process.volatility).toBeGreaterThan(0.8);
      expect(annual / instrument.process.volatility).toBeLessThan(1.25);
    }
  });
});

describe('quotes', () => {
  const anInstant = fc
    .integer({ min: Date.parse('2024-01-02T00:00:00Z'), max: Date.parse('2026-11-20T00:00:00Z') })
    .map((instant) => Math.floor(instant / 1000) * 1000);

  it('agree with the last minute bar, open or closed', () => {
    fc.assert(
      fc.property(anInstrument, anInstant, (instrument, instant) => {
        const bars = barsOf(model, instrument, oneMinute, {
          // Some exchanges rest for more than a week.
          from: instant - 14 * dayMs,
          to: instant + 1,
          regularOnly: false,
        });
        expect(quoteAt(model, instrument, instant).last).toBe(roundToTick(instrument.rule, bars.at(-1)?.close ?? 0));
      }),
      { numRuns: 40 },
    );
  });

  it('are on tick, bid below ask, and within the day’s range', () => {
    fc.assert(
      fc.property(anInstrument, anInstant, (instrument, instant) => {
        const quote = quoteAt(model, instrument, instant);
        for (const price of [quote.bid, quote.ask, quote.last, quote.high, quote.low, quote.close, quote.dayOpen]) {
          if (price !== undefined) expect(roundToTick(instrument.rule, price)).toBe(price);
        }
        expect(quote.last).toBeGreaterThanOrEqual(quote.low);
        expect(quote.last).toBeLessThanOrEqual(quote.high);
        if (instrument.secType === 'IND') expect(quote.bid).toBeUndefined();
        else expect(quote.bid).toBeLessThan(quote.ask ?? 0);
      }),
      { numRuns: 150 },
    );
  });

  it('stand still while the market is closed', () => {
    const apple = listings[0] as Instrument;
    const saturday = Date.parse('2026-11-21T12:00:00Z');
    expect(quoteAt(model, apple, saturday + dayMs)).toEqual(quoteAt(model, apple, saturday));
    expect(quoteAt(model, apple, saturday).open).toBe(false);
  });
});

describe('prices', () => {
  it('of different instruments move together as far as their betas say', () => {
    const returnsOf = (symbol: string): number[] => {
      const instrument = listings.find((listing) => listing.symbol === symbol) as Instrument;
      const to = Date.parse('2026-11-20T21:00:00Z');
      const closes = barsOf(model, instrument, oneDay, { from: to - 2000 * dayMs, to, regularOnly: true }).map(
        ({ close }) => close,
      );
      return closes.slice(1).map((close, index) => Math.log(close / (closes[index] as number)));
    };
    const correlation = (a: number[], b: number[]): number => {
      const dot = (x: number[], y: number[]) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    const index = returnsOf('SPX');
    expect(correlation(index, returnsOf('SPY'))).toBeGreaterThan(0.95);
    expect(correlation(index, returnsOf('AAPL'))).toBeGreaterThan(0.4);
    expect(correlation(index, returnsOf('VIX'))).toBeLessThan(-0.3);
  });

  it('of futures converge on their index', () => {
    const [front, , , last] = futures;
    const at = Date.parse('2026-11-20T18:00:00Z');
    const spx = markAt(model, listings.find(({ symbol }) => symbol === 'SPX') as Instrument, at);
    const basis = (future: Instrument | undefined) => markAt(model, future as Instrument, at) / spx - 1;
    expect(basis(front)).toBeGreaterThan(-0.01);
    expect(basis(front)).toBeLessThan(0.015);
    expect(basis(last)).toBeGreaterThan(basis(front));
  });
});

describe('roundToTick', () => {
  const rule = fc.constantFrom(...Object.keys(marketRules).map(Number)) as fc.Arbitrary<keyof typeof marketRules>;
  const price = fc.double({ min: 0, max: 5000, noNaN: true });

  it('keeps the order of prices', () => {
    fc.assert(
      fc.property(rule, price, price, (id, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(roundToTick(id, low)).toBeLessThanOrEqual(roundToTick(id, high));
      }),
    );
  });

  it('gives multiples of the increment', () => {
    fc.assert(
      fc.property(rule, price, (id, raw) => {
        const rounded = roundToTick(id, raw);
        const ticks = rounded / incrementAt(id, rounded);
        expect(Math.abs(ticks - Math.round(ticks))).toBeLessThan(1e-6);
      }),
    );
  });
});
