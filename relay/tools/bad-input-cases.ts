import type { ErrorCode } from '../../shared/errors.ts';

/** For `bad-input.test.ts`: calls that cannot succeed, and with which error each tool has to answer. */

export interface BadInput {
  readonly what: string;
  readonly args: object;
  readonly code: ErrorCode;
  /** What the next step has to say. */
  readonly step: RegExp;
}

/** A request of a tool that IB refuses, in IB's words. */
export interface Refusal {
  readonly request: string;
  readonly code: number;
  readonly text: string;
  /** Arguments of the call, where those of a call that works do not ask for it. */
  readonly args?: object;
}

export interface BadInputCase {
  /** Arguments with which the tool works. */
  readonly good: object;
  readonly bad: readonly BadInput[];
  /** The permission that the login may lack. */
  readonly refused?: Refusal;
  /** It answers without a gateway, at least in part. */
  readonly offline?: true;
}

const bad = (what: string, args: object, code: ErrorCode, step: RegExp): BadInput => ({ what, args, code, step });
const wrong = (what: string, args: object, step = /Correct them/): BadInput =>
  bad(what, args, 'invalid_arguments', step);

/** Every way in which one instrument can be named badly. */
function badContracts(rest: object, name: (contract: unknown) => object = (contract) => ({ contract })): BadInput[] {
  const named = (contract: unknown): object => ({ ...rest, ...name(contract) });
  return [
    bad('an unknown symbol', named('NOPE'), 'contract_not_found', /search_contracts/),
    bad('an unknown conId', named('1'), 'contract_not_found', /conId/),
    bad('the wrong exchange', named('AAPL@NYSE'), 'contract_not_found', /AAPL\.USD@NASDAQ/),
    bad('an expired option', named('AAPL 20200117 C 100'), 'contract_not_found', /expiry/),
    bad('an expired future', named('ES 202003'), 'contract_not_found', /expiry/),
    bad('a day that does not exist', named('SPY 20261399 C 600'), 'contract_not_found', /expiry/),
    wrong('what is no contract', named('A:B:C'), /Write it like/),
    wrong('an empty contract', named('')),
    wrong('a number', named(5)),
    wrong('nothing', named(null)),
  ];
}

/** Every way in which a combination can be none. */
const badCombos = (rest: object = {}): BadInput[] =>
  ['AAPL - SPX:IND', 'AAPL - SHEL.GBP', 'AAPL + AAPL', 'AAPL - ES 202612'].map((combo) =>
    wrong(`the combination ${combo}`, { ...rest, contracts: [combo] }, /each leg/),
  );

const ambiguous = (args: object): BadInput => bad('an ambiguous contract', args, 'ambiguous_contract', /candidates/);

/** Every way in which the one instrument of a tool can be named badly. */
const badContract = (rest: object = {}): BadInput[] => [
  ...badContracts(rest),
  wrong('a combination', { ...rest, contract: 'AAPL - MSFT' }, /Write it like/),
  ambiguous({ ...rest, contract: 'ES:FUT' }),
];

const inList = (contract: unknown): object => ({ contracts: [contract] });

const badAccount = (rest: object = {}): BadInput[] => [
  bad('an unknown account', { ...rest, account: 'DU9999999' }, 'account_not_found', /Use one of/),
  wrong('a number for an account', { ...rest, account: 5 }),
];

const badModel: readonly BadInput[] = [
  wrong('a model that nobody has', { model: 'Growth' }, /Advisor Setup/),
  wrong('an empty model', { model: '' }),
];

const badCursor = (rest: object = {}): BadInput =>
  wrong('a foreign cursor', { ...rest, cursor: 'AAAA' }, /leave the cursor out/);
const badLimit = (limit: number, rest: object = {}): BadInput[] => [
  wrong('too much at once', { ...rest, limit }),
  wrong('none at all', { ...rest, limit: 0 }),
];
const stranger = (rest: object = {}): BadInput => wrong('an unknown argument', { ...rest, colour: 'red' });

