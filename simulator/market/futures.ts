import { exchangeSchedules, type ScheduleName } from './exchanges.ts';
import { at, monthOf, thirdFriday, yearOf } from './holiday-rules.ts';
import {
  corn,
  crudeOil,
  dax,
  estx50,
  gold,
  naturalGas,
  ndx,
  soybeans,
  spx,
  tenYearNote,
  tenYearYield,
  vix,
  wheat,
} from './indices.ts';
import type { Instrument, Process } from './instruments.ts';
import { interestRate } from './interest.ts';
import { orderTypes } from './order-types.ts';
import { anchorDay } from './prices.ts';
import type { MarketRuleId } from './rules.ts';
import { dayNumber, dayOf } from './zone.ts';

/** The contracts of one product: the same but for their months. */
export interface FutureClass {
  /** Contract ids count from here: by quarter or month since the beginning of 2020. */
  readonly conId: number;
  readonly symbol: string;
  readonly exchange: string;
  readonly name: string;
  readonly tradingClass: string;
  readonly underlying: Instrument;
  readonly schedule: ScheduleName;
  readonly rule: MarketRuleId;
  readonly multiplier: number;
  readonly quarterly: boolean;
  /** Of contracts that are not quarterly, the months that have one; all when absent. */
  readonly months?: readonly number[];
  /** How many contracts are listed at a time. */
  readonly listed: number;
  readonly volume: number;
  /** Cost of carry per year: what the price of the underlying is expected to gain until expiry. */
  readonly carry: number;
  /** The last trading day of a contract month, before exchange holidays move it back. */
  expiry(year: number, month: number): number;
  readonly algorithmic?: boolean;
  readonly reverting?: { readonly mean: number; readonly rate: number };
}

const firstYear = 2020;
const rememberedYears = 2;
const monthCodes = 'FGHJKMNQUVXZ';
const classSpacing = 1000;
const firstConId = 637_533_000;

/** Steps back over weekends and NYSE holidays. */
function businessDaysBefore(day: number, count: number): number {
  let found = day;
  for (let left = count; left > 0; left -= 1) found = exchangeSchedules.usStocks.previous(found - 1).day;
  return found;
}

/** Crude oil stops three business days before the 25th of the month before delivery, four when the 25th is a holiday. */
function crudeOilExpiry(year: number, month: number): number {
  const [y, m] = month === 1 ? [year - 1, 12] : [year, month - 1];
  const twentyFifth = at(y, m, 25);
  return businessDaysBefore(twentyFifth, exchangeSchedules.usStocks.tradingDay(twentyFifth) ? 3 : 4);
}

const lastBusinessDay = (year: number, month: number): number =>
  exchangeSchedules.usStocks.previous((month === 12 ? at(year + 1, 1, 1) : at(year, month + 1, 1)) - 1).day;

/** Volatility futures settle thirty days before the next month's options expire, always a Wednesday. */
const volatilityExpiry = (year: number, month: number): number =>
  (month === 12 ? thirdFriday(year + 1, 1) : thirdFriday(year, month + 1)) - 30;

/** Grains stop on the business day before the fifteenth of their month. */
const grain = {
  exchange: 'CBOT',
  schedule: 'grains',
  rule: 104,
  multiplier: 5000,
  quarterly: false,
  months: [3, 5, 7, 9, 12],
  listed: 7,
  expiry: (year: number, month: number) => businessDaysBefore(at(year, month, 15), 1),
} as const;

/** Natural gas stops three business days before its month begins. */
const naturalGasExpiry = (year: number, month: number): number => businessDaysBefore(at(year, month, 1), 3);

const equityIndex = { quarterly: true, listed: 4, expiry: thirdFriday } as const;

