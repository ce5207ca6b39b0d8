import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { legalPrices, type PriceIncrement } from './price-increments.ts';

const stock: PriceIncrement[] = [
  { from: 0, increment: 0.0001 },
  { from: 1, increment: 0.01 },
];
const option: PriceIncrement[] = [
  { from: 0, increment: 0.05 },
  { from: 3, increment: 0.1 },
];
const bond: PriceIncrement[] = [{ from: 0, increment: 0.015625 }];
/** Where the second band begins, no multiple of its increment lies. */
const crooked: PriceIncrement[] = [
  { from: 0, increment: 0.4 },
  { from: 1, increment: 0.3 },
];

describe('the nearest legal prices', () => {
  test.each<[string, PriceIncrement[], number, { below: number; at?: number; above: number }]>([
    ['a whole tick', stock, 230.05, { below: 230.04, at: 230.05, above: 230.06 }],
    ['between two ticks', stock, 230.055, { below: 230.05, above: 230.06 }],
    ['sums that floats get wrong', stock, 0.3, { below: 0.2999, at: 0.3, above: 0.3001 }],
    ['the lower edge of a band', option, 3, { below: 2.95, at: 3, above: 3.1 }],
    ['just below an edge', option, 2.97, { below: 2.95, above: 3 }],
    ['a price that only the band below allows', option, 3.05, { below: 3, above: 3.1 }],
    ['the last tick of a band', option, 2.95, { below: 2.9, at: 2.95, above: 3 }],
    ['sixty-fourths', bond, 112.33, { below: 112.328125, above: 112.34375 }],
    ['zero', option, 0, { below: -0.05, at: 0, above: 0.05 }],
    ['a negative zero', option, -0, { below: -0.05, at: 0, above: 0.05 }],
    ['the first tick', option, 0.05, { below: 0, at: 0.05, above: 0.1 }],
    ['a negative tick', option, -0.05, { below: -0.1, at: -0.05, above: 0 }],
    ['a negative price between ticks', option, -3.05, { below: -3.1, above: -3 }],
    ['an edge that is no tick, from below', crooked, 0.9, { below: 0.8, above: 1.2 }],
    ['an edge that is no tick, from above', crooked, 1.1, { below: 0.8, above: 1.2 }],
    ['an edge that is no tick', crooked, 1, { below: 0.8, above: 1.2 }],
    [
      'zero, with an edge before the first tick',
      [
        { from: 0, increment: 0.02 },
        { from: 0.01, increment: 0.01 },
      ],
      0,
      { below: -0.01, at: 0, above: 0.01 },
    ],
    ['a large price', stock, 123_456_789.123, { below: 123_456_789.12, above: 123_456_789.13 }],
    ['below the first edge', [{ from: 5, increment: 0.5 }], 1.2, { below: 1, above: 1.5 }],
  ])('%s', (_, table, price, expected) => {
    expect(legalPrices(table, price)).toEqual(expected);
  });

  test('increments of nothing are no increments', () => {
    const table = [...option, { from: 2, increment: 0 }];
    expect(legalPrices(table.toReversed(), 2.97)).toEqual({ below: 2.95, above: 3 });
    expect(() => legalPrices([{ from: 0, increment: 0 }], 1)).toThrow(RangeError);
    expect(() => legalPrices([], 1)).toThrow(RangeError);
  });

  /** Prices and increments in ten-thousandths, so that plain integers say what is right. */
  const whole = fc.record({
    bands: fc.uniqueArray(
      fc.record({ from: fc.integer({ min: 0, max: 400 }), increment: fc.integer({ min: 1, max: 90 }) }),
      {
        selector: ({ from }) => from,
        minLength: 1,
        maxLength: 5,
      },
    ),
    price: fc.integer({ min: -600, max: 600 }),
  });
  const scale = 10_000;

  test('are what trying every price one after the other finds', () => {
    fc.assert(
      fc.property(whole, ({ bands, price }) => {
        const sorted = bands.toSorted((a, b) => a.from - b.from);
        const stepAt = (size: number) => (sorted.findLast(({ from }) => from <= size) ?? sorted[0])?.increment ?? 1;
        const isLegal = (at: number) => Math.abs(at) % stepAt(Math.abs(at)) === 0;
        const search = (from: number, step: 1 | -1) => {
          let at = from + step;
          while (!isLegal(at)) at += step;
          return at / scale + 0;
        };
        const table = bands.map(({ from, increment }) => ({ from: from / scale, increment: increment / scale }));
        expect(legalPrices(table, price / scale)).toEqual({
          below: search(price, -1),
          ...(isLegal(price) ? { at: price / scale + 0 } : {}),
          above: search(price, 1),
        });
      }),
      { numRuns: 5_000 },
    );
  });

  test('are legal themselves, and nothing legal lies between', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(stock, option, bond, crooked),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (table, price) => {
          const { below, above } = legalPrices(table, price);
          expect(below).toBeLessThan(price);
          expect(above).toBeGreaterThan(price);
          expect([legalPrices(table, below).at, legalPrices(table, above).at]).toEqual([below, above]);
          const { at } = legalPrices(table, price);
          expect(legalPrices(table, below).above).toBe(at ?? above);
          expect(legalPrices(table, above).below).toBe(at ?? below);
        },
      ),
    );
  });
});
