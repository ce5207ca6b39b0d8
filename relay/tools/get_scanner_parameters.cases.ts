import { nextOf, set } from '../../test/support/arguments-matter.ts';
import { badCursor, badLimit, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_scanner_parameters` for the tests of all tools. */
export const cases: ToolCases = {
  question: { query: 'gain' },
  badInput: {
    good: {},
    bad: [
      wrong('an unknown kind', { kind: 'mood' }),
      wrong('an unknown instrument', { instrument: 'STOK' }, /STK/),
      ...badLimit(201),
      badCursor(),
      stranger(),
    ],
    refused: 'never',
  },
  argumentsMatter: {
    base: {},
    changes: {
      query: set('dividend'),
      kind: set('filter'),
      instrument: set('FUT.US'),
      limit: set(2),
      cursor: nextOf({ limit: 2 }),
    },
  },
};
