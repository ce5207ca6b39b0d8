import { set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, impossible, noHistory, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_price_histogram` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', period: '2d' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract(),
      impossible('period', { ...aapl, period: '99z' }),
      bad('a period that IB does not take', { ...aapl, period: '999y' }, 'invalid_arguments', /Correct/),
      bad('what has no trades', { contract: 'EUR.USD' }, 'no_data', /period/),
      wrong('too few levels', { ...aapl, levels: 1 }),
      stranger(aapl),
    ],
    refused: { request: 'reqHistogramData', code: 10188, text: noHistory },
  },
  argumentsMatter: {
    base: { contract: 'AAPL' },
    changes: { contract: set('MSFT'), period: set('3d'), rth: set(false), levels: set(5) },
  },
};
