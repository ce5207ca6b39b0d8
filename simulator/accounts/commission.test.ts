import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bonds } from '../market/bonds.ts';
import type { Instrument } from '../market/instruments.ts';
import { aapl, listings } from '../market/listings.ts';
import { commissionOf } from './commission.ts';

const dressed = (secType: string, rest: Partial<Instrument> = {}): Instrument =>
  ({ ...aapl, ...rest, secType }) as Instrument;
const listed = (symbol: string, currency: string): Instrument => {
  const found = listings.find((listing) => listing.symbol === symbol && listing.currency === currency);
  if (!found) throw new Error(`${symbol}.${currency} is not listed`);
  return found;
};
const option = dressed('OPT', { multiplier: 100 });
const future = (symbol: string, tradingClass = symbol): Instrument =>
  dressed('FUT', { symbol, tradingClass, multiplier: 50 });
const fee = (instrument: Instrument, quantity: number, price: number): number =>
  commissionOf(instrument, new Decimal(quantity), price).toNumber();
const [bond = aapl] = bonds;

describe('a commission', () => {
  it.each([
    ['a small order of US shares', aapl, 100, 250, 1],
    ['a large one', aapl, 1001, 250, 5.005],
    ['penny shares, at most one percent', aapl, 10_000, 0.1, 10],
    ['a tiny order, at most one percent', aapl, 1, 20, 0.2],
    ['British shares in pence', listed('SHEL', 'GBP'), 1000, 2700, 13.5],
    ['few of them', listed('SHEL', 'GBP'), 10, 2700, 3],
    ['German shares', listed('SAP', 'EUR'), 10, 200, 3],
    ['Hong Kong shares', listed('700', 'HKD'), 100, 600, 48],
    ['two options', option, 2, 5, 1.3],
    ['one option', option, 1, 5, 1],
    ['cheap options', option, 100, 0.04, 25],
    ['options between', option, 100, 0.07, 50],
    ['an E-mini', future('ES'), 3, 6900, 6.75],
    ['micros', future('MES'), 3, 6900, 1.86],
    ['a VIX future, called by its class', future('VIX', 'VX'), 1, 20, 2.42],
    ['an option on an E-mini', dressed('FOP', { underlying: future('ES'), multiplier: 50 }), 1, 30, 2.25],
    ['a small exchange of currencies', listed('EUR', 'USD'), 25_000, 1.17, 2],
    ['a large one of currencies', listed('EUR', 'USD'), 1_000_000, 1.17, 23.4],
    ['yen', listed('USD', 'JPY'), 10_000, 156, 310],
    ['coins', dressed('CRYPTO'), 1, 100_000, 180],
    ['few coins', dressed('CRYPTO'), 0.001, 100_000, 1],
    ['a fund', dressed('FUND'), 10, 600, 14.95],
    ['little of a fund', dressed('FUND'), 0.5, 600, 9],
    ['gold', dressed('CMDTY'), 100, 4300, 6.45],
    ['share CFDs', dressed('CFD', { underlying: aapl }), 10, 5, 1],
    ['bonds', bond, 25, 100, 13.75],
    ['nothing at all', aapl, 0, 250, 0],
  ] as const)('for %s', (_, instrument, quantity, price, expected) => {
    expect(fee(instrument, quantity, price)).toBe(expected);
  });

  it('is never negative, never falls as more is filled, and is charged in parts that add up to the whole', () => {
    const kinds = [aapl, listed('SHEL', 'GBP'), option, future('ES'), listed('EUR', 'USD'), dressed('CRYPTO'), bond];
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 100_000 }),
        (instrument, fills, cents) => {
          let filled = new Decimal(0);
          let charged = new Decimal(0);
          for (const fill of fills) {
            filled = filled.plus(fill);
            const part = commissionOf(instrument, filled, cents / 100).minus(charged);
            expect(part.isNegative()).toBe(false);
            charged = charged.plus(part);
          }
          expect(charged).toEqual(commissionOf(instrument, filled, cents / 100));
        },
      ),
      { numRuns: 200 },
    );
  });
});
