import { describe, expect, test } from 'vitest';
import {
  incrementsInQuotes,
  magnifierOf,
  pointValueOf,
  priceUnitNote,
  priceUnitOf,
  tickInQuotes,
} from './price-unit.ts';

const details = (multiplier: string | undefined, priceMagnifier: number | undefined, currency = 'USD') =>
  ({ contract: { multiplier, currency }, priceMagnifier }) as never;

describe('a point', () => {
  // Corn as IB gives it: 5,000 bushels, in cents. London's index future: 1,000 pence a point of the index.
  test.each([
    ['corn', '5000', 100, 50],
    ['a share', undefined, 1, 1],
    ['a share of London', undefined, 100, 0.01],
    ['an option', '100', 1, 100],
    ['the FTSE future', '1000', 100, 10],
    ['what IB tells no magnifier of', '50', 0, 50],
    ['what it is missing of', '50', undefined, 50],
  ])('of %s', (_, multiplier, magnifier, value) => {
    expect(pointValueOf(details(multiplier, magnifier))).toBe(value);
  });

  test('of a leg of corn options at 12.5 costs 625', () => {
    expect(12.5 * pointValueOf(details('5000', 100))).toBe(625);
  });

  test('has the multiplier that is usual where IB names none', () => {
    expect(pointValueOf(details('', 1), 100)).toBe(100);
  });
});

test('prices in parts of the currency say so', () => {
  expect(priceUnitOf({ details: details('5000', 100) })).toBe('0.01 USD');
  expect(priceUnitNote({ details: details(undefined, 100, 'GBP') })).toBe('Prices are in 0.01 GBP.');
  expect(priceUnitOf({ details: details('50', 1) })).toBeUndefined();
  expect(magnifierOf({ priceMagnifier: 0 })).toBe(1);
});

test('ticks are told in the currency, and prices move by them in their own unit', () => {
  expect(tickInQuotes(0.0025, { priceMagnifier: 100 })).toBe(0.25);
  expect(tickInQuotes(0.00125, { priceMagnifier: 100 })).toBe(0.125);
  expect(tickInQuotes(0.25, { priceMagnifier: 1 })).toBe(0.25);
  const rule = [
    { from: 0, increment: 0.001 },
    { from: 10, increment: 0.005 },
  ];
  expect(incrementsInQuotes(rule, { priceMagnifier: 100 })).toEqual([
    { from: 0, increment: 0.1 },
    { from: 1000, increment: 0.5 },
  ]);
});
