import { describe, expect, it } from 'vitest';
import { Ticker } from '../../gateway/market-data/ticker.ts';
import { WatchedQuote } from './watched-quote.ts';

type Tick = readonly [field: number, value: number];
const watched = (...ticks: readonly Tick[]): WatchedQuote => {
  const quote = new WatchedQuote('STK');
  let ticker = new Ticker('STK');
  for (const [field, value] of ticks) {
    ticker = ticker.after({ type: 'tick', field, value });
    quote.take(ticker);
  }
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
    const halt: Tick[] = [
      [49, 0],
      [4, 5],
      [49, 1],
    ];
    const quote = watched(...halt);
    expect([quote.halted, quote.updates]).toEqual([true, 2]);
    const over = watched(...halt, [90, 0]);
    expect([over.halted, over.updates]).toEqual([false, 3]);
  });

  it('shows a bid that was withdrawn no longer, and counts that as a change', () => {
    const quote = watched([1, 10], [2, 11], [1, -1]);
    expect([quote.bid, quote.ask, quote.updates, quote.isEmpty]).toEqual([undefined, 11, 3, false]);
  });

  it('counts trades by the volume of the day, over the lines it is watched on', () => {
    const quote = watched([8, 100], [4, 5], [8, 110]);
    const renewed = new Ticker('STK').after({ type: 'tick', field: 4, value: 5 });
    quote.take(renewed);
    quote.take(renewed.after({ type: 'tick', field: 8, value: 130 }));
    expect([quote.trades, quote.volume, quote.vwap]).toEqual([2, 30, 5]);
  });

  it('counts neither what a line that was opened again lacks nor what it repeats', () => {
    const quote = watched([1, 10], [2, 11], [4, 10.5]);
    quote.reopened();
    let again = new Ticker('STK');
    const said = (
      [
        [1, 10],
        [4, 10.5],
        [2, 11.5],
      ] as const
    ).map(([field, value]) => {
      again = again.after({ type: 'tick', field, value });
      return quote.take(again);
    });
    expect([said, quote.updates, quote.ask]).toEqual([[false, false, true], 4, 11.5]);
    expect(quote.take(again.after({ type: 'tick', field: 1, value: -1 }))).toBe(true);
    expect(quote.bid).toBeUndefined();
  });

  it('has no average price of what was traded before any price is known', () => {
    const quote = watched([8, 100], [8, 150], [4, 5], [8, 160]);
    expect([quote.trades, quote.volume, quote.vwap]).toEqual([1, 10, 5]);
  });

  it('is empty until there is a price', () => {
    expect(watched([49, 0], [8, 100]).isEmpty).toBe(true);
    expect(watched([2, 11]).isEmpty).toBe(false);
  });
});
