import { Decimal } from 'decimal.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocationsOf, apportion, cents, sum, totalsOf, valued } from './allocation.ts';
import { countryOf } from './country.ts';
import { type Holding, isOption, isPaidFor, type Reported } from './holdings.ts';
import { concentrationOf, greeksOf, topOf, withoutGreeks } from './risk.ts';

const amount = fc.integer({ min: -1e10, max: 1e10 }).map((units) => new Decimal(units).div(10_000));
const greeks = fc.record({
  delta: fc.double({ min: -1, max: 1, noNaN: true }),
  gamma: fc.double({ min: 0, max: 0.2, noNaN: true }),
  theta: fc.double({ min: -2, max: 0, noNaN: true }),
  vega: fc.double({ min: 0, max: 5, noNaN: true }),
  underlying: fc.double({ min: 1, max: 1_000, noNaN: true }),
});

const holding: fc.Arbitrary<Holding> = fc
  .record({
    account: fc.constantFrom('DU1', 'DU2'),
    conId: fc.integer({ min: 1, max: 30 }),
    kind: fc.constantFrom('STK', 'OPT', 'FOP', 'FUT', 'BOND', 'FUND', 'CRYPTO', 'CFD', 'CASH'),
    quantity: fc.integer({ min: -500, max: 500 }),
    pointValue: fc.constantFrom(0.01, 1, 50, 100),
    currency: fc.constantFrom('USD', 'EUR', 'JPY'),
    rate: fc.constantFrom(1, 1.0837, 0.0067),
    worth: fc.option(amount, { nil: undefined, freq: 10 }),
    unrealized: fc.option(amount, { nil: undefined, freq: 10 }),
    sector: fc.constantFrom('Technology', 'Energy', 'unknown'),
    country: fc.constantFrom('US', 'DE', 'unknown'),
    underlyingId: fc.integer({ min: 31, max: 34 }),
    greeks: fc.option(greeks, { nil: undefined }),
  })
  .map(({ underlyingId, greeks, ...rest }) => {
    const contract = `C${rest.conId}`;
    if (!isOption(rest)) return { ...rest, contract, underlying: { conId: rest.conId, contract } };
    const option = { ...rest, contract, underlying: { conId: underlyingId, contract: `U${underlyingId}` } };
    return greeks ? { ...option, greeks } : option;
  });
const holdings = fc.array(holding, { maxLength: 25 });
const reported: fc.Arbitrary<Reported> = fc
  .record({ netLiquidation: amount, funds: fc.array(fc.tuple(amount, amount), { minLength: 3, maxLength: 3 }) })
  .map(({ netLiquidation, funds }) => ({
    netLiquidation,
    cash: sum(funds.map(([cash]) => cash)),
    accrued: sum(funds.map(([, accrued]) => accrued)),
    funds: ['USD', 'EUR', 'JPY'].map((currency, index) => ({
      currency,
      cash: funds[index]?.[0] ?? new Decimal(0),
      accrued: funds[index]?.[1] ?? new Decimal(0),
    })),
  }));

describe('apportioned amounts', () => {
  it('add up to the rounded sum of the exact ones, each within a cent of its own', () => {
    fc.assert(
      fc.property(fc.array(amount, { maxLength: 40 }), (amounts) => {
        const parts = apportion(amounts);
        expect(sum(parts).toFixed()).toBe(cents(sum(amounts)).toFixed());
        for (const [index, part] of parts.entries()) {
          expect(
            part
              .minus(amounts[index] ?? 0)
              .abs()
              .toNumber(),
          ).toBeLessThanOrEqual(0.01);
          expect(part.decimalPlaces()).toBeLessThanOrEqual(2);
        }
      }),
    );
  });
});

