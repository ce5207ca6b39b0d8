/** For `arguments-matter.test.ts`: calls in which each argument of each tool makes a difference. */

export interface Change {
  /** Further arguments of both calls. */
  readonly base?: object;
  /** What the argument is set to. */
  readonly value?: unknown;
  /** Takes the value from the result of the call without the argument. */
  readonly from?: (result: Record<string, unknown>) => unknown;
  /** Without the argument the call is refused. */
  readonly needed?: boolean;
  /** With the argument the call is refused. */
  readonly refused?: boolean;
}

type Read = (tool: string, args: object) => Promise<Record<string, unknown>>;

export interface ArgumentCase {
  readonly base: object;
  /** Further arguments of all calls, which have to be asked for. */
  readonly begin?: (read: Read) => Promise<object>;
  readonly changes: Readonly<Record<string, Change>>;
}

const set = (value: unknown, base: object = {}): Change => ({ value, base });
const spread = { contract: undefined, legs: [{ contract: 'SPY 20261218 C 700', quantity: 1 }] };
const nextOf = (base: object): Change => ({ base, from: ({ next }) => next });

export const argumentCases: Readonly<Record<string, ArgumentCase>> = {
  get_status: { base: {}, changes: {} },
  list_accounts: { base: {}, changes: {} },
  get_account_summary: {
    base: {},
    changes: { account: set('DU1000002'), model: set('Growth'), ledger: set(true) },
  },
  get_positions: {
    base: {},
    changes: {
      account: set('DU1000002'),
      model: set('Growth'),
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
      smart: { value: false, refused: true },
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
      cursor: nextOf({ limit: 1 }),
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
  get_portfolio_summary: {
    base: { greeks: false },
    changes: { account: set('DU1000002'), top: set(1), greeks: set(true) },
  },
  get_advisor_config: { base: {}, changes: {} },
  get_performance: {
    base: {},
    changes: { account: set('DU1000002'), period: set('1w'), max_points: set(2) },
  },
  get_flex_report: {
    base: { query: '900001', section: 'Trades' },
    changes: {
      query: set('900002', { section: undefined }),
      token: set('other', { query: undefined, section: undefined }),
      section: set('CashTransactions'),
      filter: set(['symbol=MSFT']),
      columns: set(['symbol']),
      from: { base: { to: '2026-11-10' }, value: '2026-11-02', needed: true },
      to: { base: { from: '2026-11-02' }, value: '2026-11-10', needed: true },
      refresh: set(true),
      limit: set(1),
      cursor: nextOf({ limit: 1 }),
    },
  },
  calculate_option: {
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
  scan_market: {
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
  get_scanner_parameters: {
    base: {},
    changes: {
      query: set('dividend'),
      kind: set('filter'),
      instrument: set('FUT.US'),
      limit: set(2),
      cursor: nextOf({ limit: 2 }),
    },
  },
  get_news: {
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
  get_article: {
    base: {},
    begin: async (read) => {
      const { rows } = await read('get_news', { contract: 'AAPL', limit: 1 });
      return { article_id: (rows as string[][])[0]?.[2] };
    },
    changes: {
      article_id: { value: 'BRFG$00000000', refused: true },
      provider: { value: 'DJNL', refused: true },
      offset: set(20),
      limit: set(100),
    },
  },
  get_fundamentals: {
    base: { contract: 'IBM' },
    changes: {
      contract: set('MSFT'),
      report: set('summary'),
      section: set('EPSs', { report: 'summary' }),
      limit: set(1, { report: 'summary' }),
    },
  },
  get_calendar_events: {
    base: { contracts: ['AAPL'] },
    changes: {
      contracts: set(['MSFT']),
      held: set(true),
      account: set('DU1000002', { held: true }),
      types: set(['earnings']),
      start: set('2026-12-01'),
      end: set('2026-12-01'),
      limit: set(1),
      cursor: nextOf({ contracts: ['AAPL'], limit: 1 }),
      show: { value: 'types', refused: true },
    },
  },
};
