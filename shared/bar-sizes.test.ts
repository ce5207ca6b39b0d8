import { expect, test } from 'vitest';
import { readBarSize, readPeriod } from './bar-sizes.ts';
import { barSizes } from './values.ts';

test.each(barSizes)('%s is read as it is', (size) => {
  expect(readBarSize(size)).toBe(size);
});

test.each([
  ['5m', '5 mins'],
  ['5min', '5 mins'],
  ['5 minutes', '5 mins'],
  ['1m', '1 min'],
  ['60m', '1 hour'],
  ['120 min', '2 hours'],
  ['60s', '1 min'],
  ['30s', '30 secs'],
  ['1h', '1 hour'],
  ['4H', '4 hours'],
  ['1hr', '1 hour'],
  ['1d', '1 day'],
  ['1D', '1 day'],
  ['1-day', '1 day'],
  ['daily', '1 day'],
  ['1w', '1 week'],
  ['1wk', '1 week'],
  ['weekly', '1 week'],
  ['1mo', '1 month'],
  ['1M', '1 month'],
  ['1 Month', '1 month'],
  ['M5', '5 mins'],
  ['H4', '4 hours'],
  ['D1', '1 day'],
  ['W1', '1 week'],
  ['MN1', '1 month'],
])('%s is %s', (given, size) => {
  expect(readBarSize(given)).toBe(size);
});

test.each(['7m', '2d', '5', '5M', '', '1q', 'tick', '90m', '24h', 'M7', '1y'])('IB has no bars of %j', (given) => {
  expect(readBarSize(given)).toBeUndefined();
});

test.each([
  ['3d', { amount: 3, unit: 'd' }],
  ['3 D', { amount: 3, unit: 'd' }],
  ['2 weeks', { amount: 2, unit: 'w' }],
  ['1m', { amount: 1, unit: 'm' }],
  ['6mo', { amount: 6, unit: 'm' }],
  ['1 Month', { amount: 1, unit: 'm' }],
  ['1Y', { amount: 1, unit: 'y' }],
  ['0d', undefined],
  ['5 mins', undefined],
  ['1h', undefined],
])('the period %s', (given, period) => {
  expect(readPeriod(given)).toEqual(period);
});
