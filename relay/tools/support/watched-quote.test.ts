import { describe, expect, it } from 'vitest';
import type { Answer } from '../../gateway/connection/events/messages.ts';
import { WatchedQuote } from './watched-quote.ts';

const tick = (field: number, value: number): Answer => ({ type: 'tick', field, value });
const watched = (...ticks: readonly [field: number, value: number][]): WatchedQuote => {
  const quote = new WatchedQuote('STK');
  for (const [field, value] of ticks) quote.take(tick(field, value));
  return quote;
};

describe('WatchedQuote', () => {
  it('never compares a trade with the middle of bid and ask', () => {
    const { range } = watched([1, 10], [2, 11], [4, 10.9], [1, 8], [4, 10.8]);
    expect(range).toMatchObject({ first: 10.9, last: 10.8, high: 10.9, low: 10.8 });
  });

  it('follows the middle where nothing is traded, without binary noise', () => {
    const { range } = watched([1, 332.53], [2, 332.55], [2, 332.57]);
    expect(range).toMatchObject({ first: 332.54, last: 332.55, high: 332.55, low: 332.54 });
  });

  it('says that trading is halted, and counts its beginning and end', () => {
    const quote = watched([49, 0], [4, 5], [49, 1]);
    expect([quote.halted, quote.updates]).toEqual([true, 2]);
    quote.take(tick(90, 0));
    expect([quote.halted, quote.updates]).toEqual([false, 3]);
  });

  it('knows delayed data by its ids, announced or not', () => {
    expect(watched([66, 10]).dataType).toBe(3);
    expect(watched([1, 10]).dataType).toBe(1);
  });

  it('is empty until there is a price', () => {
    expect(watched([49, 0], [8, 100]).isEmpty).toBe(true);
    expect(watched([2, 11]).isEmpty).toBe(false);
  });
});
