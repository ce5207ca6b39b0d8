import { set } from '../../test/support/arguments-matter.ts';
import { badContracts, inList, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_contract_details` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contracts: 'AAPL, ES:FUT' },
  badInput: {
    good: { contracts: ['AAPL'] },
    bad: [...badContracts({}, inList), wrong('no contracts', { contracts: [] }), stranger({ contracts: ['AAPL'] })],
    refused: 'never',
    several: true,
  },
  argumentsMatter: { base: { contracts: ['AAPL'] }, changes: { contracts: set(['MSFT']) } },
};
