import { Decimal } from 'decimal.js';

/** A currency's reference rate, and the cash below which nothing is paid: about ten thousand dollars. */
interface Benchmark {
  readonly rate: number;
  readonly free: number;
  /** Days that a year is reckoned with. */
  readonly year: 360 | 365;
}

const benchmarks: Readonly<Record<string, Benchmark>> = {
  USD: { rate: 0.0363, free: 10_000, year: 360 },
  EUR: { rate: 0.0193, free: 10_000, year: 360 },
  GBP: { rate: 0.0372, free: 8_000, year: 365 },
  CHF: { rate: -0.0005, free: 10_000, year: 360 },
  JPY: { rate: 0.0073, free: 5_000_000, year: 360 },
  CAD: { rate: 0.0227, free: 13_000, year: 365 },
  AUD: { rate: 0.0362, free: 14_000, year: 365 },
  HKD: { rate: 0.029, free: 78_000, year: 365 },
};
const other: Benchmark = { rate: 0.03, free: 10_000, year: 365 };
/** Below the reference rate for credit, above it for debit. */
const creditSpread = 0.005;
const debitSpread = 0.015;
const places = 8;

/** Interest on a balance over so many days: positive when the broker owes it. */
export function interestOn(currency: string, balance: Decimal, days: number): Decimal {
  const { rate, free, year } = benchmarks[currency] ?? other;
  const interest = (amount: Decimal, annual: number): Decimal =>
    amount.mul(annual).mul(days).div(year).toDecimalPlaces(places);
  if (balance.isNegative()) return interest(balance, Math.max(0, rate) + debitSpread);
  return interest(Decimal.max(balance.minus(free), 0), Math.max(0, rate - creditSpread));
}

const borrowingYear = 360;

/** What borrowed shares cost over so many days: negative, as their value is. */
export function borrowCost(value: Decimal, annualFee: number, days: number): Decimal {
  return value.mul(annualFee).mul(days).div(borrowingYear).toDecimalPlaces(places);
}
