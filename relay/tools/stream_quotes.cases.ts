import { set } from '../../test/support/arguments-matter.ts';
import {
  ambiguous,
  badCombos,
  badContracts,
  impossible,
  inList,
  noQuotes,
  stranger,
  wrong,
} from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `stream_quotes` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contracts: ['AAPL'], seconds: '1' },
  badInput: {
    good: { contracts: ['AAPL'], seconds: 1 },
    bad: [
      ...badContracts({ seconds: 1 }, inList),
      ...badCombos({ seconds: 1 }),
      ambiguous({ contracts: ['ES:FUT'], seconds: 1 }),
      wrong('no time', { contracts: ['AAPL'], seconds: 0 }),
      impossible('seconds', { contracts: ['AAPL'], seconds: 61 }),
      wrong('no contracts', { contracts: [] }),
      stranger({ contracts: ['AAPL'] }),
    ],
    refused: { request: 'reqMktData', code: 10186, text: noQuotes },
  },
  argumentsMatter: {
    base: { contracts: ['AAPL'], seconds: 1 },
    changes: { contracts: set(['MSFT']), seconds: set(2), updates: set(1) },
  },
};
