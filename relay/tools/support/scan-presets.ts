import type { Scan } from '../../gateway/research/scanner.ts';

/** A scan as people ask for it. */
export interface ScanPreset {
  /** The first is how it is shown; all are understood. */
  readonly names: readonly string[];
  readonly code: string;
  /** Where it looks unless told otherwise: a name of `scanPlaces`. */
  readonly place: string;
  readonly filters: Scan['filters'];
}

/** A market as people call it. */
export interface ScanPlace {
  readonly names: readonly string[];
  readonly instrument: string;
  readonly location: string;
}

export const defaultPlace = 'US';

const preset = (code: string, names: string, place = defaultPlace, filters: Scan['filters'] = []): ScanPreset => ({
  names: names.split(' | '),
  code,
  place,
  filters,
});

/** Names that differ in case, plural, signs and small words are the same; see `wordsOf`. */
export const scanPresets: readonly ScanPreset[] = [
  preset('TOP_PERC_GAIN', 'top gainers | biggest gainers | gainers | winners'),
  preset('TOP_PERC_LOSE', 'top losers | biggest losers | losers'),
  preset('MOST_ACTIVE', 'most active | most traded | highest volume | top volume'),
  preset('MOST_ACTIVE_USD', 'most active by dollar volume | highest turnover | most active usd'),
  preset('MOST_ACTIVE_AVG_USD', 'most active by average dollar volume | most liquid'),
  preset('MOST_ACTIVE', 'most active penny stocks | penny stocks', defaultPlace, [{ tag: 'priceBelow', value: '5' }]),
  preset('HOT_BY_VOLUME', 'hot by volume | unusual volume | volume spikes | high relative volume'),
  preset('HOT_BY_PRICE', 'hot by price | unusual price moves'),
  preset('HOT_BY_PRICE_RANGE', 'hot by price range | unusual price range'),
  preset('TOP_PRICE_RANGE', 'top price range | widest range | most volatile'),
  preset('TOP_TRADE_COUNT', 'most trades | top trade count'),
  preset('TOP_TRADE_RATE', 'top trade rate | fastest trading'),
  preset('TOP_VOLUME_RATE', 'top volume rate'),
  preset('TOP_OPEN_PERC_GAIN', 'gainers since open | top gainers since open | intraday gainers'),
  preset('TOP_OPEN_PERC_LOSE', 'losers since open | top losers since open | intraday losers'),
  preset('TOP_AFTER_HOURS_PERC_GAIN', 'after-hours gainers | top after-hours gainers'),
  preset('TOP_AFTER_HOURS_PERC_LOSE', 'after-hours losers | top after-hours losers'),
  preset('HIGH_OPEN_GAP', 'gap up | gapping up | gappers | top gap up'),
  preset('LOW_OPEN_GAP', 'gap down | gapping down | top gap down'),
  preset('HIGH_VS_13W_HL', '13-week highs | three month highs'),
  preset('LOW_VS_13W_HL', '13-week lows | three month lows'),
  preset('HIGH_VS_26W_HL', '26-week highs | six month highs'),
  preset('LOW_VS_26W_HL', '26-week lows | six month lows'),
  preset('HIGH_VS_52W_HL', '52-week highs | new highs | yearly highs | year high'),
  preset('LOW_VS_52W_HL', '52-week lows | new lows | yearly lows | year low'),
  preset('HALTED', 'halted | trading halts'),
  preset('LIMIT_UP_DOWN', 'limit up or down | limit up down'),
  preset('TOP_STOCK_BUY_IMBALANCE_ADV_RATIO', 'buy imbalance | top buy imbalance'),
  preset('TOP_STOCK_SELL_IMBALANCE_ADV_RATIO', 'sell imbalance | top sell imbalance'),
  preset('OPT_VOLUME_MOST_ACTIVE', 'high option volume | most active options | top option volume'),
  preset('OPT_OPEN_INTEREST_MOST_ACTIVE', 'high option open interest | top option open interest'),
  preset('HOT_BY_OPT_VOLUME', 'hot by option volume | unusual option volume | unusual options activity'),
  preset('HIGH_OPT_VOLUME_PUT_CALL_RATIO', 'high put/call ratio | high put/call volume ratio | most bearish options'),
  preset('LOW_OPT_VOLUME_PUT_CALL_RATIO', 'low put/call ratio | low put/call volume ratio | most bullish options'),
  preset('HIGH_OPT_OPEN_INTEREST_PUT_CALL_RATIO', 'high put/call open interest ratio'),
  preset('LOW_OPT_OPEN_INTEREST_PUT_CALL_RATIO', 'low put/call open interest ratio'),
  preset('HIGH_OPT_IMP_VOLAT', 'high implied volatility | highest iv | high iv'),
  preset('LOW_OPT_IMP_VOLAT', 'low implied volatility | lowest iv | low iv'),
  preset('TOP_OPT_IMP_VOLAT_GAIN', 'implied volatility gainers | rising iv | rising implied volatility'),
  preset('TOP_OPT_IMP_VOLAT_LOSE', 'implied volatility losers | falling iv | falling implied volatility'),
  preset('HIGH_OPT_IMP_VOLAT_OVER_HIST', 'high implied over historical volatility | expensive options'),
  preset('LOW_OPT_IMP_VOLAT_OVER_HIST', 'low implied over historical volatility | cheap options'),
  preset('HIGH_DIVIDEND_YIELD_IB', 'high dividend | high dividend yield | top dividends | highest dividends'),
  preset('HIGH_PE_RATIO', 'high P/E | high P/E ratio | high price to earnings'),
  preset('LOW_PE_RATIO', 'low P/E | low P/E ratio | low price to earnings'),
  preset('HIGH_PRICE_2_BOOK_RATIO', 'high price to book | high P/B'),
  preset('LOW_PRICE_2_BOOK_RATIO', 'low price to book | low P/B'),
  preset('HIGH_RETURN_ON_EQUITY', 'high return on equity | high ROE | most profitable'),
  preset('LOW_RETURN_ON_EQUITY', 'low return on equity | low ROE'),
  preset('HIGH_GROWTH_RATE', 'high growth | high growth rate | fastest growing'),
  preset('LOW_GROWTH_RATE', 'low growth | low growth rate'),
  preset('HIGH_QUICK_RATIO', 'high quick ratio'),
  preset('LOW_QUICK_RATIO', 'low quick ratio'),
  preset('MARKET_CAP_USD_DESC', 'largest companies | largest market cap | biggest companies | large caps'),
  preset('MARKET_CAP_USD_ASC', 'smallest companies | smallest market cap | small caps'),
  preset('WSH_NEXT_EARNINGS', 'upcoming earnings | next earnings'),
  preset('WSH_PREV_EARNINGS', 'recent earnings | previous earnings'),
  preset('HIGH_BOND_ASK_YIELD_ALL', 'high yield bonds | high bond yield', 'bonds'),
  preset('HIGH_COUPON_RATE', 'high coupon bonds | high coupon', 'bonds'),
  preset('LOW_COUPON_RATE', 'low coupon bonds | low coupon', 'bonds'),
  preset('NEAR_MATURITY_DATE', 'bonds maturing soon | nearest maturity', 'bonds'),
  preset('FAR_MATURITY_DATE', 'longest bonds | longest maturity', 'bonds'),
];

