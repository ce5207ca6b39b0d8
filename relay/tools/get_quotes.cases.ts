import { set } from '../../test/support/arguments-matter.ts';
import { ambiguous, badCombos, badContracts, inList, noQuotes, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_quotes` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contracts: ['AAPL', 'EUR.USD'], fields: 'detailed' },
  badInput: {
    good: { contracts: ['AAPL'] },
    bad: [
      ...badContracts({}, inList),
      ...badCombos(),
      ambiguous({ contracts: ['ES:FUT'] }),
      wrong('no contracts', { contracts: [] }),
      wrong('too many contracts', { contracts: Array.from({ length: 51 }, (_, index) => String(index + 1)) }),
      wrong('unknown fields', { contracts: ['AAPL'], fields: 'all' }),
      stranger({ contracts: ['AAPL'] }),
    ],
    refused: { request: 'reqMktData', code: 10186, text: noQuotes },
  },
  argumentsMatter: {
    base: { contracts: ['AAPL'] },
    changes: { contracts: set(['AAPL', 'MSFT']), fields: set('detailed') },
  },
};
