import { expect, test } from 'vitest';
import { allCalls, liveThrough } from './long-run.ts';

/** `bench/thirty-days.ts` does the same for a month. */
test('two days of restarts, outages, broken farms and a login leave no wrong answer and nothing behind', {
  timeout: 60_000,
}, async () => {
  const { days, wrong, left, ...counts } = await liveThrough({ days: 2, calls: allCalls });
  expect(wrong).toEqual([]);
  expect(counts).toMatchObject({ restarts: 2, outages: 2, flaps: 4, logins: 1, compared: 2 * allCalls.length });
  expect(counts.refused).toBeGreaterThan(allCalls.length);
  const [first, second] = days.map(({ subscriptions }) => subscriptions.toSorted());
  expect(second).toEqual(first);
  expect(first?.filter((subscription) => !/^(accountSummary|positions|pnl)/.test(subscription))).toEqual([]);
  expect(days[1]?.sockets).toBe(days[0]?.sockets);
  expect(left.sockets).toBe(0);
  // The test runner’s own timers come and go.
  expect(left.timers).toBeLessThanOrEqual(0);
});