const place = (instrument: string, location: string, names: string): ScanPlace => ({
  names: names.split(' | '),
  instrument,
  location,
});

export const scanPlaces: readonly ScanPlace[] = [
  place('STK', 'STK.US.MAJOR', 'US | USA | America | United States | American'),
  place('STK', 'STK.NYSE', 'NYSE'),
  place('STK', 'STK.NASDAQ', 'NASDAQ'),
  place('STK', 'STK.AMEX', 'AMEX'),
  place('STK', 'STK.ARCA', 'ARCA'),
  place('STK', 'STK.US.MINOR', 'OTC | over the counter | pink sheets'),
  place('ETF.EQ.US', 'ETF.EQ.US.MAJOR', 'ETFs | US ETFs | funds | equity ETFs'),
  place('ETF.FI.US', 'ETF.FI.US.MAJOR', 'bond ETFs | fixed income ETFs'),
  place('STOCK.NA', 'STK.NA.CANADA', 'Canada | Toronto | Canadian'),
  place('STOCK.EU', 'STK.EU', 'Europe | EU | European'),
  place('STOCK.EU', 'STK.EU.LSE', 'UK | London | LSE | Britain | United Kingdom | British'),
  place('STOCK.EU', 'STK.EU.IBIS', 'Germany | Xetra | Frankfurt | German'),
  place('STOCK.EU', 'STK.EU.SBF', 'France | Paris | French'),
  place('STOCK.EU', 'STK.EU.AEB', 'Netherlands | Amsterdam | Dutch'),
  place('STOCK.EU', 'STK.EU.EBS', 'Switzerland | Zurich | Swiss'),
  place('STOCK.EU', 'STK.EU.BVME', 'Italy | Milan | Italian'),
  place('STOCK.EU', 'STK.EU.BM', 'Spain | Madrid | Spanish'),
  place('STOCK.EU', 'STK.EU.SFB', 'Sweden | Stockholm | Swedish'),
  place('STOCK.HK', 'STK.HK', 'Asia | Asian'),
  place('STOCK.HK', 'STK.HK.SEHK', 'Hong Kong | HK'),
  place('STOCK.HK', 'STK.HK.TSE_JPN', 'Japan | Tokyo | Japanese'),
  place('STOCK.HK', 'STK.HK.KSE', 'Korea | South Korea | Korean'),
  place('STOCK.HK', 'STK.HK.ASX', 'Australia | Sydney | Australian'),
  place('STOCK.HK', 'STK.HK.SGX', 'Singapore'),
  place('STOCK.HK', 'STK.HK.NSE', 'India | Indian'),
  place('FUT.US', 'FUT.US', 'futures | US futures'),
  place('FUT.EU', 'FUT.EU', 'European futures | Europe futures'),
  place('FUT.HK', 'FUT.HK', 'Asian futures | Asia futures'),
  place('IND.US', 'IND.US', 'indices | indexes | US indices'),
  place('IND.EU', 'IND.EU', 'European indices | Europe indices'),
  place('IND.HK', 'IND.HK', 'Asian indices | Asia indices'),
  place('BOND', 'BOND.US', 'bonds | corporate bonds | US bonds'),
  place('BOND.GOVT', 'BOND.GOVT.US', 'treasuries | government bonds | US treasuries'),
];

