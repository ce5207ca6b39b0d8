import { set } from '../../test/support/arguments-matter.ts';
import { badContract, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const AAPL = { contract: 'AAPL' };

/** Calls of `get_market_rules` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', price: '230.005' },
  badInput: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('an unknown exchange', { ...AAPL, exchange: 'MARS' }, /rules at: .*NYSE/),
      wrong('no price', { ...AAPL, price: 'much' }),
      wrong('a price that a stock cannot have', { ...AAPL, price: 0 }, /above zero/),
      wrong('a price beyond all bounds', { ...AAPL, price: 1e12 }),
      stranger(AAPL),
    ],
    refused: 'never',
  },
  argumentsMatter: {
    base: AAPL,
    changes: { contract: set('SHEL.GBP'), exchange: set('NYSE'), price: set(230.005) },
  },
};
