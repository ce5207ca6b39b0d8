import { set } from '../../test/support/arguments-matter.ts';
import { badLimit, noHistory, stranger, wrong } from '../../test/support/bad-input.ts';
import type { ToolCases } from '../../test/support/tool-cases.ts';

/** Calls of `scan_market` for the tests of all tools. */
export const cases: ToolCases = {
  question: { scan: 'top gainers', limit: '5' },
  badInput: {
    good: { scan: 'top gainers' },
    bad: [
      wrong('no scan', {}),
      wrong('an unknown scan', { scan: 'top gianers' }, /Nearest: top gainers/),
      wrong('an unknown scan code', { scan: 'TOP_PERC_GIAN' }, /TOP_PERC_GAIN/),
      wrong('an unknown location', { scan: 'gainers', location: 'STK.NYSEE' }, /STK\.NYSE/),
      wrong('an unknown filter', { scan: 'gainers', filters: { priceAbov: 1 } }, /priceAbove/),
      wrong(
        'a filter that is no number',
        { scan: 'gainers', filters: { priceAbove: 'much' } },
        /get_scanner_parameters/,
      ),
      wrong('limits the wrong way round', { scan: 'gainers', min_price: 2, max_price: 1 }, /Swap/),
      wrong('a scan that a market does not have', { scan: 'high dividend', location: 'futures' }, /It ranks/),
      ...badLimit(51, { scan: 'gainers' }),
      stranger({ scan: 'gainers' }),
    ],
    refused: { request: 'reqScannerSubscription', code: 162, text: noHistory },
  },
  argumentsMatter: {
    base: { scan: 'top gainers' },
    changes: {
      scan: set('top losers'),
      location: set('Japan'),
      min_price: set(200),
      max_price: set(50),
      min_volume: set(20_000_000),
      min_market_cap: set(1_000_000),
      max_market_cap: set(100_000),
      filters: set({ priceAbove: 300 }),
      limit: set(2),
      quotes: set(true, { limit: 2 }),
    },
  },
};
