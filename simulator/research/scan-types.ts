import type { ScanFamily } from './scan-locations.ts';
import type { MetricName } from './scan-metrics.ts';

/** One kind of scan: which number ranks its rows, and which way. */
export interface ScanType {
  readonly code: string;
  readonly name: string;
  readonly metric: MetricName;
  readonly order: 'high' | 'low';
  readonly families: readonly ScanFamily[];
}

const traded = 'stocks funds futures';
const priced = 'stocks funds futures indices';
const stocks = 'stocks';
const shares = 'stocks funds';

const rows: readonly (readonly [code: string, name: string, metric: MetricName, order: 'high' | 'low', of: string])[] =
  [
    ['TOP_PERC_GAIN', 'Top % Gainers', 'changePercent', 'high', priced],
    ['TOP_PERC_LOSE', 'Top % Losers', 'changePercent', 'low', priced],
    ['MOST_ACTIVE', 'Most Active', 'volume', 'high', traded],
    ['MOST_ACTIVE_USD', 'Most Active (USD)', 'dollarVolume', 'high', shares],
    ['MOST_ACTIVE_AVG_USD', 'Most Active by Average Volume (USD)', 'averageDollarVolume', 'high', shares],
    ['HOT_BY_VOLUME', 'Hot Contracts by Volume', 'volumeRatio', 'high', traded],
    ['HOT_BY_PRICE', 'Hot Contracts by Price', 'changeByRange', 'high', priced],
    ['HOT_BY_PRICE_RANGE', 'Hot Contracts by Price Range', 'rangeRatio', 'high', priced],
    ['TOP_PRICE_RANGE', 'Top Price Range', 'rangePercent', 'high', priced],
    ['TOP_TRADE_COUNT', 'Top Trade Count', 'trades', 'high', traded],
    ['TOP_TRADE_RATE', 'Top Trade Rate', 'tradeRate', 'high', traded],
    ['TOP_VOLUME_RATE', 'Top Volume Rate', 'volumeRate', 'high', traded],
    ['TOP_OPEN_PERC_GAIN', 'Top % Gainers Since Open', 'changeOpenPercent', 'high', priced],
    ['TOP_OPEN_PERC_LOSE', 'Top % Losers Since Open', 'changeOpenPercent', 'low', priced],
    ['TOP_AFTER_HOURS_PERC_GAIN', 'Top After-Hours % Gainers', 'afterHoursPercent', 'high', shares],
    ['TOP_AFTER_HOURS_PERC_LOSE', 'Top After-Hours % Losers', 'afterHoursPercent', 'low', shares],
    ['HIGH_OPEN_GAP', 'Top Close-to-Open % Gainers', 'gapPercent', 'high', priced],
    ['LOW_OPEN_GAP', 'Top Close-to-Open % Losers', 'gapPercent', 'low', priced],
    ['HIGH_VS_13W_HL', '13-Week High', 'vs13Weeks', 'high', priced],
    ['LOW_VS_13W_HL', '13-Week Low', 'vs13Weeks', 'low', priced],
    ['HIGH_VS_26W_HL', '26-Week High', 'vs26Weeks', 'high', priced],
    ['LOW_VS_26W_HL', '26-Week Low', 'vs26Weeks', 'low', priced],
    ['HIGH_VS_52W_HL', '52-Week High', 'vs52Weeks', 'high', priced],
    ['LOW_VS_52W_HL', '52-Week Low', 'vs52Weeks', 'low', priced],
    ['HALTED', 'Halted', 'halted', 'high', traded],
    ['NOT_OPEN', 'Not Open', 'notOpen', 'high', priced],
    ['LIMIT_UP_DOWN', 'Limit Up/Down', 'limitUpDown', 'high', traded],
    ['ALL_SYMBOLS_ASC', 'All Symbols Ascending', 'symbol', 'low', priced],
    ['ALL_SYMBOLS_DESC', 'All Symbols Descending', 'symbol', 'high', priced],
    ['OPT_VOLUME_MOST_ACTIVE', 'Most Active by Option Volume', 'optionVolume', 'high', 'stocks funds indices'],
    [
      'OPT_OPEN_INTEREST_MOST_ACTIVE',
      'Most Active by Option Open Interest',
      'openInterest',
      'high',
      'stocks funds indices',
    ],
    ['HOT_BY_OPT_VOLUME', 'Hot by Option Volume', 'optionVolumeRatio', 'high', 'stocks funds indices'],
    ['HIGH_OPT_VOLUME_PUT_CALL_RATIO', 'High Option Volume P/C Ratio', 'putCallVolume', 'high', 'stocks funds indices'],
    ['LOW_OPT_VOLUME_PUT_CALL_RATIO', 'Low Option Volume P/C Ratio', 'putCallVolume', 'low', 'stocks funds indices'],
    [
      'HIGH_OPT_OPEN_INTEREST_PUT_CALL_RATIO',
      'High Option Open Interest P/C Ratio',
      'putCallInterest',
      'high',
      'stocks funds indices',
    ],
    [
      'LOW_OPT_OPEN_INTEREST_PUT_CALL_RATIO',
      'Low Option Open Interest P/C Ratio',
      'putCallInterest',
      'low',
      'stocks funds indices',
    ],
    ['HIGH_OPT_IMP_VOLAT', 'Highest Option Imp Vol', 'impliedVolatility', 'high', 'stocks funds indices'],
    ['LOW_OPT_IMP_VOLAT', 'Lowest Option Imp Vol', 'impliedVolatility', 'low', 'stocks funds indices'],
    [
      'TOP_OPT_IMP_VOLAT_GAIN',
      'Top Option Imp Vol % Gainers',
      'impliedVolatilityChange',
      'high',
      'stocks funds indices',
    ],
    ['TOP_OPT_IMP_VOLAT_LOSE', 'Top Option Imp Vol % Losers', 'impliedVolatilityChange', 'low', 'stocks funds indices'],
    [
      'HIGH_OPT_IMP_VOLAT_OVER_HIST',
      'High Option Imp Vol Over Historical',
      'impliedOverHistorical',
      'high',
      'stocks funds indices',
    ],
    [
      'LOW_OPT_IMP_VOLAT_OVER_HIST',
      'Low Option Imp Vol Over Historical',
      'impliedOverHistorical',
      'low',
      'stocks funds indices',
    ],
    ['TOP_STOCK_BUY_IMBALANCE_ADV_RATIO', 'Top Stock Buy Imbalance/ADV Ratio', 'imbalance', 'high', stocks],
    ['TOP_STOCK_SELL_IMBALANCE_ADV_RATIO', 'Top Stock Sell Imbalance/ADV Ratio', 'imbalance', 'low', stocks],
    ['HIGH_DIVIDEND_YIELD', 'High Dividend Yield', 'dividendYield', 'high', shares],
    ['HIGH_DIVIDEND_YIELD_IB', 'High Dividend Yield IB', 'dividendYieldAhead', 'high', shares],
    ['HIGH_PE_RATIO', 'High P/E Ratio', 'peRatio', 'high', stocks],
    ['LOW_PE_RATIO', 'Low P/E Ratio', 'peRatio', 'low', stocks],
    ['HIGH_PRICE_2_BOOK_RATIO', 'High Price/Book Ratio', 'priceToBook', 'high', stocks],
    ['LOW_PRICE_2_BOOK_RATIO', 'Low Price/Book Ratio', 'priceToBook', 'low', stocks],
    ['HIGH_PRICE_2_TAN_BOOK_RATIO', 'High Price/Tangible Book Ratio', 'priceToTangibleBook', 'high', stocks],
    ['LOW_PRICE_2_TAN_BOOK_RATIO', 'Low Price/Tangible Book Ratio', 'priceToTangibleBook', 'low', stocks],
    ['HIGH_QUICK_RATIO', 'High Quick Ratio', 'quickRatio', 'high', stocks],
    ['LOW_QUICK_RATIO', 'Low Quick Ratio', 'quickRatio', 'low', stocks],
    ['HIGH_RETURN_ON_EQUITY', 'High Return on Equity', 'returnOnEquity', 'high', stocks],
    ['LOW_RETURN_ON_EQUITY', 'Low Return on Equity', 'returnOnEquity', 'low', stocks],
    ['HIGH_GROWTH_RATE', 'High Growth Rate', 'growth', 'high', stocks],
    ['LOW_GROWTH_RATE', 'Low Growth Rate', 'growth', 'low', stocks],
    ['MARKET_CAP_USD_ASC', 'Market Cap USD Ascending', 'dollarMarketCap', 'low', stocks],
    ['MARKET_CAP_USD_DESC', 'Market Cap USD Descending', 'dollarMarketCap', 'high', stocks],
    ['WSH_NEXT_EARNINGS', 'Earnings Announcements: Next', 'nextEarnings', 'low', stocks],
    ['WSH_PREV_EARNINGS', 'Earnings Announcements: Previous', 'previousEarnings', 'high', stocks],
    ['WSH_NEXT_EVENT', 'Next Event', 'nextEvent', 'low', stocks],
    ['WSH_NEXT_MAJOR_EVENT', 'Next Major Event', 'nextEarnings', 'low', stocks],
    ['WSH_PREV_EVENT', 'Previous Event', 'previousEarnings', 'high', stocks],
    ['SCAN_nextEarningsDateTime_ASC', 'Next Earnings Date Ascending', 'nextEarningsTime', 'low', stocks],
    ['FAR_MATURITY_DATE', 'Farthest Maturity Date', 'maturity', 'high', 'bonds'],
    ['NEAR_MATURITY_DATE', 'Nearest Maturity Date', 'maturity', 'low', 'bonds'],
    ['HIGH_COUPON_RATE', 'High Coupon Rate', 'coupon', 'high', 'bonds'],
    ['LOW_COUPON_RATE', 'Low Coupon Rate', 'coupon', 'low', 'bonds'],
    ['HIGH_BOND_ASK_YIELD_ALL', 'High Ask Yield', 'yield', 'high', 'bonds'],
    ['LOW_BOND_BID_YIELD_ALL', 'Low Bid Yield', 'yield', 'low', 'bonds'],
    ['BOND_CUSIP_AZ', 'CUSIP A-Z', 'symbol', 'low', 'bonds'],
    ['BOND_CUSIP_ZA', 'CUSIP Z-A', 'symbol', 'high', 'bonds'],
  ];

export const scanTypes: readonly ScanType[] = rows.map(([code, name, metric, order, of]) => ({
  code,
  name,
  metric,
  order,
  families: of.split(' ') as ScanFamily[],
}));

const byCode = new Map(scanTypes.map((type) => [type.code, type]));

export const scanType = (code: string): ScanType | undefined => byCode.get(code.trim());
