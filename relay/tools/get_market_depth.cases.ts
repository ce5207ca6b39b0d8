import { set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, noQuotes, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `get_market_depth` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', rows: '3' },
  badInput: {
    good: aapl,
    bad: [
      ...badContract(),
      wrong('no rows', { ...aapl, rows: 0 }),
      wrong('an unknown exchange', { ...aapl, exchange: 'MARS' }, /depth for it: NYSE/),
      wrong('one book of all exchanges', { ...aapl, smart: false }, /depth for it: NYSE/),
      bad('what has no book', { contract: 'SPX:IND' }, 'no_data', /another exchange/),
      stranger(aapl),
    ],
    refused: { request: 'reqMktDepth', code: 354, text: noQuotes },
  },
  argumentsMatter: {
    base: { contract: 'AAPL' },
    changes: {
      contract: set('MSFT'),
      rows: set(2),
      smart: { value: false, refused: true },
      exchange: set('ISLAND'),
    },
  },
};
