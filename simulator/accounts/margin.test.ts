import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { spx } from '../market/indices.ts';
import type { Instrument } from '../market/instruments.ts';
import { aapl } from '../market/listings.ts';
import type { Holding } from './account.ts';
import { optionRequirement } from './margin-options.ts';
import { requirementOf } from './margin-rates.ts';
import { flat } from './positions.ts';
import type { ValuedHolding } from './valued.ts';

const d = (value: Decimal.Value): Decimal => new Decimal(value);

function valued(instrument: Instrument, quantity: number, price: number, rest: Partial<ValuedHolding> = {}) {
  const holding: Holding = { ...flat(instrument), quantity: d(quantity) };
  return {
    holding,
    price: d(price),
    marketValue: d(quantity)
      .mul(instrument.multiplier ?? 1)
      .mul(price),
    unrealized: d(0),
    daily: d(0),
    unsettled: d(0),
    accruedCoupon: d(0),
    rate: d(1),
    ...rest,
  } satisfies ValuedHolding;
}

function option(right: 'C' | 'P', strike: number, rest: Partial<Instrument> = {}): Instrument {
  const expiry = '20270115';
  return { ...aapl, secType: 'OPT', right, strike, expiry, multiplier: 100, underlying: aapl, ...rest };
}

/** What options need while the underlying stands at 200. */
function needed(options: readonly ValuedHolding[], shares = 0, futureMargin?: number): number {
  return optionRequirement({
    options,
    shares: d(shares),
    underlyingPrice: d(200),
    ...(futureMargin === undefined ? {} : { futureMargin: d(futureMargin) }),
  }).toNumber();
}

describe('options', () => {
  it('need nothing when they are long', () => {
    expect(needed([valued(option('C', 210), 3, 5), valued(option('P', 190), 2, 4)])).toBe(0);
  });

  it('need their premium and a fifth of the underlying less what they are out of the money when short', () => {
    expect(needed([valued(option('C', 210), -1, 5)])).toBe(500 + (40 - 10) * 100);
    expect(needed([valued(option('P', 190), -2, 4)])).toBe(2 * (400 + (40 - 10) * 100));
  });

  it('need at least a tenth: of the underlying for calls, of the strike for puts', () => {
    expect(needed([valued(option('C', 300), -1, 0.1)])).toBe(10 + 20 * 100);
    expect(needed([valued(option('P', 100), -1, 0.1)])).toBe(10 + 10 * 100);
  });

  it('need less on broad indices', () => {
    expect(needed([valued(option('C', 200, { underlying: spx }), -1, 6)])).toBe(600 + 30 * 100);
  });

  it('need nothing when shares cover them out of the money, their intrinsic value otherwise', () => {
    expect(needed([valued(option('C', 210), -1, 5)], 100)).toBe(0);
    expect(needed([valued(option('C', 190), -1, 15)], 100)).toBe(1000);
    expect(needed([valued(option('P', 190), -1, 5)], -100)).toBe(0);
    // Ninety-nine shares cover no contract.
    expect(needed([valued(option('C', 210), -1, 5)], 99)).toBe(3500);
  });

  it('need the width of the strikes of a vertical spread, or nothing when it was paid for', () => {
    expect(needed([valued(option('C', 205), -2, 5), valued(option('C', 215), 2, 2)])).toBe(2000);
    expect(needed([valued(option('C', 215), -2, 2), valued(option('C', 205), 2, 5)])).toBe(0);
    expect(needed([valued(option('P', 195), -1, 5), valued(option('P', 185), 1, 2)])).toBe(1000);
  });

  it('are not covered by options that expire before them', () => {
    const short = valued(option('C', 205), -1, 5);
    expect(needed([short, valued(option('C', 215, { expiry: '20261218' }), 1, 2)])).toBe(needed([short]));
  });

  it('need the larger side of a strangle with the premium of the other, and one side of an iron condor', () => {
    const call = valued(option('C', 210), -1, 5);
    const put = valued(option('P', 190), -1, 4);
    expect(needed([call, put])).toBe(needed([call]) + 400);
    const wings = [valued(option('C', 220), 1, 1), valued(option('P', 180), 1, 1)];
    expect(needed([call, put, ...wings])).toBe(1000);
  });

  it('on futures need what the future does, down to half of it', () => {
    const fop = option('C', 210, { secType: 'FOP', multiplier: 50 });
    expect(needed([valued(fop, -1, 5)], 0, 2000)).toBe(250 + 2000 - 250);
    expect(needed([valued({ ...fop, strike: 400 }, -1, 1)], 0, 2000)).toBe(50 + 1000);
  });
});

describe('a position', () => {
  const kind = (secType: string, rest: Partial<Instrument> = {}): Instrument =>
    ({ ...aapl, ...rest, secType }) as Instrument;
  const both = (position: ValuedHolding): [number, number] => {
    const { initial, maintenance } = requirementOf(position);
    return [initial.toNumber(), maintenance.toNumber()];
  };

  it.each([
    ['long shares', valued(aapl, 100, 200), [10_000, 5000]],
    ['short shares', valued(aapl, -100, 200), [10_000, 6000]],
    ['cheap short shares', valued(aapl, -100, 10), [500, 500]],
    ['cheaper ones', valued(aapl, -100, 4), [400, 400]],
    ['the cheapest', valued(aapl, -100, 1), [250, 250]],
    ['shares that are hard to borrow', valued(aapl, -100, 200, { borrowFee: 0.2 }), [16_000, 16_000]],
    ['shares that are hardly to be had', valued(aapl, -100, 200, { borrowFee: 0.9 }), [20_000, 20_000]],
    ['coins', valued(kind('CRYPTO'), 2, 50_000), [100_000, 100_000]],
    ['a future of the table', valued(kind('FUT', { symbol: 'ES' }), -2, 6900), [49_170, 44_700]],
    ['any other future', valued(kind('FUT', { symbol: 'XX', tradingClass: 'XX', multiplier: 10 }), 1, 50), [55, 50]],
    ['an index CFD', valued(kind('CFD', { underlying: spx }), 1, 6000), [375, 300]],
    ['a share CFD', valued(kind('CFD', { underlying: aapl }), -10, 200), [500, 400]],
    ['a fund', valued(kind('FUND'), 10, 100), [500, 250]],
    ['gold', valued(kind('CMDTY'), 1, 4000), [500, 400]],
    ['a currency pair', valued(kind('CASH'), 100_000, 1.17), [0, 0]],
  ] as const)('needs its own margin: %s', (_, position, expected) => {
    expect(both(position)).toEqual(expected);
  });
});
