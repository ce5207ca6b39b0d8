import { set } from '../../test/support/arguments-matter.ts';
import { bad, badContract, noQuotes, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

const legOf = (contract: string): object => ({ legs: [{ contract, quantity: 1 }] });
const spread = { contract: undefined, legs: [{ contract: 'SPY 20261218 C 700', quantity: 1 }] };

/** Calls of `calculate_option` for the tests of all tools. */
export const cases: ToolCases = {
  question: { contract: 'AAPL 20261218 C 330', volatility: '0.3' },
  badInput: {
    good: { contract: 'SPY 20261218 C 735' },
    bad: [
      ...badContract().filter(({ what }) => what !== 'an expired option'),
      wrong('an expired option', { contract: 'AAPL 20200117 C 100' }, /get_option_chain/),
      bad('a leg of an unknown symbol', legOf('NOPE'), 'contract_not_found', /search_contracts/),
      bad('an ambiguous leg', legOf('ES:FUT'), 'ambiguous_contract', /candidates/),
      bad('an expired leg', legOf('ES 202003'), 'contract_not_found', /candidates/),
      wrong('an expired option for a leg', legOf('AAPL 20200117 C 100'), /get_option_chain/),
      wrong('nothing to calculate', {}, /`contract`.*`legs`/),
      wrong('no legs', { legs: [] }),
      wrong('a leg of nothing', { legs: [{ contract: 'AAPL', quantity: 0 }] }),
      wrong('an impossible volatility', { contract: 'SPY 20261218 C 735', volatility: -1 }),
      bad(
        'a leg that lives longer, at a price that no volatility explains',
        {
          legs: [
            { contract: 'SPY 20261218 C 735', quantity: -1 },
            { contract: 'SPY 20270317 C 733.33', quantity: 1, price: 5_000 },
          ],
        },
        'no_data',
        /`volatility`/,
      ),
      stranger({ contract: 'SPY 20261218 C 735' }),
    ],
    refused: { request: 'reqMktData', code: 10186, text: noQuotes },
  },
  argumentsMatter: {
    base: { contract: 'SPY 20261218 C 700' },
    changes: {
      contract: set('SPY 20261218 C 710'),
      price: set(50),
      volatility: set(0.3),
      underlying_price: set(700),
      rate: set(0.02),
      legs: { base: { contract: undefined }, value: [{ contract: 'SPY 20261218 C 700', quantity: 1 }], needed: true },
      min_price: set(500, spread),
      max_price: set(900, spread),
      points: set(3, spread),
    },
  },
};
