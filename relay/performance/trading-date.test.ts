import { describe, expect, it } from 'vitest';
import { settledAt, tradingDateAt } from './trading-date.ts';

describe('a trading date', () => {
  it('is New York’s, and a weekend’s Friday', () => {
    expect(tradingDateAt(Date.parse('2026-11-20T04:59:00Z'))).toBe('2026-11-19');
    expect(tradingDateAt(Date.parse('2026-11-20T05:00:00Z'))).toBe('2026-11-20');
    expect(tradingDateAt(Date.parse('2026-11-23T04:59:00Z'))).toBe('2026-11-20');
    expect(new Date(settledAt('2026-07-01')).toISOString()).toBe('2026-07-01T21:15:00.000Z');
    expect(new Date(settledAt('2026-12-01')).toISOString()).toBe('2026-12-01T22:15:00.000Z');
  });
});
