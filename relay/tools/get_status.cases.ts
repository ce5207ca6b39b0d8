import { stranger } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `get_status` for the tests of all tools. */
export const cases: ToolCases = {
  question: {},
  badInput: { good: {}, bad: [stranger()], offline: true, refused: 'never' },
  argumentsMatter: { base: {}, changes: {} },
};
