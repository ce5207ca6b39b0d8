import { expect, it } from 'vitest';
import { latestMidday, nextTrading } from './trading-day.ts';

it.each([
  ['Saturday', '2026-11-21T15:00:00Z', '2026-11-20T17:00:00Z'],
  ['Thanksgiving', '2026-11-26T15:00:00Z', '2026-11-25T17:00:00Z'],
  ['a day that closes early', '2026-11-27T20:00:00Z', '2026-11-25T17:00:00Z'],
  ['a trading day before noon', '2026-07-01T10:00:00Z', '2026-07-01T16:00:00Z'],
])('the latest midday on %s', (_, now, midday) => {
  expect(new Date(latestMidday(Date.parse(now))).toISOString()).toBe(new Date(midday).toISOString());
});

it.each([
  ['the market is open', '2026-11-20T15:00:00Z', '2026-11-20T15:00:00Z'],
  ['it has closed', '2026-11-20T21:00:00Z', '2026-11-23T17:00:00Z'],
  ['it has not opened', '2026-11-20T14:00:00Z', '2026-11-20T17:00:00Z'],
  ['it closed early', '2026-11-27T18:30:00Z', '2026-11-30T17:00:00Z'],
])('goes on when %s', (_, now, next) => {
  expect(new Date(nextTrading(Date.parse(now))).toISOString()).toBe(new Date(next).toISOString());
});