describe('any portfolio', () => {
  it('adds up to net liquidation to the cent, in its totals and in every allocation', () => {
    fc.assert(
      fc.property(holdings, reported, (list, said) => {
        const own = valued(list);
        const { netLiquidation, cash, positions, accrued, unexplained, long, short } = totalsOf(own, said);
        const whole = cents(said.netLiquidation).toFixed();
        expect(Decimal.sum(cash, positions, accrued, unexplained).toFixed()).toBe(whole);
        expect(new Decimal(netLiquidation).toFixed()).toBe(whole);
        expect(Decimal.sum(long, short).toFixed()).toBe(new Decimal(positions).toFixed());
        for (const { rows } of Object.values(allocationsOf(own, said))) {
          expect(Decimal.sum(0, ...rows.map(([, value]) => Number(value))).toFixed()).toBe(whole);
        }
      }),
    );
  });

  it('counts as positions what is paid for, and nothing else', () => {
    fc.assert(
      fc.property(holdings, reported, (list, said) => {
        const exact = sum(list.filter(isPaidFor).map(({ worth }) => worth ?? new Decimal(0)));
        expect(totalsOf(valued(list), said).positions).toBe(cents(exact).toNumber() + 0);
      }),
    );
  });

  it('has the same exposure however it is divided', () => {
    fc.assert(
      fc.property(holdings, reported, (list, said) => {
        const own = valued(list);
        const { netExposure, grossExposure } = totalsOf(own, said);
        for (const { rows } of Object.values(allocationsOf(own, said))) {
          const divided = rows.reduce((total, [, , , exposure]) => total + Number(exposure), 0);
          expect(Math.abs(divided - netExposure)).toBeLessThan(0.1);
        }
        expect(Math.abs(greeksOf(own, 50).deltaDollars - netExposure)).toBeLessThan(0.02);
        expect(grossExposure).toBeGreaterThanOrEqual(Math.abs(netExposure) - 0.02);
      }),
    );
  });

  it('has mirrored exposure and Greeks when every position is turned around', () => {
    fc.assert(
      fc.property(holdings, (list) => {
        const mirrored = list.map((held) => ({ ...held, quantity: -held.quantity, worth: held.worth?.neg() }));
        const [one, other] = [greeksOf(valued(list), 50), greeksOf(valued(mirrored), 50)];
        for (const greek of ['deltaDollars', 'gamma', 'theta', 'vega'] as const) {
          expect(one[greek] + other[greek]).toBeCloseTo(0, 1);
        }
      }),
    );
  });

  it('has Greeks that are the sums of those of its underlyings, and names options that lack them', () => {
    fc.assert(
      fc.property(holdings, (list) => {
        const options = valued(list.filter(isOption));
        const { rows, columns, ...all } = greeksOf(options, 50);
        for (const greek of ['deltaDollars', 'gamma', 'theta', 'vega'] as const) {
          const column = columns.indexOf(greek);
          expect(rows.reduce((total, row) => total + Number(row[column]), 0)).toBeCloseTo(all[greek], 1);
        }
        const lacking = new Set(options.filter(({ greeks }) => !greeks).map(({ contract }) => contract));
        expect(new Set(withoutGreeks(options))).toEqual(lacking);
      }),
    );
  });

  it('is as concentrated as its largest parts', () => {
    fc.assert(
      fc.property(holdings, (list) => {
        const concentration = concentrationOf(valued(list));
        if (!concentration) return;
        const { underlyings, largestPercent, top5Percent, top10Percent, effectiveNumber } = concentration;
        expect(largestPercent).toBeLessThanOrEqual(top5Percent);
        expect(top5Percent).toBeLessThanOrEqual(top10Percent);
        expect(top10Percent).toBeLessThanOrEqual(100);
        expect(effectiveNumber).toBeGreaterThanOrEqual(0.99);
        expect(effectiveNumber).toBeLessThanOrEqual(underlyings + 0.01);
        if (underlyings <= 5) expect(top5Percent).toBe(100);
      }),
    );
  });

  it('shows each instrument once among its largest positions', () => {
    fc.assert(
      fc.property(holdings, amount, fc.integer({ min: 1, max: 30 }), (list, whole, limit) => {
        const { rows } = topOf(valued(list), whole, limit);
        const conIds = rows.map(([, conId]) => conId);
        expect(new Set(conIds).size).toBe(conIds.length);
        expect(conIds.length).toBe(Math.min(limit, new Set(list.map(({ conId }) => conId)).size));
      }),
    );
  });
});

describe('the country', () => {
  it.each([
    ['US0378331005', 'NASDAQ', 'US'],
    ['IE00B4L5Y983', 'LSEETF', 'IE'],
    ['XS0000000009', 'FWB', 'DE'],
    ['XS0000000009', 'SMART', 'unknown'],
    [undefined, 'SEHK', 'HK'],
    ['no isin', undefined, 'unknown'],
  ])('of %s at %s is %s', (isin, exchange, country) => {
    expect(countryOf(isin, exchange)).toBe(country);
  });
});
