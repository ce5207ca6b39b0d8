import { describe, expect, it, vi } from 'vitest';
import { TurnBudget } from './turn-budget.ts';

describe('TurnBudget', () => {
  it('does light work at once and in order', () => {
    const done: number[] = [];
    const budget = new TurnBudget<number>(20, (item) => done.push(item));
    for (let i = 0; i < 100; i += 1) budget.push(i);
    expect(done).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('spreads heavy work over turns, so that timers run in between', async () => {
    const done: number[] = [];
    const budget = new TurnBudget<number>(10, (item) => {
      const until = performance.now() + 8;
      while (performance.now() < until);
      done.push(item);
    });
    for (let i = 0; i < 10; i += 1) budget.push(i);
    expect(done.length).toBeLessThanOrEqual(2);
    let turns = 0;
    const count = setInterval(() => {
      turns += 1;
    }, 1);
    await vi.waitFor(() => expect(done).toHaveLength(10), { interval: 1 });
    clearInterval(count);
    expect(turns).toBeGreaterThanOrEqual(3);
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
