import { nextOf, set } from '../../test/support/arguments-matter.ts';
import {
  badAccount,
  badContracts,
  badCursor,
  badLimit,
  badModel,
  stranger,
  wrong,
} from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_positions` for the tests of all tools. */
export const cases: ToolCases = {
  question: { limit: '5' },
  badInput: {
    good: {},
    bad: [
      ...badAccount(),
      ...badModel,
      ...badContracts({}),
      ...badLimit(501),
      badCursor(),
      wrong('an unknown kind', { sec_type: 'ROCK' }),
      stranger(),
    ],
    refused: 'never',
    several: true,
  },
  argumentsMatter: {
    base: {},
    changes: {
      account: set('DU1000002'),
      model: set('Growth'),
      contract: set('AAPL'),
      sec_type: set('OPT'),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
};
