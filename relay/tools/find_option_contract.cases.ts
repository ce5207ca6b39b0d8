import { set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, impossible, noQuotes, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const aapl = { contract: 'AAPL' };

/** Calls of `find_option_contract` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL', expiry: '2026-12-18', right: 'put', delta: '0.3' },
  badInput: {
    good: { ...aapl, right: 'C' },
    bad: [
      ...badContract({ right: 'C' }),
      wrong('a right that is none', { ...aapl, right: 'X' }),
      wrong('a strike and a delta', { ...aapl, right: 'C', strike: 300, delta: 0.3 }, /one of them/),
      wrong('an expiry and days', { ...aapl, right: 'C', expiry: '202612', days: 30 }, /one of them/),
      impossible('days', { ...aapl, right: 'C', days: 2_001 }),
      bad(
        'an expiry that is past',
        { ...aapl, right: 'C', expiry: '2020-01' },
        'contract_not_found',
        /get_option_chain/,
      ),
      bad('what has no options', { contract: 'EUR.USD', right: 'C' }, 'no_data', /stocks, indices and futures/),
      stranger({ ...aapl, right: 'C' }),
    ],
    refused: { request: 'reqMktData', code: 10186, text: noQuotes },
  },
  argumentsMatter: {
    base: { contract: 'SPY', right: 'C' },
    changes: {
      contract: set('AAPL'),
      right: set('P'),
      expiry: set('2027-01-15'),
      days: set(200),
      strike: set(600),
      delta: set(0.2),
      trading_class: set('SPX', { contract: 'SPX:IND' }),
    },
  },
};
