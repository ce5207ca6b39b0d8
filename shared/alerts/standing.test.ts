import { describe, expect, test } from 'vitest';
import { meantInstead, standingOfAccount, standingOfQuote } from './standing.ts';

const quote = {
  ...{ last: 181.2, bid: 181, ask: 181.2, close: 180, closeDate: '2026-11-25', volume: 5e6 },
  ...{ currency: 'USD', dataType: 'frozen', asOf: '2026-11-27T17:00:00-05:00' },
};
const seen = { currency: 'USD', dataType: 'frozen', asOf: quote.asOf };

describe('how an alert stands', () => {
  test('a fall says from which close it counts, at what price it fires and how far that is', () => {
    expect(standingOfQuote({ kind: 'change', below: -5 }, quote, 'STK')).toEqual({
      ...{ value: 0.6667, price: 181.2, reference: 180, referenceDate: '2026-11-25', firesAt: 171, distance: 5.6667 },
      ...seen,
    });
  });

  test.each([
    [{ kind: 'price', above: 190 } as const, 'STK', { value: 181.2, distance: 8.8, ...seen }],
    [{ kind: 'price', above: 190, below: 180 } as const, 'STK', { value: 181.2, distance: 1.2, ...seen }],
    [{ kind: 'price', above: 190 } as const, 'OPT', { value: 181.1, distance: 8.9, ...seen }],
    [{ kind: 'price', below: 182 } as const, undefined, { value: 181.2, distance: 0, ...seen }],
    [
      { kind: 'volume', above: 6e6 } as const,
      'STK',
      { value: 5e6, distance: 1e6, dataType: 'frozen', asOf: quote.asOf },
    ],
  ])('%j of a %s is %j', (alert, secType, expected) => {
    expect(standingOfQuote(alert, quote, secType)).toEqual(expected);
  });

  test.each(['price', 'change'] as const)('a %s of what is quoted in pence is not one in pounds', (kind) => {
    const pence = { last: 79.6, close: 80.2, currency: 'GBP', priceUnit: '0.01 GBP' };
    expect(standingOfQuote({ kind, below: -5 }, pence, 'STK')).toMatchObject({
      currency: 'GBP',
      priceUnit: '0.01 GBP',
    });
  });

  test('is not known while the quote does not tell', () => {
    expect(standingOfQuote({ kind: 'change', below: -5 }, { last: 10 }, 'STK')).toBeUndefined();
    expect(standingOfQuote({ kind: 'price', below: 5 }, { close: 10 }, 'STK')).toBeUndefined();
  });

  test('of an account is in its currency, or a fraction', () => {
    const values = { cushion: 0.8, dailyPnl: -120, currency: 'EUR' };
    expect(standingOfAccount({ kind: 'daily_pnl', below: -500 }, values, 'now')).toEqual({
      ...{ value: -120, distance: 380, currency: 'EUR', asOf: 'now' },
    });
    expect(standingOfAccount({ kind: 'cushion', below: 0.1 }, values, 'now')).toMatchObject({ distance: 0.7 });
  });
});

test.each([
  [{ kind: 'change', below: 5 } as const, 1.06, 'For a fall of 5 % give below=-5.'],
  [{ kind: 'change', below: 2.5 } as const, -1, 'For a fall of 2.5 % give below=-2.5.'],
  [{ kind: 'change', above: -3 } as const, 1, 'For a rise of 3 % give above=3.'],
  // It has fallen as far already: nothing else is meant.
  [{ kind: 'change', below: 5 } as const, -6, undefined],
  [{ kind: 'change', below: -1 } as const, -2, undefined],
  [{ kind: 'price', below: 5 } as const, 1, undefined],
])('what is meant by %j at %d: %s', (alert, value, expected) => {
  expect(meantInstead(alert, value)).toBe(expected);
});
