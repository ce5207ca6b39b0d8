import type { ScanFamily } from './scan-locations.ts';
import { type MetricName, metricOf, type ScanSubject } from './scan-metrics.ts';

/** A limit that the rows of a scan have to keep. */
export interface ScanFilter {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly field: 'Double' | 'Int' | 'Date' | 'Combo' | 'Boolean';
  readonly families: readonly ScanFamily[];
  /** What clients call its lower and its upper end; filters of one value have only `above`. */
  readonly above: string;
  readonly below: string | undefined;
  /** What is compared; undefined where nothing listed here has the property, so that the filter lets everything pass. */
  readonly metric: MetricName | undefined;
  /** What a client's value has to be multiplied by. */
  readonly scale: number;
}

/** A tag and a value, as clients send filters. */
export interface FilterTag {
  readonly tag: string;
  readonly value: string;
}

const million = 1e6;

/** Id, name, category, field, families, stem of the tags, metric, scale. `min`/`max` filters name both tags. */
const rows: readonly (readonly [
  id: string,
  name: string,
  category: string,
  field: ScanFilter['field'],
  families: string,
  tags: string,
  metric?: MetricName,
  scale?: number,
])[] = [
  ['PRICE', 'Price', 'Prices', 'Double', 'stocks funds futures indices bonds', 'price', 'last'],
  ['PRICE_USD', 'Price (USD)', 'Prices', 'Double', 'stocks funds', 'usdPrice', 'dollarLast'],
  ['CHANGE', 'Change', 'Prices', 'Double', 'stocks funds futures indices', 'change', 'change'],
  ['CHANGEPERC', 'Change (%)', 'Prices', 'Double', 'stocks funds futures indices', 'changePerc', 'changePercent'],
  [
    'CHANGEOPENPERC',
    'Change Since Open (%)',
    'Prices',
    'Double',
    'stocks funds futures indices',
    'changeOpenPerc',
    'changeOpenPercent',
  ],
  [
    'OPENGAPPERC',
    'Close-to-Open Change (%)',
    'Prices',
    'Double',
    'stocks funds futures indices',
    'openGapPerc',
    'gapPercent',
  ],
  [
    'AFTERHRSCHANGEPERC',
    'After-Hours Change (%)',
    'Prices',
    'Double',
    'stocks funds',
    'afterHoursChangePerc',
    'afterHoursPercent',
  ],
  ['PRICERANGE', 'Price Range (%)', 'Prices', 'Double', 'stocks funds futures indices', 'priceRange', 'rangePercent'],
  ['VOLUME', 'Volume', 'Liquidity', 'Int', 'stocks funds futures', 'volume', 'volume'],
  ['AVGVOLUME', 'Average Volume', 'Liquidity', 'Int', 'stocks funds futures', 'avgVolume', 'averageVolume'],
  ['AVGVOLUME_USD', 'Average Volume (USD)', 'Liquidity', 'Int', 'stocks funds', 'avgUsdVolume', 'averageDollarVolume'],
  ['VOLUMERATE', 'Volume Rate/Minute', 'Liquidity', 'Double', 'stocks funds futures', 'volumeRate', 'volumeRate'],
  ['TRADECOUNT', 'Trade Count', 'Liquidity', 'Int', 'stocks funds futures', 'tradeCount', 'trades'],
  ['TRADERATE', 'Trade Rate/Minute', 'Liquidity', 'Double', 'stocks funds futures', 'tradeRate', 'tradeRate'],
  [
    'MKTCAP',
    'Market Cap (millions)',
    'Fundamentals',
    'Double',
    'stocks',
    'marketCapAbove1e6 marketCapBelow1e6',
    'marketCap',
    million,
  ],
  [
    'MKTCAP_USD',
    'Market Cap (USD, millions)',
    'Fundamentals',
    'Double',
    'stocks',
    'usdMarketCap',
    'dollarMarketCap',
    million,
  ],
  ['DIVYIELD', 'Dividend Yield (%)', 'Fundamentals', 'Double', 'stocks funds', 'histDividendYield', 'dividendYield'],
  ['DIVIB', 'Dividend Yield IB (%)', 'Fundamentals', 'Double', 'stocks funds', 'histDividendIB', 'dividendYieldAhead'],
  ['PE', 'P/E Ratio', 'Fundamentals', 'Double', 'stocks', 'minPeRatio maxPeRatio', 'peRatio'],
  ['PRICE2BK', 'Price/Book Ratio', 'Fundamentals', 'Double', 'stocks', 'minPrice2Bk maxPrice2Bk', 'priceToBook'],
  [
    'PRICE2TANBK',
    'Price/Tangible Book Ratio',
    'Fundamentals',
    'Double',
    'stocks',
    'minPrice2TanBk maxPrice2TanBk',
    'priceToTangibleBook',
  ],
  ['QUICKRATIO', 'Quick Ratio', 'Fundamentals', 'Double', 'stocks', 'minQuickRatio maxQuickRatio', 'quickRatio'],
  [
    'RETEQUITY',
    'Return on Equity (%)',
    'Fundamentals',
    'Double',
    'stocks',
    'minRetnOnEq maxRetnOnEq',
    'returnOnEquity',
  ],
  ['GRWTHRATE', 'Growth Rate (%)', 'Fundamentals', 'Double', 'stocks', 'minGrwthRate maxGrwthRate', 'growth'],
  ['NEXTEARNINGS', 'Next Earnings Date', 'Events', 'Date', 'stocks', 'nextEarningsDateTime', 'nextEarningsTime'],
  ['STKTYPE', 'Stock Type', 'Fundamentals', 'Combo', 'stocks', 'stkTypes'],
  ['OPTVOLUME', 'Option Volume', 'Options', 'Int', 'stocks funds indices', 'optVolume', 'optionVolume'],
  [
    'AVGOPTVOLUME',
    'Average Option Volume',
    'Options',
    'Int',
    'stocks funds indices',
    'avgOptVolume',
    'averageOptionVolume',
  ],
  [
    'IMPVOLAT',
    'Option Implied Volatility',
    'Options',
    'Double',
    'stocks funds indices',
    'impVolat',
    'impliedVolatility',
  ],
  [
    'IMPVOLATOVERHIST',
    'Implied over Historical Volatility',
    'Options',
    'Double',
    'stocks funds indices',
    'impVolatOverHist',
    'impliedOverHistorical',
  ],
  ['OPTOPENINT', 'Option Open Interest', 'Options', 'Int', 'stocks funds indices', 'optOpnInt', 'openInterest'],
  [
    'VOLPCRATIO',
    'Option Volume P/C Ratio',
    'Options',
    'Double',
    'stocks funds indices',
    'optVolumePCRatio',
    'putCallVolume',
  ],
  ['MATDATE', 'Maturity Date', 'Bonds', 'Date', 'bonds', 'maturityDate', 'maturity'],
  ['CPNRATE', 'Coupon Rate', 'Bonds', 'Double', 'bonds', 'couponRate', 'coupon'],
  ['MOODYRATING', "Moody's Rating", 'Bonds', 'Combo', 'bonds', 'moodyRating'],
  ['SPRATING', 'S&P Rating', 'Bonds', 'Combo', 'bonds', 'spRating'],
  ['CONVOPT', 'Exclude Convertible', 'Bonds', 'Boolean', 'bonds', 'excludeConvertible'],
];

