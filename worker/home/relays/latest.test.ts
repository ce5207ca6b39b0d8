import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Latest } from './latest.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('of a flood, the first comes at once, the last always, and few between', () => {
  const seen: number[] = [];
  const latest = new Latest<number>(1_000, (_, value) => seen.push(value));
  for (let index = 1; index <= 3_000; index++) {
    latest.push('a', index);
    if (index === 1) expect(seen).toEqual([1]);
    if (index % 3 === 0) vi.advanceTimersByTime(2);
  }
  vi.advanceTimersByTime(1_000);
  expect(seen.at(-1)).toBe(3_000);
  expect(seen.length).toBeLessThanOrEqual(4);
  vi.advanceTimersByTime(10_000);
  expect(vi.getTimerCount()).toBe(0);
});

test('keys do not wait for each other; an end hands on, forgetting does not', () => {
  const seen: string[] = [];
  const latest = new Latest<number>(1_000, (key, value) => seen.push(key + value));
  for (const key of ['a', 'b', 'c']) for (const value of [1, 2]) latest.push(key, value);
  latest.end('a');
  latest.forget('b');
  latest.end('never');
  expect(seen).toEqual(['a1', 'b1', 'c1', 'a2']);
  vi.advanceTimersByTime(1_000);
  expect(seen.slice(4)).toEqual(['c2']);
});

test('what waits is handed on before its time when it is asked for, once, and what follows waits as it would have', () => {
  const seen: number[] = [];
  const latest = new Latest<number>(1_000, (_, value) => seen.push(value));
  latest.flush('a');
  latest.push('a', 1);
  latest.push('a', 2);
  latest.flush('a');
  latest.flush('a');
  expect(seen).toEqual([1, 2]);
  latest.push('a', 3);
  expect(seen).toEqual([1, 2]);
  vi.advanceTimersByTime(1_000);
  expect(seen).toEqual([1, 2, 3]);
});

test('whatever comes when, the order stays, the pace is kept and the last arrives', () => {
  const waits = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(waits, (gaps) => {
      const seen: { value: number; at: number }[] = [];
      const latest = new Latest<number>(250, (_, value) => seen.push({ value, at: Date.now() }));
      gaps.forEach((gap, index) => {
        latest.push('a', index);
        vi.advanceTimersByTime(gap);
      });
      vi.advanceTimersByTime(250);
      expect(seen.at(-1)?.value).toBe(gaps.length - 1);
      seen.slice(1).forEach(({ value, at }, index) => {
        expect(value).toBeGreaterThan(seen[index]?.value ?? 0);
        expect(at - (seen[index]?.at ?? 0)).toBeGreaterThanOrEqual(250);
      });
    }),
  );
});
