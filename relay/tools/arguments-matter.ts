/** For `arguments-matter.test.ts`: calls in which each argument of each tool makes a difference. */

export interface Change {
  /** Further arguments of both calls. */
  readonly base?: object;
  /** What the argument is set to. */
  readonly value?: unknown;
  /** Takes the value from the result of the call without the argument. */
  readonly from?: (result: Record<string, unknown>) => unknown;
}

export interface ArgumentCase {
  readonly base: object;
  readonly changes: Readonly<Record<string, Change>>;
}

const set = (value: unknown, base: object = {}): Change => ({ value, base });
const nextOf = (base: object): Change => ({ base, from: ({ next }) => next });

export const argumentCases: Readonly<Record<string, ArgumentCase>> = {
  get_status: { base: {}, changes: {} },
  list_accounts: { base: {}, changes: {} },
  get_account_summary: { base: {}, changes: { account: set('DU1000002'), ledger: set(true) } },
  get_positions: {
    base: {},
    changes: {
      account: set('DU1000002'),
      contract: set('AAPL'),
      sec_type: set('OPT'),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
  get_executions: {
    base: {},
    changes: {
      account: set('DU1000002'),
      contract: set('MSFT'),
      side: set('SELL'),
      since: set('2026-11-20T17:00:01Z'),
      order: set(1),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
  search_contracts: {
    base: { query: 'micro' },
    changes: { query: set('apple'), sec_type: set('IND'), currency: set('EUR'), limit: set(1) },
  },
  get_contract_details: { base: { contracts: ['AAPL'] }, changes: { contracts: set(['MSFT']) } },
  get_trading_schedule: {
    base: { contract: 'AAPL' },
    changes: { contract: set('EUR.USD'), from: set('2026-11-02'), days: set(2), extended: set(true) },
  },
  get_quotes: {
    base: { contracts: ['AAPL'] },
    changes: { contracts: set(['AAPL', 'MSFT']), fields: set('detailed') },
  },
  stream_quotes: {
    base: { contracts: ['AAPL'], seconds: 1 },
    changes: { contracts: set(['MSFT']), seconds: set(2), updates: set(1) },
  },
  get_historical_bars: {
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
  get_historical_ticks: {
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
  get_market_depth: {
    base: { contract: 'AAPL' },
    changes: {
      contract: set('MSFT'),
      rows: set(2),
      smart: set(false, { contract: 'ES 202612' }),
      exchange: set('ISLAND'),
    },
  },
  get_price_histogram: {
    base: { contract: 'AAPL' },
    changes: { contract: set('MSFT'), period: set('3d'), rth: set(false), levels: set(5) },
  },
  get_option_chain: {
    base: { contract: 'SPY', expiry: '2026-12-18', strikes: 3 },
    changes: {
      contract: set('AAPL'),
      expiry: set('2027-01-15'),
      right: set('C'),
      strikes: set(2),
      min_strike: set(735),
      max_strike: set(600),
      min_delta: set(0.4),
      max_delta: set(0.4),
      trading_class: set('SPX', { contract: 'SPX:IND' }),
      quotes: set(true),
      limit: set(1),
    },
  },
  find_option_contract: {
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