export const futureClasses: readonly FutureClass[] = [
  {
    ...equityIndex,
    symbol: 'ES',
    exchange: 'CME',
    name: 'E-mini S&P 500',
    underlying: spx,
    schedule: 'cmeEquityIndex' as const,
    rule: 67 as const,
    multiplier: 50,
    volume: 1_300_000,
    // Kept as it is: recorded prices depend on it.
    carry: interestRate,
    algorithmic: true,
  },
  {
    ...equityIndex,
    symbol: 'MES',
    exchange: 'CME',
    name: 'Micro E-Mini S&P 500 Stock Price Index',
    underlying: spx,
    schedule: 'cmeEquityIndex' as const,
    rule: 67 as const,
    multiplier: 5,
    volume: 1_100_000,
    carry: interestRate,
    algorithmic: true,
  },
  {
    ...equityIndex,
    symbol: 'NQ',
    exchange: 'CME',
    name: 'E-mini NASDAQ 100',
    underlying: ndx,
    schedule: 'cmeEquityIndex' as const,
    rule: 67 as const,
    multiplier: 20,
    volume: 550_000,
    carry: interestRate - 0.006,
    algorithmic: true,
  },
  {
    symbol: 'CL',
    exchange: 'NYMEX',
    name: 'Light Sweet Crude Oil',
    underlying: crudeOil,
    schedule: 'nymex' as const,
    rule: 26 as const,
    multiplier: 1000,
    quarterly: false,
    listed: 18,
    volume: 320_000,
    // Oil for later is cheaper: storage is scarce.
    carry: -0.02,
    expiry: crudeOilExpiry,
  },
  {
    symbol: 'GC',
    exchange: 'COMEX',
    name: 'Gold',
    underlying: gold,
    schedule: 'nymex' as const,
    rule: 30 as const,
    multiplier: 100,
    quarterly: false,
    listed: 14,
    volume: 210_000,
    carry: interestRate,
    expiry: (year: number, month: number) => businessDaysBefore(lastBusinessDay(year, month), 2),
  },
  {
    ...equityIndex,
    symbol: 'ZN',
    exchange: 'CBOT',
    name: '10 Year US Treasury Note',
    underlying: tenYearNote,
    schedule: 'cbot' as const,
    rule: 94 as const,
    multiplier: 1000,
    listed: 3,
    volume: 1_900_000,
    carry: interestRate - 0.041,
    expiry: (year: number, month: number) => businessDaysBefore(lastBusinessDay(year, month), 7),
  },
  {
    ...equityIndex,
    symbol: 'DAX',
    exchange: 'EUREX',
    name: 'DAX Performance Index (Deutsche Aktien Xchange 40)',
    tradingClass: 'FDAX',
    underlying: dax,
    schedule: 'eurex' as const,
    rule: 28 as const,
    multiplier: 25,
    listed: 3,
    volume: 28_000,
    carry: 0.02,
  },
  {
    ...equityIndex,
    symbol: 'ESTX50',
    exchange: 'EUREX',
    name: 'Dow Jones Euro STOXX 50',
    tradingClass: 'FESX',
    underlying: estx50,
    schedule: 'eurex' as const,
    rule: 28 as const,
    multiplier: 10,
    volume: 750_000,
    carry: 0.02 - 0.027,
  },
  {
    symbol: 'VIX',
    exchange: 'CFE',
    name: 'CBOE Volatility Index',
    tradingClass: 'VX',
    underlying: vix,
    schedule: 'cfe' as const,
    rule: 29 as const,
    multiplier: 1000,
    quarterly: false,
    listed: 9,
    volume: 110_000,
    carry: 0,
    expiry: volatilityExpiry,
    reverting: { mean: 20.5, rate: 4 },
  },
  {
    symbol: 'NG',
    exchange: 'NYMEX',
    name: 'Henry Hub Natural Gas',
    underlying: naturalGas,
    schedule: 'nymex' as const,
    rule: 31 as const,
    multiplier: 10_000,
    quarterly: false,
    listed: 14,
    volume: 140_000,
    carry: 0.03,
    expiry: naturalGasExpiry,
  },
  {
    symbol: '10Y',
    exchange: 'CBOT',
    name: 'Micro 10-Year Yield',
    underlying: tenYearYield,
    schedule: 'cbot' as const,
    rule: 31 as const,
    multiplier: 1000,
    quarterly: false,
    listed: 2,
    volume: 9_000,
    carry: 0,
    expiry: lastBusinessDay,
  },
  // What is stored costs its keep.
  { ...grain, symbol: 'ZC', name: 'Corn Futures', underlying: corn, volume: 190_000, carry: interestRate },
  { ...grain, symbol: 'ZW', name: 'Wheat Futures', underlying: wheat, volume: 95_000, carry: interestRate },
  {
    ...grain,
    symbol: 'ZS',
    name: 'Soybean Futures',
    underlying: soybeans,
    months: [1, 3, 5, 7, 8, 9, 11],
    volume: 150_000,
    carry: interestRate,
  },
].map((row, index) => ({ tradingClass: row.symbol, ...row, conId: firstConId + classSpacing * index }));

const monthsPer = ({ quarterly }: FutureClass): number => (quarterly ? 3 : 1);

