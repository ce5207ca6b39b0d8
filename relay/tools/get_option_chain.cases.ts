import { nextOf, set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, badCursor, badLimit, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_option_chain` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', expiry: '2026-12-18', strikes: '2', quotes: 'true' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract({ expiry: '202612' }),
      wrong('an expiry that is past', { ...aapl, expiry: '2020-01-17' }, /2026-10-16/),
      wrong('no expiry', { ...aapl, expiry: 'soon' }, /2026-10-16/),
      wrong('an unknown trading class', { ...aapl, trading_class: 'XX' }, /AAPL/),
      bad('what has no options', { contract: 'EUR.USD' }, 'no_data', /stocks, indices and futures/),
      wrong('an impossible delta', { ...aapl, min_delta: 2 }),
      wrong('strikes the wrong way round', { ...aapl, min_strike: 400, max_strike: 300 }, /Swap/),
      wrong('deltas the wrong way round', { ...aapl, min_delta: 0.4, max_delta: 0.3 }, /Swap/),
      wrong('a right that is none', { ...aapl, right: 'X' }),
      badCursor(aapl),
      ...badLimit(101, aapl),
      stranger(aapl),
    ],
    refused: 'never',
  },
  argumentsMatter: {
    base: { contract: 'SPY', expiry: '2026-12-18', strikes: 3 },
    changes: {
      contract: set('AAPL'),
      expiry: set('2027-01-15'),
      right: set('C'),
      strikes: set(2),
      min_strike: set(735),
      max_strike: set(600),
      min_delta: set(0.4),
      max_delta: set(0.4),
      trading_class: set('SPX', { contract: 'SPX:IND' }),
      quotes: set(true),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
};
