import { thirdFriday } from './holidays.ts';
import type { Instrument, Right } from './instruments.ts';
import { AAPL, listings, SPX } from './listings.ts';
import { INTEREST_RATE } from './option-pricing.ts';
import type { PriceModel } from './prices.ts';
import type { MarketRuleId } from './rules.ts';
import { dayNumber, dayOf, weekday } from './zone.ts';

const FRIDAY = 5;
const EPOCH_DAY = dayNumber('20200101');
const ANCHOR_DAY = dayNumber('20260102');

const FUTURE_CON_ID = 637_533_000;
const FUTURE_MONTH_CODES: Readonly<Record<number, string>> = { 3: 'H', 6: 'M', 9: 'U', 12: 'Z' };
const LISTED_QUARTERS = 4;
const REMEMBERED_QUARTERS = 8;

const yearOf = (day: number): number => Number(dayOf(day).slice(0, 4));
const monthOf = (day: number): number => Number(dayOf(day).slice(4, 6));

/** A quarter counted from the first one of 2020. */
function futureOfQuarter(quarter: number, model: PriceModel): Instrument {
  const year = 2020 + Math.floor(quarter / 4);
  const month = 3 * ((quarter % 4) + 1);
  const expiryDay = model.schedule(SPX).previous(thirdFriday(year, month)).day;
  const localSymbol = `ES${FUTURE_MONTH_CODES[month]}${year % 10}`;
  return {
    ...SPX,
    conId: FUTURE_CON_ID + quarter,
    symbol: 'ES',
    secType: 'FUT',
    primaryExchange: 'CME',
    validExchanges: ['CME', 'QBALGO'],
    localSymbol,
    tradingClass: 'ES',
    marketName: 'ES',
    longName: 'E-mini S&P 500',
    schedule: 'cmeEquityIndex',
    rule: 67,
    orderTypes:
      'ACTIVETIM,AD,ADJUST,ALERT,ALGO,ALLOC,AVGCOST,BASKET,BENCHPX,COND,CONDORDER,DAY,DEACT,DEACTDIS,DEACTEOD,GAT,GTC,GTD,GTT,HID,ICE,IOC,LIT,LMT,LTH,MIT,MKT,MTL,NGCOMB,NONALGO,OCA,PEGBENCH,SCALE,SCALERST,SNAPMID,SNAPMKT,SNAPREL,STP,STPLMT,TRAIL,TRAILLIT,TRAILLMT,TRAILMIT,WHATIF',
    derivatives: [],
    listed: dayOf(expiryDay - 730),
    underlying: SPX,
    expiry: dayOf(expiryDay),
    multiplier: 50,
    process: {
      ...SPX.process,
      base: SPX.process.base * Math.exp((INTEREST_RATE * (expiryDay - ANCHOR_DAY)) / 365.25),
      drift: SPX.process.drift - INTEREST_RATE,
      volume: 1_300_000,
      gap: 0.35,
    },
  };
}

/** ES contracts listed on a day, nearest first; with `expired`, those of the last two years before them. */
export function futuresOn(day: number, model: PriceModel, expired = false): Instrument[] {
  const current = (yearOf(day) - 2020) * 4 + Math.floor((monthOf(day) - 1) / 3);
  const all = Array.from({ length: REMEMBERED_QUARTERS + LISTED_QUARTERS + 1 }, (_, index) =>
    futureOfQuarter(current - REMEMBERED_QUARTERS + index, model),
  );
  const alive = all.filter(({ expiry }) => dayNumber(expiry ?? '') >= day).slice(0, LISTED_QUARTERS);
  return expired ? [...all.filter(({ expiry }) => dayNumber(expiry ?? '') < day), ...alive] : alive;
}

/** The front month dressed as a continuous future. */
export function continuousFutureOn(day: number, model: PriceModel): Instrument {
  const [front] = futuresOn(day, model);
  return { ...(front as Instrument), secType: 'CONTFUT' };
}

/** Expiries and strikes of one class of options on one underlying. */
export interface OptionClass {
  /** Part of every contract id of the class. */
  readonly code: number;
  readonly tradingClass: string;
  readonly underlying: Instrument;
  readonly exchanges: readonly string[];
  readonly rule: MarketRuleId;
  /** Every strike is a multiple of this. */
  readonly strikeUnit: number;
  /** Which weekdays have weekly expiries, and for how many weeks. */
  readonly weeklies: { readonly weekdays: readonly number[]; readonly weeks: number; readonly step: number };
  /** Monthly expiries, on third Fridays, for how many months. */
  readonly monthlies: { readonly months: number; readonly step: number };
}

const EQUITY_OPTION_EXCHANGES = [
  'SMART',
  'AMEX',
  'CBOE',
  'PHLX',
  'PSE',
  'ISE',
  'BOX',
  'BATS',
  'NASDAQOM',
  'CBOE2',
  'EDGX',
  'MIAX',
  'PEARL',
];

export const optionClasses: readonly OptionClass[] = [
  {
    code: 0,
    tradingClass: 'AAPL',
    underlying: AAPL,
    exchanges: EQUITY_OPTION_EXCHANGES,
    rule: 32,
    strikeUnit: 2.5,
    weeklies: { weekdays: [FRIDAY], weeks: 8, step: 2.5 },
    monthlies: { months: 24, step: 5 },
  },
  {
    code: 1,
    tradingClass: 'SPX',
    underlying: SPX,
    exchanges: ['SMART', 'CBOE'],
    rule: 109,
    strikeUnit: 5,
    weeklies: { weekdays: [], weeks: 0, step: 10 },
    monthlies: { months: 18, step: 25 },
  },
  {
    code: 2,
    tradingClass: 'SPXW',
    underlying: SPX,
    exchanges: ['SMART', 'CBOE'],
    rule: 109,
    strikeUnit: 5,
    weeklies: { weekdays: [1, 3, FRIDAY], weeks: 5, step: 10 },
    monthlies: { months: 0, step: 25 },
  },
];

