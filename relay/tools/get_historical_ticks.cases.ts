import { set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, noHistory, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_historical_ticks` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', count: '20' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract(),
      wrong('no time', { ...aapl, start: 'x' }, /2026-04-02T09:30/),
      wrong('a start and an end', { ...aapl, start: '2026-10-15T10:00:00Z', end: '2026-10-15T11:00:00Z' }, /`start`/),
      wrong('no ticks', { ...aapl, count: 0 }),
      bad('what has no trades', { contract: 'EUR.USD' }, 'no_data', /kind of data/),
      stranger(aapl),
    ],
    refused: { request: 'reqHistoricalTicks', code: 10187, text: noHistory },
  },
  argumentsMatter: {
    base: { contract: 'AAPL', end: '2026-11-19T20:00:00Z', count: 50 },
    changes: {
      contract: set('MSFT'),
      data: set('MIDPOINT'),
      start: set('2026-11-18T15:00:00Z', { contract: 'NVDA', end: undefined }),
      end: set('2026-11-18T20:00:00Z'),
      count: set(20),
      rth: set(true, { contract: 'MSFT', end: '2026-11-19T23:00:00Z' }),
      ignore_size: set(true, { data: 'BID_ASK' }),
    },
  },
};
