import { describe, expect, it } from 'vitest';
import { RequestBudget } from './request-pacing.ts';

describe('a client’s budget of requests', () => {
  it('lets fifty through at once and lines up the rest at fifty a second', () => {
    const budget = new RequestBudget(0);
    const waits = Array.from({ length: 53 }, () => budget.wait(0));
    expect(waits.slice(0, 50).every((wait) => wait === 0)).toBe(true);
    expect(waits.slice(50)).toEqual([20, 40, 60]);
  });

  it('fills up again with time, never above fifty', () => {
    const budget = new RequestBudget(0);
    for (let i = 0; i < 50; i += 1) budget.wait(0);
    expect(budget.wait(20)).toBe(0);
    expect(budget.wait(20)).toBe(20);
    const rested = Array.from({ length: 51 }, () => budget.wait(60_000));
    expect(rested.filter((wait) => wait > 0)).toHaveLength(1);
  });

  it('refuses twice and is out the third time', () => {
    const budget = new RequestBudget(0);
    for (let i = 0; i < 50; i += 1) expect(budget.admit(0)).toBe('yes');
    expect([budget.admit(0), budget.admit(0), budget.admit(0)]).toEqual(['no', 'no', 'out']);
  });
});
