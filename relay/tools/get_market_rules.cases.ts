import { set } from '../../test/support/arguments-matter.ts';
import { badContract, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_market_rules` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', price: '230.005' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract(),
      wrong('an unknown exchange', { ...aapl, exchange: 'MARS' }, /rules at: .*NYSE/),
      wrong('no price', { ...aapl, price: 'much' }),
      wrong('a price that a stock cannot have', { ...aapl, price: 0 }, /above zero/),
      wrong('a price beyond all bounds', { ...aapl, price: 1e12 }),
      stranger(aapl),
    ],
    refused: 'never',
  },
  argumentsMatter: {
    base: aapl,
    changes: { contract: set('SHEL.GBP'), exchange: set('NYSE'), price: set(230.005) },
  },
};
