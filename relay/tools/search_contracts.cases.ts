import { set } from '../../test/support/arguments-matter.ts';
import { badLimit, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `search_contracts` for the tests of all tools. */
export const cases: ToolCases = {
  question: { query: '腾讯' },
  badInput: {
    good: { query: 'AAPL' },
    bad: [
      wrong('nothing to search for', { query: ' ' }),
      wrong('an unknown kind', { query: 'AAPL', sec_type: 'ROCK' }),
      wrong('no currency', { query: 'AAPL', currency: 'dollar' }),
      ...badLimit(51, { query: 'AAPL' }),
      stranger({ query: 'AAPL' }),
    ],
    refused: 'never',
  },
  argumentsMatter: {
    base: { query: 'micro' },
    changes: { query: set('apple'), sec_type: set('IND'), currency: set('EUR'), limit: set(1) },
  },
};
