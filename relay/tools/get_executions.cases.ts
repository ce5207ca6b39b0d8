import { nextOf, set } from '../../test/support/arguments-matter.ts';
import { badAccount, badContracts, badCursor, badLimit, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_executions` for the tests of all tools. */
export const cases: ToolCases = {
  question: {},
  badInput: {
    good: {},
    bad: [
      ...badAccount(),
      ...badContracts({}),
      ...badLimit(501),
      badCursor(),
      wrong('no time', { since: 'yesterday' }, /2026-04-02T09:30/),
      wrong('an end that is no time', { until: 'yesterday' }, /2026-04-02T09:30/),
      wrong('a side that is none', { side: 'HOLD' }),
      wrong('an order that is none', { order: 1.5 }),
      stranger(),
    ],
    refused: 'never',
    several: true,
  },
  argumentsMatter: {
    base: {},
    changes: {
      account: set('DU1000002'),
      contract: set('MSFT'),
      side: set('SELL'),
      since: set('2026-11-20T17:00:01Z'),
      until: set('2026-11-20T17:00:00Z'),
      order: set(1),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
};
