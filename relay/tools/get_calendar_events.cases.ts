import { nextOf, set } from '../../test/support/arguments-matter.ts';
import {
  ambiguous,
  badAccount,
  badContracts,
  badCursor,
  badLimit,
  inList,
  noNews,
  stranger,
  wrong,
} from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_calendar_events` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contracts: ['AAPL'] },
  badInput: {
    good: { contracts: ['AAPL'] },
    bad: [
      ...badContracts({}, inList),
      ambiguous({ contracts: ['ES:FUT'] }),
      ...badAccount({ held: true }),
      wrong('a day that does not exist', { contracts: ['AAPL'], start: '2026-02-30' }),
      wrong('an end before the start', { contracts: ['AAPL'], start: '2026-12-01', end: '2026-11-01' }, /later end/),
      wrong('an unknown type', { contracts: ['AAPL'], types: ['birthday'] }, /Earnings Date/),
      badCursor({ contracts: ['AAPL'] }),
      ...badLimit(101, { contracts: ['AAPL'] }),
      stranger({ contracts: ['AAPL'] }),
    ],
    refused: { request: 'reqWshMetaData', code: 10276, text: noNews },
  },
  argumentsMatter: {
    base: { contracts: ['AAPL'] },
    changes: {
      contracts: set(['MSFT']),
      held: set(true),
      account: set('DU1000002', { held: true }),
      types: set(['earnings']),
      start: set('2026-12-01'),
      end: set('2026-12-01'),
      limit: set(1),
      cursor: nextOf({ contracts: ['AAPL'], limit: 1 }),
      show: { value: 'types', refused: true },
    },
  },
};
