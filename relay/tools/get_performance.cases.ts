import { set } from '../../test/support/arguments-matter.ts';
import { badAccount, impossible, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_performance` for the tests of all tools. */
export const cases: ToolCases = {
  question: { max_points: '10' },
  badInput: {
    good: {},
    bad: [
      ...badAccount(),
      impossible('period', { period: '7d' }),
      wrong('too few points', { max_points: 1 }),
      stranger(),
    ],
    offline: true,
    refused: 'never',
  },
  argumentsMatter: {
    base: {},
    changes: { account: set('DU1000002'), period: set('1w'), max_points: set(2) },
  },
};
