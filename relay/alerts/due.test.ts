import { expect, test } from 'vitest';
import { dueDay, isOver } from './due.ts';

const at = (text: string): number => Date.parse(text);

test.each([
  ['once, before', 'once', '2026-11-20T14:30:00Z', '2026-11-20T14:29:59Z', undefined],
  ['once, at the second', 'once', '2026-11-20T14:30:00Z', '2026-11-20T14:30:00Z', '2026-11-20'],
  ['once, late', 'once', '2026-11-20T14:30:00Z', '2026-11-23T03:00:00Z', '2026-11-22'],
  ['daily, the next day before its time', 'daily', '2026-11-20T14:30:00Z', '2026-11-21T14:29:59Z', undefined],
  ['daily, the next day', 'daily', '2026-11-20T14:30:00Z', '2026-11-21T14:30:00Z', '2026-11-21'],
  // 09:30 in New York is 13:30 UTC until clocks go back on 1 November 2026, and 14:30 UTC after.
  ['daily, before clocks change', 'daily', '2026-10-30T13:30:00Z', '2026-10-31T13:30:00Z', '2026-10-31'],
  ['daily, after clocks change, too early', 'daily', '2026-10-30T13:30:00Z', '2026-11-02T14:00:00Z', undefined],
  ['daily, after clocks change', 'daily', '2026-10-30T13:30:00Z', '2026-11-02T14:30:00Z', '2026-11-02'],
] as const)('%s', (_, repeat, first, now, day) => {
  expect(dueDay({ at: first, repeat }, at(now))).toBe(day);
});

test.each([
  ['on its last day', '2026-11-20', '2026-11-20T21:30:00Z', false],
  ['in New York’s evening of it', '2026-11-20', '2026-11-21T04:59:59Z', false],
  ['on the day after', '2026-11-20', '2026-11-21T05:00:00Z', true],
  ['never', undefined, '2026-11-21T05:00:00Z', false],
] as const)('an instrument %s trades no more: %s at %s: %s', (_, expires, now, over) => {
  expect(isOver({ expires }, at(now))).toBe(over);
});
