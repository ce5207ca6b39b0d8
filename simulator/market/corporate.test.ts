import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accruedInterest, bonds, bondYield, cleanPrice } from './bonds.ts';
import { borrowOf, shortabilityOf } from './borrow.ts';
import { dividendSummary, dividendsOf } from './dividends.ts';
import { createSchedules, exchangeSchedules } from './exchanges.ts';
import type { Instrument } from './instruments.ts';
import { listings } from './listings.ts';
import { PriceModel } from './prices.ts';
import { incrementAt, type MarketRuleId, marketRules, moveByTicks, roundToTick } from './rules.ts';
import { dayNumber, dayOf } from './zone.ts';

const model = new PriceModel(5, createSchedules());
const today = dayNumber('20261120');
const noon = Date.parse('2026-11-20T17:00:00Z');
const listing = (symbol: string, secType = 'STK'): Instrument =>
  listings.find((candidate) => candidate.symbol === symbol && candidate.secType === secType) as Instrument;

/** Whether an order may name this price: a whole number of the increments that apply at it. */
function isOnTick(rule: MarketRuleId, price: number): boolean {
  const ticks = Math.abs(price) / incrementAt(rule, Math.abs(price));
  return Math.abs(ticks - Math.round(ticks)) < 1e-6;
}

/** Whether an order may be for this many units: at least the smallest size, in whole increments of it. */
function isValidSize({ minSize, sizeIncrement }: Instrument, quantity: Decimal | number): boolean {
  const units = new Decimal(quantity);
  return units.gte(minSize) && units.mod(sizeIncrement).isZero();
}

describe('dividends', () => {
  const payers = listings.filter((instrument) => dividendsOf(instrument).length > 0);

  it('go ex and are paid on trading days, in order', () => {
    expect(payers.length).toBeGreaterThan(40);
    for (const instrument of payers) {
      let last = 0;
      for (const { exDay, payDay, amount } of dividendsOf(instrument)) {
        expect(exDay).toBeGreaterThan(last);
        last = exDay;
        expect(payDay).toBeGreaterThan(exDay);
        expect(amount).toBeGreaterThan(0);
        for (const day of [exDay, payDay]) expect(exchangeSchedules[instrument.schedule].tradingDay(day)).toBeDefined();
      }
    }
  });

  it('are summed over a year either way', () => {
    fc.assert(
      fc.property(fc.constantFrom(...payers), fc.integer({ min: dayNumber('20170101'), max: today }), (payer, day) => {
        const [past, coming, next = '', amount] = (dividendSummary(payer, day) ?? '').split(',');
        const dividends = dividendsOf(payer);
        const ahead = dividends.filter(({ exDay }) => exDay > day);
        expect(next).toBe(dayOf(ahead[0]?.exDay ?? 0));
        expect(Number(amount)).toBeCloseTo(ahead[0]?.amount ?? 0, 1);
        // They grow from year to year, but for what rounding takes.
        expect(Number(past)).toBeGreaterThan(0);
        expect(Number(past)).toBeLessThanOrEqual(Number(coming));
      }),
    );
  });

  it('are none of shares that pay none, and of what is no share', () => {
    expect(dividendSummary(listing('TSLA'), today)).toBeUndefined();
    expect(dividendsOf(listing('AAPL', 'CFD'))).toEqual([]);
  });
});

describe('borrowing', () => {
  it('is easy of a large share, dear of a short one, and out of the question where nobody lends', () => {
    expect(borrowOf(model, listing('AAPL'), noon)).toMatchObject({ feeRate: 0.0025 });
    expect(shortabilityOf(borrowOf(model, listing('AAPL'), noon))).toBe(3);
    expect(borrowOf(model, listing('PLUG'), noon).feeRate).toBeGreaterThan(0.05);
    expect(shortabilityOf(borrowOf(model, listing('GNSQ'), noon))).toBe(1);
    expect(borrowOf(model, listing('EUR', 'CASH'), noon).shares).toBe(Number.POSITIVE_INFINITY);
  });

  it('changes from day to day and not within one', () => {
    const game = listing('GME');
    expect(borrowOf(model, game, noon + 3_600_000)).toEqual(borrowOf(model, game, noon));
    expect(borrowOf(model, game, noon + 86_400_000 * 3)).not.toEqual(borrowOf(model, game, noon));
  });
});

