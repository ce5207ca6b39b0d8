import { expect, test } from 'vitest';
import { runSchedule } from '../../test/orders/simulation/schedule.ts';

test('a hundred schedules of both machines keep every promise', () => {
  for (let seed = 1; seed <= 100; seed += 1) {
    const { violations } = runSchedule(seed);
    expect({ seed, violations }).toEqual({ seed, violations: [] });
  }
});

test('fifty in which nothing goes wrong place what was asked for', () => {
  for (let seed = 1; seed <= 50; seed += 1) {
    const { violations, consumed } = runSchedule(seed, { only: [] });
    expect({ seed, violations }).toEqual({ seed, violations: [] });
    expect(consumed).toBeGreaterThan(0);
  }
});
