import { stranger } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `list_accounts` for the tests of all tools. */
export const cases: ToolCases = {
  question: {},
  badInput: { good: {}, bad: [stranger()], refused: 'never' },
  argumentsMatter: { base: {}, changes: {} },
};
