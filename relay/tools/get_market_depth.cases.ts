import { set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, noQuotes, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const AAPL = { contract: 'AAPL' };

/** Calls of `get_market_depth` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', rows: '3' },
  badInput: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('no rows', { ...AAPL, rows: 0 }),
      wrong('an unknown exchange', { ...AAPL, exchange: 'MARS' }, /depth for it: NYSE/),
      wrong('one book of all exchanges', { ...AAPL, smart: false }, /depth for it: NYSE/),
      bad('what has no book', { contract: 'SPX:IND' }, 'no_data', /another exchange/),
      stranger(AAPL),
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
