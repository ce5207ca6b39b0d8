import { nextOf, set } from '../../test/support/arguments-matter.ts';
import { bad, badLimit, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_flex_report` for the tests of all tools. */
export const cases: ToolCases = {
  question: { query: 'activity' },
  badInput: {
    good: {},
    bad: [
      wrong('a section of no query', { section: 'Trades' }, /query/),
      wrong('a foreign cursor', { cursor: 'AAAA' }, /leave them out/),
      bad('a query without a token', { query: '123456' }, 'no_data', /RELAY_FLEX_TOKENS/),
      ...badLimit(501),
      stranger(),
    ],
    offline: true,
    refused: 'never',
  },
  argumentsMatter: {
    base: { query: '900001', section: 'Trades' },
    changes: {
      query: set('900002', { section: undefined }),
      token: set('other', { query: undefined, section: undefined }),
      section: set('CashTransactions'),
      filter: set(['symbol=MSFT']),
      columns: set(['symbol']),
      from: { base: { to: '2026-11-10' }, value: '2026-11-02', needed: true },
      to: { base: { from: '2026-11-02' }, value: '2026-11-10', needed: true },
      refresh: set(true),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
};
