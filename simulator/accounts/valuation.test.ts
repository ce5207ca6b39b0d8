import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSchedules } from '../market/exchanges.ts';
import { PriceModel } from '../market/prices.ts';
import { dayNumber } from '../market/zone.ts';
import { pointValue } from './kinds.ts';
import { createAccounts } from './opening.ts';
import { exchangeRate } from './rates.ts';
import { accountTags } from './tags.ts';
import { valueAccount } from './valuation.ts';

const today = dayNumber('20261120');
const anInstant = fc.integer({ min: Date.parse('2026-11-20T00:00:00Z'), max: Date.parse('2026-12-10T00:00:00Z') });
const aModel = fc.integer({ min: 1, max: 4 }).map((seed) => new PriceModel(seed, createSchedules()));

describe('valueAccount', () => {
  it('gives totals that are the sums of their parts, whenever and whatever the prices', () => {
    fc.assert(
      fc.property(aModel, anInstant, (model, instant) => {
        for (const account of createAccounts(['DU1', 'DU2', 'DU3'], model, today)) {
          const { base, currencies, holdings } = valueAccount(model, account, instant);
          expect(base.netLiquidation).toEqual(Decimal.sum(base.cash, ...Object.values(base.values)));
          const converted = currencies.map(({ netLiquidation, rate }) => netLiquidation.mul(rate));
          // Each of cash, stocks and options is rounded to the cent once per currency.
          expect(
            Decimal.sum(...converted)
              .minus(base.netLiquidation)
              .abs()
              .toNumber(),
          ).toBeLessThanOrEqual(0.015 * currencies.length);
          for (const { holding, price, marketValue, unrealized } of holdings) {
            const { instrument, quantity, averageCost } = holding;
            expect(marketValue).toEqual(quantity.mul(pointValue(instrument)).mul(price));
            expect(unrealized).toEqual(marketValue.minus(quantity.mul(averageCost)));
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('has margins below the equity and a cushion between 0 and 1 in the default account', () => {
    fc.assert(
      fc.property(aModel, anInstant, (model, instant) => {
        const [account] = createAccounts(['DU1'], model, today);
        if (!account) throw new Error('no account');
        const tags = new Map(
          accountTags(valueAccount(model, account, instant)).map(({ tag, value }) => [tag, Number(value)]),
        );
        expect(tags.get('MaintMarginReq')).toBeLessThan(tags.get('InitMarginReq') ?? 0);
        expect(tags.get('InitMarginReq')).toBeLessThan(tags.get('EquityWithLoanValue') ?? 0);
        expect(tags.get('Cushion')).toBeGreaterThan(0);
        expect(tags.get('Cushion')).toBeLessThan(1);
      }),
      { numRuns: 10 },
    );
  });
});

describe('exchangeRate', () => {
  const model = new PriceModel(1, createSchedules());
  const noon = Date.parse('2026-11-20T17:00:00Z');

  it('uses a pair in either direction', () => {
    expect(exchangeRate(model, 'USD', 'USD', noon).toNumber()).toBe(1);
    expect(exchangeRate(model, 'EUR', 'USD', noon).toNumber()).toBeGreaterThan(0.8);
    expect(exchangeRate(model, 'HKD', 'USD', noon).toNumber()).toBeCloseTo(0.128, 2);
  });

  it('says when there is none', () => {
    expect(() => exchangeRate(model, 'XXX', 'USD', noon)).toThrow(RangeError);
  });
});
