import type { Instrument, Process } from './instruments.ts';
import { orderTypes } from './order-types.ts';
import type { MarketRuleId } from './rules.ts';

const names: Readonly<Record<string, string>> = {
  AUD: 'Australian dollar',
  CAD: 'Canadian dollar',
  CHF: 'Swiss franc',
  EUR: 'European Monetary Union Euro',
  GBP: 'British pound',
  NZD: 'New Zealand dollar',
  USD: 'United States dollar',
};

interface PairRow {
  readonly conId: number;
  readonly symbol: string;
  readonly currency: string;
  readonly rate: number;
  readonly volatility?: number;
  readonly rule?: MarketRuleId;
}

function pairOf({ conId, symbol, currency, rate, volatility = 0.08, rule = 239 }: PairRow): Instrument {
  const name = `${symbol}.${currency}`;
  return {
    conId,
    symbol,
    secType: 'CASH',
    currency,
    primaryExchange: '',
    validExchanges: ['IDEALPRO'],
    localSymbol: name,
    tradingClass: name,
    marketName: name,
    longName: names[symbol] ?? symbol,
    industry: '',
    category: '',
    subcategory: '',
    stockType: '',
    schedule: 'fx',
    rule,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    quotedSize: 500_000,
    orderTypes: orderTypes.fx,
    halfSpreadTicks: 1,
    permission: 'live',
    listed: '20050306',
    derivatives: [],
    process: { path: name, base: rate, volatility, beta: 0.05, drift: 0, volume: 0, octaves: 10, gap: 0.03 },
  };
}

/** Pairs with the dollar: majors, and the currencies that every listed stock trades in. */
const dollarPairs: readonly Instrument[] = [
  { conId: 12087792, symbol: 'EUR', currency: 'USD', rate: 1.1725 },
  { conId: 12087797, symbol: 'GBP', currency: 'USD', rate: 1.347 },
  { conId: 15016059, symbol: 'USD', currency: 'JPY', rate: 156.6, rule: 59 as const },
  { conId: 12345777, symbol: 'USD', currency: 'HKD', rate: 7.783, volatility: 0.01 },
  { conId: 14433401, symbol: 'AUD', currency: 'USD', rate: 0.669 },
  { conId: 39453441, symbol: 'NZD', currency: 'USD', rate: 0.5765 },
  { conId: 15016062, symbol: 'USD', currency: 'CAD', rate: 1.3728, volatility: 0.06 },
  { conId: 12087820, symbol: 'USD', currency: 'CHF', rate: 0.7925 },
  { conId: 113342317, symbol: 'USD', currency: 'CNH', rate: 6.97, volatility: 0.04, rule: 240 as const },
  { conId: 37928772, symbol: 'USD', currency: 'SGD', rate: 1.286, volatility: 0.05 },
  { conId: 228747070, symbol: 'USD', currency: 'KRW', rate: 1443.5, rule: 26 as const },
  { conId: 228747071, symbol: 'USD', currency: 'INR', rate: 90.2, volatility: 0.04, rule: 240 as const },
].map(pairOf);

function processOf(name: string): Process {
  const pair = dollarPairs.find(({ localSymbol }) => localSymbol === name);
  if (!pair) throw new RangeError(`${name} is not listed`);
  return pair.process;
}

/** A pair without the dollar, worth what its two sides are worth in dollars. */
function crossOf(conId: number, first: string, second: string, power: 1 | -1, rule: MarketRuleId = 239): Instrument {
  const of = processOf(first);
  const other = processOf(second);
  const symbol = first.slice(0, 3);
  const currency = power === 1 ? second.slice(4) : second.slice(0, 3);
  const pair = pairOf({ conId, symbol, currency, rate: of.base * other.base ** power, rule });
  return { ...pair, process: { ...pair.process, cross: { of, with: other, power } } };
}

/** Every currency pair, crosses included. */
export const currencyPairs: readonly Instrument[] = [
  ...dollarPairs,
  crossOf(12087807, 'EUR.USD', 'GBP.USD', -1),
  crossOf(12087817, 'EUR.USD', 'USD.CHF', 1),
  crossOf(14321016, 'EUR.USD', 'USD.JPY', 1, 59),
  crossOf(12087826, 'GBP.USD', 'USD.CHF', 1),
  crossOf(14321010, 'GBP.USD', 'USD.JPY', 1, 59),
];
