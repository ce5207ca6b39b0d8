import { expect, it } from 'vitest';
import { gatewayDay } from './gateway-day.ts';

it.each([
  ['America/New_York', Date.UTC(2026, 10, 21, 4, 59), '2026-11-20'],
  ['America/New_York', Date.UTC(2026, 10, 21, 5, 0), '2026-11-21'],
  ['America/New_York', Date.UTC(2026, 6, 21, 4, 0), '2026-07-21'],
  ['Asia/Tokyo', Date.UTC(2026, 10, 20, 15, 0), '2026-11-21'],
  ['UTC', Date.UTC(2026, 11, 31, 23, 59), '2026-12-31'],
  ['a zone that nobody knows', Date.UTC(2026, 10, 20, 23, 59), '2026-11-20'],
  ['a zone that nobody knows', Date.UTC(2026, 10, 21, 0, 0), '2026-11-21'],
])('in %s %i is of %s', (zone, at, day) => {
  expect(gatewayDay(at, zone)).toBe(day);
});