const smallWords: ReadonlySet<string> = new Set([
  'the',
  'of',
  'by',
  'with',
  'in',
  'on',
  'for',
  'at',
  'a',
  'stock',
  'share',
  'today',
  'percent',
  'market',
]);

/** The words that matter, in lower case and singular: “Top % Gainers” and “the top gainers today” are the same. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .map((word) => (word.length > 2 ? word.replace(/(?<=[^su])s$/, '') : word))
    .filter((word) => word !== '' && !smallWords.has(word));
}

const presetsByWords: ReadonlyMap<string, ScanPreset> = new Map(
  scanPresets.flatMap((entry) => entry.names.map((name) => [wordsOf(name).join(' '), entry] as const)),
);

const placesByWords: ReadonlyMap<string, ScanPlace> = new Map(
  scanPlaces.flatMap((entry) => entry.names.map((name) => [wordsOf(name).join(' '), entry] as const)),
);

/** The market of that name. */
export function placeNamed(text: string): ScanPlace | undefined {
  return placesByWords.get(wordsOf(text).join(' '));
}

/** The preset that a text means, and the market that it names as well: “most active in Japan”, “European top gainers”. */
export function presetNamed(text: string): { readonly preset: ScanPreset; readonly place?: ScanPlace } | undefined {
  const words = wordsOf(text);
  const whole = presetsByWords.get(words.join(' '));
  if (whole) return { preset: whole };
  // The longest name of a market first: “bond ETFs” is neither bonds nor ETFs.
  for (let length = words.length - 1; length > 0; length -= 1) {
    for (let at = 0; at + length <= words.length; at += 1) {
      const named = placesByWords.get(words.slice(at, at + length).join(' '));
      const found = named && presetsByWords.get(words.toSpliced(at, length).join(' '));
      if (named && found) return { preset: found, place: named };
    }
  }
  return undefined;
}