describe('bonds', () => {
  const aBond = fc.constantFrom(...bonds);
  const aDay = fc.integer({ min: dayNumber('20250102'), max: dayNumber('20280401') });

  it('accrue their coupon and begin again when it is paid', () => {
    fc.assert(
      fc.property(aBond, aDay, (bond, day) => {
        const [before, after] = [accruedInterest(bond, day), accruedInterest(bond, day + 1)];
        expect(before).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThan((bond.bond?.coupon ?? 0) / 2);
        if (after !== 0) expect(after).toBeGreaterThan(before);
      }),
    );
    const [note] = bonds;
    expect(accruedInterest(note as Instrument, dayNumber('20261115'))).toBe(0);
  });

  it('yield what their price says', () => {
    fc.assert(
      fc.property(aBond, aDay, fc.double({ min: 70, max: 130, noNaN: true }), (bond, day, price) => {
        expect(cleanPrice(bond, bondYield(bond, price, day), day)).toBeCloseTo(price, 6);
      }),
    );
    // At par a bond yields its coupon.
    const [note] = bonds;
    expect(bondYield(note as Instrument, 100, dayNumber('20261115'))).toBeCloseTo(0.0425, 6);
  });

  it('have no interest to accrue when they are none', () => {
    expect(() => accruedInterest(listing('AAPL'), today)).toThrow(TypeError);
  });
});

describe('ticks and sizes', () => {
  const rule = fc.constantFrom(...(Object.keys(marketRules).map(Number) as MarketRuleId[]));

  it('of every ladder hold what rounding gives, and nothing between', () => {
    fc.assert(
      fc.property(rule, fc.double({ min: 0.01, max: 200_000, noNaN: true }), (id, price) => {
        const rounded = roundToTick(id, price);
        expect(isOnTick(id, rounded)).toBe(true);
        expect(isOnTick(id, rounded + incrementAt(id, rounded) * 0.3)).toBe(false);
        expect(isOnTick(id, moveByTicks(id, rounded, 1))).toBe(true);
      }),
    );
  });

  it('are moved over without overtaking, and back to where one came from', () => {
    const price = fc.double({ min: 0.01, max: 200_000, noNaN: true });
    fc.assert(
      fc.property(rule, price, fc.integer({ min: 1, max: 40 }), (id, raw, ticks) => {
        const lower = roundToTick(id, raw);
        const higher = moveByTicks(id, lower, 1);
        expect(higher).toBeGreaterThan(lower);
        for (const move of [ticks, -ticks])
          expect(moveByTicks(id, higher, move)).toBeGreaterThanOrEqual(moveByTicks(id, lower, move));
        expect(moveByTicks(id, moveByTicks(id, lower, ticks), -ticks)).toBe(lower);
      }),
    );
    // From 3,000 on this ladder has ticks of 5, below of 1.
    expect([moveByTicks(636, 3000, -1), moveByTicks(636, 2999, 2)]).toEqual([2999, 3005]);
  });

  it('are whole lots, whole shares or fractions, as the market has it', () => {
    expect(isValidSize(listing('AAPL'), 0.0001)).toBe(true);
    expect(isValidSize(listing('AAPL'), new Decimal('1.00005'))).toBe(false);
    expect(isValidSize(listing('7203'), 150)).toBe(false);
    expect(isValidSize(listing('5'), 800)).toBe(true);
    expect(isValidSize(listing('SIE'), 0.5)).toBe(false);
    expect(isValidSize(listing('BTC', 'CRYPTO'), 0.00000001)).toBe(true);
    expect(isValidSize(listing('AAPL'), 0)).toBe(false);
  });
});
