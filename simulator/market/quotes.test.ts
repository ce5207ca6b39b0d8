import { expect, it } from 'vitest';
import { createSchedules } from './exchanges.ts';
import { aapl } from './listings.ts';
import { PriceModel } from './prices.ts';
import { previousCloseAt } from './quotes.ts';
import { roundToTick } from './rules.ts';
import { dayNumber } from './zone.ts';

const model = new PriceModel(1, createSchedules());

/** The 26th is Thanksgiving. */
it.each([
  ['2026-11-25T21:30:00Z', '20261124', 'after the close'],
  ['2026-11-26T17:00:00Z', '20261124', 'a holiday'],
  ['2026-11-27T04:30:00Z', '20261124', 'the evening before'],
  ['2026-11-27T05:30:00Z', '20261125', 'midnight of a trading day has passed'],
  ['2026-11-27T16:00:00Z', '20261125', 'the market is open'],
  ['2026-11-28T20:00:00Z', '20261125', 'Saturday'],
  ['2026-11-29T20:00:00Z', '20261125', 'Sunday'],
  ['2026-11-30T05:30:00Z', '20261127', 'Monday before anything trades'],
])('a quote at %s counts from the close of %s: %s', (instant, day) => {
  const close = roundToTick(aapl.rule, model.closeOf(aapl, dayNumber(day)));
  expect(previousCloseAt(model, aapl, Date.parse(instant))).toBe(close);
});