const isMonthly = (day: number): boolean => thirdFriday(yearOf(day), monthOf(day)) === day;

/** Expiry days of a class on a day, in order. Beyond a year only January and June are listed. */
export function expiriesOn(optionClass: OptionClass, day: number, model: PriceModel): number[] {
  const { weeklies, monthlies, underlying } = optionClass;
  const days = new Set<number>();
  for (let candidate = day; candidate < day + 7 * weeklies.weeks; candidate += 1) {
    if (!weeklies.weekdays.includes(weekday(candidate))) continue;
    if (monthlies.months > 0 && isMonthly(candidate)) continue;
    days.add(candidate);
  }
  const month0 = yearOf(day) * 12 + monthOf(day) - 1;
  for (let ahead = 0; ahead <= monthlies.months; ahead += 1) {
    const month = ((month0 + ahead) % 12) + 1;
    if (ahead <= 12 || month === 1 || month === 6) days.add(thirdFriday(Math.floor((month0 + ahead) / 12), month));
  }
  const schedule = model.schedule(underlying);
  return [...new Set([...days].map((candidate) => schedule.previous(candidate).day))]
    .filter((candidate) => candidate >= day)
    .sort((a, b) => a - b);
}

/** How long before its expiry an option series was listed, which fixes the strikes it has. */
function listedDaysAhead(optionClass: OptionClass, monthly: boolean, expiryDay: number): number {
  if (!monthly) return 7 * optionClass.weeklies.weeks + 7;
  return [1, 6].includes(monthOf(expiryDay)) ? 760 : 400;
}

/** The strikes that exist for an expiry: around where the underlying stood when the series was listed. */
export function strikesOf(optionClass: OptionClass, expiryDay: number, model: PriceModel): number[] {
  const { underlying, weeklies, monthlies } = optionClass;
  // A third Friday that is a holiday expires on the day before it.
  const monthly = monthlies.months > 0 && (isMonthly(expiryDay) || isMonthly(expiryDay + 1));
  const step = monthly ? monthlies.step : weeklies.step;
  const [lowest, highest] = monthly ? [0.5, 1.7] : [0.85, 1.15];
  const listedOn = model
    .schedule(underlying)
    .previous(expiryDay - listedDaysAhead(optionClass, monthly, expiryDay)).day;
  const centre = model.closeOf(underlying, listedOn);
  const first = Math.ceil((centre * lowest) / step);
  const last = Math.floor((centre * highest) / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Contract ids of options say what they are: class, expiry, strike and right in 27 bits above this. */
const OPTION_CON_ID = 700_000_000;
const STRIKE_BITS = 4096;

export function optionOf(optionClass: OptionClass, expiryDay: number, strike: number, right: Right): Instrument {
  const { underlying, tradingClass } = optionClass;
  const expiry = dayOf(expiryDay);
  const position = (optionClass.code * 4096 + (expiryDay - EPOCH_DAY)) * STRIKE_BITS + strike / optionClass.strikeUnit;
  const thousandths = String(Math.round(strike * 1000)).padStart(8, '0');
  return {
    ...underlying,
    conId: OPTION_CON_ID + position * 2 + (right === 'C' ? 0 : 1),
    secType: 'OPT',
    primaryExchange: '',
    validExchanges: optionClass.exchanges,
    localSymbol: `${tradingClass.padEnd(6)}${expiry.slice(2)}${right}${thousandths}`,
    tradingClass,
    marketName: tradingClass,
    stockType: '',
    isin: undefined,
    schedule: underlying.schedule === 'usStocks' ? 'usOptions' : underlying.schedule,
    rule: optionClass.rule,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    halfSpreadTicks: 2,
    listed: dayOf(Math.max(expiryDay - 400, dayNumber(underlying.listed))),
    derivatives: [],
    underlying,
    expiry,
    strike,
    right,
    multiplier: 100,
    process: { ...underlying.process, volume: 2500 },
  };
}

/** The option behind a contract id, if such an option is listed on the day. */
export function optionByConId(conId: number, day: number, model: PriceModel): Instrument | undefined {
  const code = conId - OPTION_CON_ID;
  if (code < 0) return undefined;
  const right: Right = code % 2 === 0 ? 'C' : 'P';
  const position = Math.floor(code / 2);
  const series = Math.floor(position / STRIKE_BITS);
  const expiryDay = (series % 4096) + EPOCH_DAY;
  const optionClass = optionClasses.find((candidate) => candidate.code === Math.floor(series / 4096));
  if (!optionClass || !expiriesOn(optionClass, day, model).includes(expiryDay)) return undefined;
  const strike = (position % STRIKE_BITS) * optionClass.strikeUnit;
  if (!strikesOf(optionClass, expiryDay, model).includes(strike)) return undefined;
  return optionOf(optionClass, expiryDay, strike, right);
}

/** Everything that can be found by contract id without an expiry. */
export const listingsByConId: ReadonlyMap<number, Instrument> = new Map(
  listings.map((instrument) => [instrument.conId, instrument]),
);
