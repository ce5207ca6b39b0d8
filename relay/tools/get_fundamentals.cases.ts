import { set } from '../../test/support/arguments-matter.ts';
import { badContract, badLimit, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_fundamentals` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract(),
      wrong('an unknown report', { ...aapl, report: 'gossip' }),
      wrong('an unknown section', { ...aapl, report: 'snapshot', section: 'Nope' }, /Ratios/),
      ...badLimit(501, aapl),
      stranger(aapl),
    ],
    refused: {
      request: 'reqFundamentalData',
      code: 10358,
      text: 'Fundamentals data is not allowed.',
      args: { ...aapl, report: 'snapshot' },
    },
  },
  argumentsMatter: {
    base: { contract: 'IBM' },
    changes: {
      contract: set('MSFT'),
      report: set('summary'),
      section: set('EPSs', { report: 'summary' }),
      limit: set(1, { report: 'summary' }),
    },
  },
};
