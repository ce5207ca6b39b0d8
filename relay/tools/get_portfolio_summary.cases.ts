import { set } from '../../test/support/arguments-matter.ts';
import { badAccount, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_portfolio_summary` for the tests of all tools. */
export const cases: ToolCases = {
  question: {},
  badInput: {
    good: {},
    bad: [
      ...badAccount(),
      wrong('too many at the top', { top: 51 }),
      wrong('no boolean', { greeks: 'perhaps' }),
      stranger(),
    ],
    refused: 'never',
  },
  argumentsMatter: {
    base: { greeks: false },
    changes: { account: set('DU1000002'), top: set(1), greeks: set(true) },
  },
};