function processOf(futureClass: FutureClass, expiryDay: number): Process {
  const { process } = futureClass.underlying;
  const { carry, reverting, volume } = futureClass;
  return {
    ...process,
    base: process.base * Math.exp((carry * (expiryDay - anchorDay)) / 365.25),
    drift: process.drift - carry,
    volume,
    gap: 0.35,
    ...(reverting === undefined ? {} : { reverting: { ...reverting, until: expiryDay } }),
  };
}

const known = new Map<number, Instrument>();

/** The contract of a period, counted in quarters or months from the beginning of 2020. */
function futureOf(futureClass: FutureClass, period: number): Instrument {
  const conId = futureClass.conId + period;
  const remembered = known.get(conId);
  if (remembered) return remembered;
  const made = makeFuture(futureClass, period);
  known.set(conId, made);
  return made;
}

/** Most futures are called by the code of their month, those of Eurex by their last day. */
function localSymbolOf({ tradingClass, exchange }: FutureClass, year: number, month: number, lastDay: string): string {
  return exchange === 'EUREX' ? `${tradingClass} ${lastDay} M` : `${tradingClass}${monthCodes[month - 1]}${year % 10}`;
}

function makeFuture(futureClass: FutureClass, period: number): Instrument {
  const { symbol, exchange, underlying, tradingClass } = futureClass;
  const months = period * monthsPer(futureClass) + monthsPer(futureClass) - 1;
  const year = firstYear + Math.floor(months / 12);
  const month = (months % 12) + 1;
  // Only the days of trade matter here: index futures follow their index, the rest their own exchange.
  const calendar = exchangeSchedules[futureClass.quarterly ? underlying.schedule : futureClass.schedule];
  const expiryDay = calendar.previous(futureClass.expiry(year, month)).day;
  return {
    ...underlying,
    conId: futureClass.conId + period,
    symbol,
    secType: 'FUT',
    primaryExchange: exchange,
    validExchanges: futureClass.algorithmic ? [exchange, 'QBALGO'] : [exchange],
    localSymbol: localSymbolOf(futureClass, year, month, dayOf(expiryDay)),
    tradingClass,
    marketName: tradingClass,
    longName: futureClass.name,
    schedule: futureClass.schedule,
    rule: futureClass.rule,
    orderTypes: orderTypes.futures,
    derivatives: [],
    listed: dayOf(expiryDay - 365 * rememberedYears),
    underlying,
    expiry: dayOf(expiryDay),
    contractMonth: `${year}${String(month).padStart(2, '0')}`,
    multiplier: futureClass.multiplier,
    process: processOf(futureClass, expiryDay),
  };
}

const expiryOf = (future: Instrument): number => dayNumber(future.expiry ?? '');

/** Contracts of a class listed on a day, nearest first; with `expired`, those of the last two years before them. */
export function futuresOf(futureClass: FutureClass, day: number, expired = false): Instrument[] {
  const perYear = 12 / monthsPer(futureClass);
  const { months } = futureClass;
  const current = (yearOf(day) - firstYear) * perYear + Math.floor((monthOf(day) - 1) / monthsPer(futureClass));
  const remembered = rememberedYears * perYear;
  const ahead = Math.ceil((futureClass.listed * 12) / (months?.length ?? 12)) + 2;
  const all = Array.from({ length: remembered + ahead }, (_, index) => current - remembered + index)
    .filter((period) => period >= 0 && (months === undefined || months.includes((period % 12) + 1)))
    .map((period) => futureOf(futureClass, period));
  const alive = all.filter((future) => expiryOf(future) >= day).slice(0, futureClass.listed);
  return expired ? [...all.filter((future) => expiryOf(future) < day), ...alive] : alive;
}

/** The front month dressed as a continuous future. */
export function continuousFutureOf(futureClass: FutureClass, day: number): Instrument {
  const [front] = futuresOf(futureClass, day);
  return { ...(front as Instrument), secType: 'CONTFUT' };
}

/** The class a contract id belongs to. */
export function futureClassOf(conId: number): FutureClass | undefined {
  return conId < firstConId ? undefined : futureClasses[Math.floor((conId - firstConId) / classSpacing)];
}

/** The future behind a contract id, if it is listed on the day or was in the last two years. */
export function futureByConId(conId: number, day: number): Instrument | undefined {
  const futureClass = futureClassOf(conId);
  if (!futureClass) return undefined;
  return futuresOf(futureClass, day, true).find((future) => future.conId === conId);
}

/** The first future that expires on a day or after it: what an option that expires then is on. */
export function futureExpiringAfter(futureClass: FutureClass, day: number): Instrument {
  const [first] = futuresOf(futureClass, day);
  return first as Instrument;
}
