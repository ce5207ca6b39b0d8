import { set } from '../../test/support/arguments-matter.ts';
import { badContract, impossible, noHistory, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const AAPL = { contract: 'AAPL' };

/** Calls of `get_trading_schedule` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: '700.HKD', days: '3' },
  badInput: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('a day that does not exist', { ...AAPL, from: '2026-02-30' }),
      wrong('no days', { ...AAPL, days: 0 }),
      impossible('days', { ...AAPL, days: 366 }),
      stranger(AAPL),
    ],
    refused: { request: 'reqHistoricalData', code: 162, text: noHistory, args: { ...AAPL, from: '2026-09-01' } },
  },
  argumentsMatter: {
    base: { contract: 'AAPL' },
    changes: { contract: set('EUR.USD'), from: set('2026-11-02'), days: set(2), extended: set(true) },
  },
};