const AAPL = { contract: 'AAPL' };
const history = 'Historical Market Data Service error message:No market data permissions for NYSE STK';
const notSubscribed = 'Requested market data is not subscribed.';

export const badInputCases: Readonly<Record<string, BadInputCase>> = {
  get_status: { good: {}, bad: [stranger()], offline: true },
  list_accounts: { good: {}, bad: [stranger()] },
  get_account_summary: {
    good: {},
    bad: [...badAccount(), ...badModel, wrong('no boolean', { ledger: 'perhaps' }), stranger()],
  },
  get_positions: {
    good: {},
    bad: [
      ...badAccount(),
      ...badModel,
      ...badContracts({}),
      ...badLimit(501),
      badCursor(),
      wrong('an unknown kind', { sec_type: 'ROCK' }),
      stranger(),
    ],
  },
  get_executions: {
    good: {},
    bad: [
      ...badAccount(),
      ...badContracts({}),
      ...badLimit(501),
      badCursor(),
      wrong('no time', { since: 'yesterday' }, /2026-04-02T09:30/),
      wrong('a side that is none', { side: 'HOLD' }),
      wrong('an order that is none', { order: 1.5 }),
      stranger(),
    ],
  },
  get_portfolio_summary: {
    good: {},
    bad: [
      ...badAccount(),
      wrong('too many at the top', { top: 51 }),
      wrong('no boolean', { greeks: 'perhaps' }),
      stranger(),
    ],
  },
  get_performance: {
    good: {},
    bad: [
      ...badAccount(),
      wrong('an unknown period', { period: '7d' }),
      wrong('too few points', { max_points: 1 }),
      stranger(),
    ],
    offline: true,
  },
  get_flex_report: {
    good: {},
    bad: [
      wrong('a section of no query', { section: 'Trades' }, /query/),
      bad('a query without a token', { query: '123456' }, 'no_data', /RELAY_FLEX_TOKENS/),
      ...badLimit(501),
      stranger(),
    ],
    offline: true,
  },
  get_advisor_config: { good: {}, bad: [stranger()] },
  search_contracts: {
    good: { query: 'AAPL' },
    bad: [
      wrong('nothing to search for', { query: ' ' }),
      wrong('an unknown kind', { query: 'AAPL', sec_type: 'ROCK' }),
      wrong('no currency', { query: 'AAPL', currency: 'dollar' }),
      ...badLimit(51, { query: 'AAPL' }),
      stranger({ query: 'AAPL' }),
    ],
  },
  get_contract_details: {
    good: { contracts: ['AAPL'] },
    bad: [...badContracts({}, inList), wrong('no contracts', { contracts: [] }), stranger({ contracts: ['AAPL'] })],
  },
  get_trading_schedule: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('a day that does not exist', { ...AAPL, from: '2026-02-30' }),
      wrong('no days', { ...AAPL, days: 0 }),
      wrong('too many days', { ...AAPL, days: 366 }),
      stranger(AAPL),
    ],
    refused: { request: 'reqHistoricalData', code: 162, text: history, args: { ...AAPL, from: '2026-09-01' } },
  },
  get_quotes: {
    good: { contracts: ['AAPL'] },
    bad: [
      ...badContracts({}, inList),
      ...badCombos(),
      ambiguous({ contracts: ['ES:FUT'] }),
      wrong('no contracts', { contracts: [] }),
      wrong('too many contracts', { contracts: Array.from({ length: 51 }, (_, index) => String(index + 1)) }),
      wrong('unknown fields', { contracts: ['AAPL'], fields: 'all' }),
      stranger({ contracts: ['AAPL'] }),
    ],
    refused: { request: 'reqMktData', code: 10186, text: notSubscribed },
  },
  stream_quotes: {
    good: { contracts: ['AAPL'], seconds: 1 },
    bad: [
      ...badContracts({ seconds: 1 }, inList),
      ...badCombos({ seconds: 1 }),
      ambiguous({ contracts: ['ES:FUT'], seconds: 1 }),
      wrong('no time', { contracts: ['AAPL'], seconds: 0 }),
      wrong('too long', { contracts: ['AAPL'], seconds: 61 }),
      wrong('no contracts', { contracts: [] }),
      stranger({ contracts: ['AAPL'] }),
    ],
    refused: { request: 'reqMktData', code: 10186, text: notSubscribed },
  },
  get_historical_bars: {
    good: { ...AAPL, duration: '5d' },
    bad: [
      ...badContract(),
      wrong('an impossible duration', { ...AAPL, duration: '5 parsecs' }, /4h, 1d, 2w/),
      wrong('no duration', { ...AAPL, duration: '0d' }, /4h, 1d, 2w/),
      wrong('an unknown bar size', { ...AAPL, bar_size: '7 mins' }),
      wrong('an end before the start', { ...AAPL, start: '2026-10-10', end: '2026-10-01' }, /start before the end/),
      wrong('no time', { ...AAPL, end: 'tomorrow' }, /2026-04-02T09:30/),
      wrong('a start and a duration', { ...AAPL, start: '2026-10-01', duration: '1d' }, /one of them/),
      wrong('unknown data', { ...AAPL, data: 'FEELINGS' }),
      stranger(AAPL),
    ],
    refused: { request: 'reqHistoricalData', code: 162, text: history },
  },
  get_historical_ticks: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('no time', { ...AAPL, start: 'x' }, /2026-04-02T09:30/),
      wrong('a start and an end', { ...AAPL, start: '2026-10-15T10:00:00Z', end: '2026-10-15T11:00:00Z' }, /`start`/),
      wrong('no ticks', { ...AAPL, count: 0 }),
      bad('what has no trades', { contract: 'EUR.USD' }, 'no_data', /kind of data/),
      stranger(AAPL),
    ],
    refused: { request: 'reqHistoricalTicks', code: 10187, text: history },
  },
  get_market_depth: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('no rows', { ...AAPL, rows: 0 }),
      bad('an unknown exchange', { ...AAPL, exchange: 'MARS' }, 'contract_not_found', /search_contracts/),
      bad('what has no book', { contract: 'SPX:IND' }, 'no_data', /another exchange/),
      stranger(AAPL),
    ],
    refused: { request: 'reqMktDepth', code: 354, text: notSubscribed },
  },
  get_price_histogram: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('an impossible period', { ...AAPL, period: '99z' }),
      bad('a period that IB does not take', { ...AAPL, period: '999y' }, 'invalid_arguments', /Correct/),
      bad('what has no trades', { contract: 'EUR.USD' }, 'no_data', /period/),
      wrong('too few levels', { ...AAPL, levels: 1 }),
      stranger(AAPL),
    ],
    refused: { request: 'reqHistogramData', code: 10188, text: history },
  },
  get_option_chain: {
    good: AAPL,
    bad: [
      ...badContract({ expiry: '202612' }),
      wrong('an expiry that is past', { ...AAPL, expiry: '2020-01-17' }, /2026-10-16/),
      wrong('no expiry', { ...AAPL, expiry: 'soon' }, /2026-10-16/),
      wrong('an unknown trading class', { ...AAPL, trading_class: 'XX' }, /AAPL/),
      bad('what has no options', { contract: 'EUR.USD' }, 'no_data', /stocks, indices and futures/),
      wrong('an impossible delta', { ...AAPL, min_delta: 2 }),
      wrong('strikes the wrong way round', { ...AAPL, min_strike: 400, max_strike: 300 }, /Swap/),
      wrong('deltas the wrong way round', { ...AAPL, min_delta: 0.4, max_delta: 0.3 }, /Swap/),
      wrong('a right that is none', { ...AAPL, right: 'X' }),
      stranger(AAPL),
    ],
  },
  find_option_contract: {
    good: { ...AAPL, right: 'C' },
    bad: [
      ...badContract({ right: 'C' }),
      wrong('a right that is none', { ...AAPL, right: 'X' }),
      wrong('a strike and a delta', { ...AAPL, right: 'C', strike: 300, delta: 0.3 }, /one of them/),
      wrong('an expiry and days', { ...AAPL, right: 'C', expiry: '202612', days: 30 }, /one of them/),
      bad(
        'an expiry that is past',
        { ...AAPL, right: 'C', expiry: '2020-01' },
        'contract_not_found',
        /get_option_chain/,
      ),
      bad('what has no options', { contract: 'EUR.USD', right: 'C' }, 'no_data', /stocks, indices and futures/),
      stranger({ ...AAPL, right: 'C' }),
    ],
  },
  calculate_option: {
    good: { contract: 'SPY 20261218 C 735' },
    bad: [
      ...badContracts({}).filter(({ what }) => !what.startsWith('an expired option')),
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
  },
  scan_market: {
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
    refused: { request: 'reqScannerSubscription', code: 162, text: history },
  },
  get_scanner_parameters: {
    good: {},
    bad: [
      wrong('an unknown kind', { kind: 'mood' }),
      wrong('an unknown instrument', { instrument: 'STOK' }, /STK/),
      ...badLimit(201),
      badCursor(),
      stranger(),
    ],
  },
  get_news: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('headlines about nothing', {}, /contract/),
      wrong('no time', { ...AAPL, start: 'yesterday' }, /2026-04-02T09:30/),
      bad('an unknown provider', { ...AAPL, providers: ['NOPE'] }, 'not_subscribed', /BRFG/),
      ...badLimit(101, AAPL),
      badCursor(AAPL),
      stranger(AAPL),
    ],
    refused: {
      request: 'reqHistoricalNews',
      code: 10276,
      text: 'News feed is not allowed.',
    },
  },
  get_article: {
    good: { article_id: 'BRFG$1ee1b7f5' },
    bad: [
      bad('an unknown article', { article_id: 'BRFG$00000000' }, 'no_data', /get_news/),
      wrong('no article', {}),
      wrong('a negative offset', { article_id: 'BRFG$1ee1b7f5', offset: -1 }),
      wrong('too short', { article_id: 'BRFG$1ee1b7f5', limit: 10 }),
      stranger({ article_id: 'BRFG$1ee1b7f5' }),
    ],
    refused: { request: 'reqNewsArticle', code: 10276, text: 'News feed is not allowed.' },
  },
  get_fundamentals: {
    good: AAPL,
    bad: [
      ...badContract(),
      wrong('an unknown report', { ...AAPL, report: 'gossip' }),
      wrong('an unknown section', { ...AAPL, report: 'snapshot', section: 'Nope' }, /Ratios/),
      ...badLimit(501, AAPL),
      stranger(AAPL),
    ],
    refused: {
      request: 'reqFundamentalData',
      code: 10358,
      text: 'Fundamentals data is not allowed.',
      args: { ...AAPL, report: 'snapshot' },
    },
  },
  get_calendar_events: {
    good: { contracts: ['AAPL'] },
    bad: [
      ...badContracts({}, inList),
      ambiguous({ contracts: ['ES:FUT'] }),
      ...badAccount({ held: true }),
      wrong('a day that does not exist', { contracts: ['AAPL'], start: '2026-02-30' }),
      wrong('an end before the start', { contracts: ['AAPL'], start: '2026-12-01', end: '2026-11-01' }, /later end/),
      wrong('an unknown type', { contracts: ['AAPL'], types: ['birthday'] }, /Earnings Date/),
      ...badLimit(101, { contracts: ['AAPL'] }),
      stranger({ contracts: ['AAPL'] }),
    ],
    refused: { request: 'reqWshMetaData', code: 10276, text: 'News feed is not allowed.' },
  },
};
