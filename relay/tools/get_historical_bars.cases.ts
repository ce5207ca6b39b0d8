import { set } from '../../test/support/arguments-matter.ts';
import { badContract, impossible, noHistory, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_historical_bars` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'EUR.USD', bar_size: '1 hour', duration: '2d' },
  badInput: {
    good: { ...aapl, duration: '5d' },
    bad: [
      ...badContract(),
      impossible('duration', { ...aapl, duration: '5 parsecs' }, /4h, 1d, 2w/),
      wrong('no duration', { ...aapl, duration: '0d' }, /4h, 1d, 2w/),
      impossible('bar_size', { ...aapl, bar_size: '7 mins' }),
      wrong('an end before the start', { ...aapl, start: '2026-10-10', end: '2026-10-01' }, /start before the end/),
      wrong('no time', { ...aapl, end: 'tomorrow' }, /2026-04-02T09:30/),
      wrong('a start and a duration', { ...aapl, start: '2026-10-01', duration: '1d' }, /one of them/),
      wrong('unknown data', { ...aapl, data: 'FEELINGS' }),
      stranger(aapl),
    ],
    refused: { request: 'reqHistoricalData', code: 162, text: noHistory },
  },
  argumentsMatter: {
    base: { contract: 'AAPL', bar_size: '1 hour', duration: '2d' },
    changes: {
      contract: set('MSFT'),
      bar_size: set('30 mins'),
      duration: set('3d'),
      start: set('2026-11-17', { duration: undefined }),
      end: set('2026-11-12'),
      data: set('MIDPOINT'),
      rth: set(false),
      wap: set(true),
      max_points: set(3),
    },
  },
};
