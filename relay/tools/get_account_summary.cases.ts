import { set } from '../../test/support/arguments-matter.ts';
import { badAccount, badModel, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_account_summary` for the tests of all tools. */
export const cases: ToolCases = {
  question: { ledger: 'true' },
  badInput: {
    good: {},
    bad: [...badAccount(), ...badModel, wrong('no boolean', { ledger: 'perhaps' }), stranger()],
    refused: 'never',
  },
  argumentsMatter: {
    base: {},
    changes: { account: set('DU1000002'), model: set('Growth'), ledger: set(true) },
  },
};
