import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlertPast, mayFire, reaches } from './alert.ts';

const day = fc.integer({ min: 1, max: 28 }).map((date) => `2026-11-${String(date).padStart(2, '0')}`);

describe('an alert', () => {
  test.each([
    [{ above: 10 }, 10, true],
    [{ above: 10 }, 9.99, false],
    [{ below: 10 }, 10, true],
    [{ below: 10 }, 10.01, false],
    [{ above: 12, below: 8 }, 10, false],
    [{ above: 12, below: 8 }, 8, true],
    [{ below: -5 }, -5.5, true],
    [{}, 1, false],
  ])('%j is reached by %d: %s', (limits, value, expected) => {
    expect(reaches(limits, value)).toBe(expected);
  });

  test('that is for once fires once, whatever the days', () => {
    fc.assert(
      fc.property(fc.array(day), (days) => {
        let past: AlertPast = { seq: 0 };
        for (const today of days)
          if (mayFire({ repeat: 'once' }, past, today)) past = { seq: past.seq + 1, lastDay: today };
        expect(past.seq).toBe(Math.min(1, days.length));
      }),
    );
  });

  test('that was changed after it fired may fire again, once, on the same day too', () => {
    const past = { seq: 3, lastDay: '2026-11-20' };
    expect(mayFire({ repeat: 'once' }, past, '2026-11-21')).toBe(false);
    expect(mayFire({ repeat: 'once', armed: 3 }, past, '2026-11-20')).toBe(true);
    expect(mayFire({ repeat: 'once', armed: 3 }, { seq: 4, lastDay: '2026-11-20' }, '2026-11-21')).toBe(false);
    expect(mayFire({ repeat: 'daily', armed: 3 }, { seq: 4, lastDay: '2026-11-20' }, '2026-11-20')).toBe(false);
  });

  test('that is for every day fires on each new day once, and never for a day gone by', () => {
    fc.assert(
      fc.property(fc.array(day), (days) => {
        let past: AlertPast = { seq: 0 };
        const fired: string[] = [];
        for (const today of days) {
          if (!mayFire({ repeat: 'daily' }, past, today)) continue;
          past = { seq: past.seq + 1, lastDay: today };
          fired.push(today);
        }
        expect(fired).toEqual([...new Set(fired)].sort());
        expect(fired.at(-1)).toBe([...days].sort().at(-1));
      }),
    );
  });
});
