import { set } from '../../test/support/arguments-matter.ts';
import { badContract, impossible, noHistory, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_trading_schedule` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: '700.HKD', days: '3' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract(),
      wrong('a day that does not exist', { ...aapl, from: '2026-02-30' }),
      wrong('no days', { ...aapl, days: 0 }),
      impossible('days', { ...aapl, days: 366 }),
      stranger(aapl),
    ],
    refused: { request: 'reqHistoricalData', code: 162, text: noHistory, args: { ...aapl, from: '2026-09-01' } },
  },
  argumentsMatter: {
    base: { contract: 'AAPL' },
    changes: { contract: set('EUR.USD'), from: set('2026-11-02'), days: set(2), extended: set(true) },
  },
};