const single = new Set(['stkTypes', 'excludeConvertible']);

function tagsOf(tags: string): readonly [string, string | undefined] {
  const [above = '', below] = tags.split(' ');
  if (single.has(above)) return [above, undefined];
  return below === undefined ? [`${above}Above`, `${above}Below`] : [above, below];
}

export const scanFilters: readonly ScanFilter[] = rows.map(
  ([id, name, category, field, families, tags, metric, scale = 1]) => {
    const [above, below] = tagsOf(tags);
    return { id, name, category, field, families: families.split(' ') as ScanFamily[], above, below, metric, scale };
  },
);

const byTag = new Map<string, ScanFilter>(
  scanFilters.flatMap((filter) => [
    [filter.above, filter] as const,
    ...(filter.below === undefined ? [] : [[filter.below, filter] as const]),
  ]),
);

/** Types of stock a client can ask for, and what contract details call them. */
const stockTypeCodes: Readonly<Record<string, readonly string[]>> = {
  CORP: ['COMMON'],
  COMMON: ['COMMON'],
  ADR: ['ADR'],
  ETF: ['ETF'],
  ETN: ['ETN'],
  REIT: ['REIT'],
  CEF: ['CEF'],
  STOCK: ['COMMON', 'ADR', 'REIT', 'PREFERRED'],
};

export const stockTypes: readonly string[] = Object.keys(stockTypeCodes);

/** `inc:CORP,ADR` lets those pass, `exc:ETF` all but those. */
function fitsStockType(value: string, { instrument }: ScanSubject): boolean {
  const [mode = '', names = ''] = value.includes(':') ? value.split(':') : ['inc', value];
  const listed = names
    .split(',')
    .flatMap((name) => stockTypeCodes[name.trim().toUpperCase()] ?? [])
    .includes(instrument.stockType);
  return mode.toLowerCase() === 'exc' ? !listed : listed;
}

/** A scan with a filter that does not exist. */
export class UnknownFilterError extends Error {
  override readonly name = 'UnknownFilterError';
  readonly tag: string;

  constructor(tag: string) {
    super(`there is no filter ${tag}`);
    this.tag = tag;
  }
}

/** A test for rows that a filter lets pass. @throws {UnknownFilterError} when there is none of that name */
export function filterTest({ tag, value }: FilterTag): (subject: ScanSubject) => boolean {
  const filter = byTag.get(tag);
  if (!filter) throw new UnknownFilterError(tag);
  if (tag === 'stkTypes') return (subject) => fitsStockType(value, subject);
  const { metric, scale } = filter;
  const limit = Number(value) * scale;
  if (metric === undefined || Number.isNaN(limit)) return () => true;
  return (subject) => {
    const actual = metricOf(metric, subject);
    if (typeof actual !== 'number') return false;
    return tag === filter.below ? actual <= limit : actual >= limit;
  };
}
