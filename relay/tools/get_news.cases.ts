import { nextOf, set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, badCursor, badLimit, noNews, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_news` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', limit: '3' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract(),
      wrong('headlines about nothing', {}, /contract/),
      wrong('no time', { ...aapl, start: 'yesterday' }, /2026-04-02T09:30/),
      bad('an unknown provider', { ...aapl, providers: ['NOPE'] }, 'not_subscribed', /BRFG/),
      ...badLimit(101, aapl),
      badCursor(aapl),
      stranger(aapl),
    ],
    refused: {
      request: 'reqHistoricalNews',
      code: 10276,
      text: noNews,
    },
  },
  argumentsMatter: {
    base: { contract: 'AAPL' },
    changes: {
      show: { base: { contract: undefined }, value: 'providers', needed: true },
      contract: set('MSFT'),
      providers: set(['BRFG']),
      start: set('2026-11-19'),
      end: set('2026-11-18'),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
};
