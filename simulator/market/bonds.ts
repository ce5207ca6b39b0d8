import { at, monthOf, yearOf } from './holiday-rules.ts';
import type { BondTerms, Instrument } from './instruments.ts';
import { orderTypes } from './order-types.ts';
import type { MarketRuleId } from './rules.ts';
import { dayNumber, dayOf } from './zone.ts';

/** Bonds trade in pieces of this much par value; prices are percent of par. */
const parPerUnit = 1000;
const couponsPerYear = 2;

interface BondRow {
  readonly conId: number;
  readonly symbol: string;
  readonly name: string;
  readonly isin: string;
  readonly price: number;
  readonly volatility: number;
  readonly rule: MarketRuleId;
  readonly path: string;
  readonly terms: BondTerms;
}

function bondOf({ conId, symbol, name, isin, price, volatility, rule, path, terms }: BondRow): Instrument {
  return {
    conId,
    symbol,
    secType: 'BOND',
    currency: 'USD',
    primaryExchange: '',
    validExchanges: ['SMART'],
    localSymbol: terms.description,
    tradingClass: symbol,
    marketName: symbol,
    longName: name,
    industry: '',
    category: '',
    subcategory: '',
    stockType: '',
    isin,
    cusip: terms.cusip,
    schedule: 'usBonds',
    rule,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    quotedSize: 25,
    orderTypes: orderTypes.bonds,
    halfSpreadTicks: 8,
    permission: 'live',
    listed: terms.issued,
    derivatives: [],
    // A price of 100 is the whole par value.
    multiplier: parPerUnit / 100,
    bond: terms,
    process: { path, base: price, volatility, beta: -0.06, drift: 0, volume: 4000, octaves: 8, gap: 0.4 },
  };
}

export const bonds: readonly Instrument[] = [
  bondOf({
    conId: 571840412,
    symbol: 'US-T',
    name: 'United States Treasury Note 4.250% Nov15 2034',
    isin: 'US91282CLW90',
    price: 100.75,
    volatility: 0.055,
    rule: 95,
    path: 'UST10',
    terms: {
      issuerId: 'e1359061',
      issuer: 'UNITED STATES TREASURY',
      cusip: '91282CLW9',
      coupon: 4.25,
      maturity: '20341115',
      issued: '20241115',
      ratings: 'Aa1/AA+',
      bondType: 'US GOVT',
      callable: false,
      description: 'US-T 4 1/4 11/15/34',
    },
  }),
  bondOf({
    conId: 571840413,
    symbol: 'US-T',
    name: 'United States Treasury Note 3.875% Jun30 2030',
    isin: 'US91282CHF14',
    price: 100.9,
    volatility: 0.03,
    rule: 95,
    path: 'UST5',
    terms: {
      issuerId: 'e1359061',
      issuer: 'UNITED STATES TREASURY',
      cusip: '91282CHF1',
      coupon: 3.875,
      maturity: '20300630',
      issued: '20230630',
      ratings: 'Aa1/AA+',
      bondType: 'US GOVT',
      callable: false,
      description: 'US-T 3 7/8 06/30/30',
    },
  }),
  bondOf({
    conId: 280241902,
    symbol: 'VZ',
    name: 'VERIZON COMMUNICATIONS INC 4.329% Sep21 2028',
    isin: 'US92343VER15',
    price: 100.62,
    volatility: 0.04,
    rule: 31,
    path: 'VZ 4.329 28',
    terms: {
      issuerId: 'e1407190',
      issuer: 'VERIZON COMMUNICATIONS INC',
      cusip: '92343VER1',
      coupon: 4.329,
      maturity: '20280921',
      issued: '20180921',
      ratings: 'Baa1/BBB+',
      bondType: 'CORP',
      callable: true,
      description: 'VZ 4.329 09/21/28',
    },
  }),
];

function termsOf(bond: Instrument): BondTerms {
  if (!bond.bond) throw new TypeError(`${bond.localSymbol} is not a bond`);
  return bond.bond;
}

/** The coupon dates around a day: the last one on or before it, and the next. Day numbers. */
function couponPeriod({ maturity }: BondTerms, day: number): readonly [last: number, next: number] {
  const dayOfMonth = Number(maturity.slice(6, 8));
  const months = [monthOf(dayNumber(maturity)), ((monthOf(dayNumber(maturity)) + 5) % 12) + 1];
  const lastDayOf = (year: number, month: number): number =>
    month === 12 ? 31 : Number(dayOf(at(year, month + 1, 1) - 1).slice(6));
  const dates = [-1, 0, 1]
    .flatMap((offset) => months.map((month) => [yearOf(day) + offset, month] as const))
    .map(([year, month]) => at(year, month, Math.min(dayOfMonth, lastDayOf(year, month))))
    .sort((a, b) => a - b);
  const index = dates.findLastIndex((date) => date <= day);
  return [dates[index] ?? day, dates[index + 1] ?? day];
}

/**
 * Interest a buyer owes the seller on a day, in percent of par: the part of the half-yearly coupon that has accrued.
 * @throws {TypeError} when the instrument is not a bond
 */
export function accruedInterest(bond: Instrument, day: number): number {
  const terms = termsOf(bond);
  const [last, next] = couponPeriod(terms, day);
  return ((terms.coupon / couponsPerYear) * (day - last)) / (next - last);
}

/**
 * The yield to maturity at which the bond is worth a clean price on a day, compounded half-yearly, 0.0425 is 4.25 %.
 * @throws {TypeError} when the instrument is not a bond
 */
export function bondYield(bond: Instrument, price: number, day: number): number {
  let low = -0.5;
  let high = 2;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (cleanPrice(bond, middle, day) > price) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The clean price, percent of par, at a yield compounded half-yearly. @throws {TypeError} when it is not a bond */
export function cleanPrice(bond: Instrument, yieldToMaturity: number, day: number): number {
  const terms = termsOf(bond);
  const [last, next] = couponPeriod(terms, day);
  const coupon = terms.coupon / couponsPerYear;
  const first = (next - day) / (next - last);
  const halfYears = (dayNumber(terms.maturity) - next) / (365.25 / couponsPerYear);
  const payments = Math.max(1, Math.round(halfYears) + 1);
  const discount = 1 / (1 + yieldToMaturity / couponsPerYear);
  let value = 0;
  for (let payment = 0; payment < payments; payment += 1) value += coupon * discount ** (first + payment);
  return value + 100 * discount ** (first + payments - 1) - accruedInterest(bond, day);
}
