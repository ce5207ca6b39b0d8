import type { ScheduleName } from './exchanges.ts';
import type { Instrument, Permission, Process } from './instruments.ts';
import { orderTypes } from './order-types.ts';
import type { MarketRuleId } from './rules.ts';

interface IndexRow {
  readonly conId: number;
  readonly symbol: string;
  readonly name: string;
  readonly exchange: string;
  readonly currency: string;
  readonly schedule: ScheduleName;
  readonly level: number;
  readonly volatility: number;
  readonly beta: number;
  readonly drift?: number;
  readonly octaves?: number;
  readonly gap?: number;
  readonly path?: string;
  readonly derivatives: readonly string[];
  readonly category?: string;
  readonly permission?: Permission;
  readonly rule?: MarketRuleId;
}

function indexOf(row: IndexRow): Instrument {
  const { symbol, derivatives } = row;
  const process: Process = {
    path: row.path ?? symbol,
    base: row.level,
    volatility: row.volatility,
    beta: row.beta,
    drift: row.drift ?? 0.05,
    volume: 0,
    octaves: row.octaves ?? 11,
    gap: row.gap ?? 0.3,
  };
  return {
    conId: row.conId,
    symbol,
    secType: 'IND',
    currency: row.currency,
    primaryExchange: row.exchange,
    validExchanges: [row.exchange],
    localSymbol: symbol,
    tradingClass: symbol,
    marketName: symbol,
    longName: row.name,
    industry: 'Indices',
    category: row.category ?? 'Broad Range Equity Index',
    subcategory: '*',
    stockType: '',
    schedule: row.schedule,
    rule: row.rule ?? 26,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    orderTypes: orderTypes.indices,
    halfSpreadTicks: 1,
    permission: row.permission ?? 'live',
    listed: '19900102',
    derivatives,
    process,
  };
}

const us = { exchange: 'CBOE', currency: 'USD', schedule: 'cboeIndex' } as const;
const eurex = { exchange: 'EUREX', currency: 'EUR', schedule: 'xetra' } as const;

export const spx = indexOf({
  ...us,
  conId: 416904,
  symbol: 'SPX',
  name: 'S&P 500 Stock Index',
  level: 6858,
  volatility: 0.16,
  beta: 1,
  drift: 0.07,
  derivatives: ['FUT', 'FOP', 'OPT', 'WAR', 'CFD', 'BAG'],
});

export const vix = indexOf({
  ...us,
  conId: 13455763,
  symbol: 'VIX',
  name: 'CBOE Volatility Index',
  level: 17,
  volatility: 0.95,
  beta: -3.6,
  drift: 0,
  octaves: 6,
  derivatives: ['FUT', 'OPT', 'BAG'],
});

export const ndx = indexOf({
  conId: 416843,
  symbol: 'NDX',
  name: 'NASDAQ 100 Stock Index',
  exchange: 'NASDAQ',
  currency: 'USD',
  schedule: 'nasdaqIndex',
  level: 25206,
  volatility: 0.21,
  beta: 1.25,
  path: 'QQQ',
  derivatives: ['FUT', 'OPT', 'CFD', 'BAG'],
});

export const dax = indexOf({
  ...eurex,
  conId: 825711,
  symbol: 'DAX',
  name: 'DAX Performance Index (Deutsche Aktien Xchange 40)',
  level: 24539,
  volatility: 0.17,
  beta: 0.85,
  derivatives: ['FUT', 'OPT', 'CFD', 'BAG'],
});

export const estx50 = indexOf({
  ...eurex,
  conId: 4356500,
  symbol: 'ESTX50',
  name: 'Dow Jones Euro STOXX 50',
  level: 5850,
  volatility: 0.17,
  beta: 0.85,
  derivatives: ['FUT', 'OPT', 'CFD', 'BAG'],
});

const hsi = indexOf({
  conId: 1328298,
  symbol: 'HSI',
  name: 'Hang Seng Index 恒生指數',
  exchange: 'HKFE',
  currency: 'HKD',
  schedule: 'sehk',
  permission: 'delayed',
  level: 26338,
  volatility: 0.22,
  beta: 0.5,
  derivatives: ['BAG'],
});

const n225 = indexOf({
  conId: 477255,
  symbol: 'N225',
  name: 'NIKKEI 225 Index 日経平均株価',
  exchange: 'OSE.JPN',
  currency: 'JPY',
  schedule: 'tokyo',
  permission: 'none',
  level: 50339,
  volatility: 0.22,
  beta: 0.7,
  derivatives: ['BAG'],
});

/** What commodity and interest rate futures are on: the gateway lists these as indices without quotes of their own elsewhere. */
const commodity = { currency: 'USD', derivatives: ['FUT', 'BAG'], drift: 0, gap: 0.1 } as const;

export const crudeOil = indexOf({
  ...commodity,
  conId: 17340715,
  symbol: 'CL',
  name: 'Light Sweet Crude Oil',
  exchange: 'NYMEX',
  schedule: 'nymex',
  level: 57.4,
  volatility: 0.34,
  beta: 0.3,
  category: 'Commodity',
});

export const gold = indexOf({
  ...commodity,
  conId: 17340716,
  symbol: 'GC',
  name: 'Gold',
  exchange: 'COMEX',
  schedule: 'nymex',
  level: 4332,
  volatility: 0.17,
  beta: 0.05,
  path: 'XAU',
  category: 'Commodity',
});

export const tenYearNote = indexOf({
  ...commodity,
  conId: 17340723,
  symbol: 'ZN',
  name: '10 Year US Treasury Note',
  exchange: 'CBOT',
  schedule: 'cbot',
  level: 112.4,
  volatility: 0.055,
  beta: -0.06,
  path: 'UST10',
  category: 'Interest rate',
});

export const naturalGas = indexOf({
  ...commodity,
  conId: 17340721,
  symbol: 'NG',
  name: 'Henry Hub Natural Gas',
  exchange: 'NYMEX',
  schedule: 'nymex',
  level: 3.9,
  volatility: 0.55,
  beta: 0.1,
  category: 'Commodity',
});

export const tenYearYield = indexOf({
  ...commodity,
  conId: 17340722,
  symbol: '10Y',
  name: 'Micro 10-Year Yield',
  exchange: 'CBOT',
  schedule: 'cbot',
  level: 4.12,
  volatility: 0.2,
  beta: 0.06,
  category: 'Interest rate',
});

/** Grains are quoted in cents a bushel. */
const grain = {
  ...commodity,
  exchange: 'CBOT',
  schedule: 'grains',
  rule: 104,
  category: 'Commodity',
  beta: 0.05,
} as const;

export const corn = indexOf({
  ...grain,
  conId: 17340724,
  symbol: 'ZC',
  name: 'Corn Futures',
  level: 441.5,
  volatility: 0.25,
  derivatives: ['FUT', 'FOP', 'BAG'],
});

export const wheat = indexOf({
  ...grain,
  conId: 17340725,
  symbol: 'ZW',
  name: 'Wheat Futures',
  level: 512.25,
  volatility: 0.3,
});

export const soybeans = indexOf({
  ...grain,
  conId: 17340726,
  symbol: 'ZS',
  name: 'Soybean Futures',
  level: 1048.75,
  volatility: 0.19,
});

export const indices: readonly Instrument[] = [
  spx,
  vix,
  ndx,
  dax,
  estx50,
  hsi,
  n225,
  crudeOil,
  gold,
  tenYearNote,
  naturalGas,
  tenYearYield,
  corn,
  wheat,
  soybeans,
];
