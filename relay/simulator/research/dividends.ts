import { genericTicksFor } from '../handlers/generic-ticks.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { quoteAt } from '../market/quotes.ts';
import { DAY_MS, dayNumber } from '../market/zone.ts';

/** A dividend of a stock. */
export interface Dividend {
  /** The first day on which the stock is traded without it, as a day number. */
  readonly exDay: number;
  readonly payDay: number;
  /** Per share, in the listing's currency. */
  readonly amount: number;
}

const MONTHS_BETWEEN = 3;
const PER_YEAR = 4;
const PAID_AFTER_DAYS = 21;

/** The same day of the month, so many months later. */
function monthsLater(day: number, months: number): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, date.getUTCDate()) / DAY_MS;
}

/** The dividends with their ex-days in a range of days, both ends included, oldest first, as generic tick 456 has them at an instant. */
export function dividendsBetween(
  model: PriceModel,
  instrument: Instrument,
  instant: number,
  from: number,
  to: number,
): Dividend[] {
  const quote = quoteAt(model, instrument, instant);
  const [tick] = [...genericTicksFor(['456'], { model, instrument, quote, instant })];
  const [past = '', next = '', date = '', amount = ''] = String(tick?.value ?? '').split(',');
  if (date === '') return [];
  const nextDay = dayNumber(date);
  const found: Dividend[] = [];
  for (let step = Math.floor((from - nextDay) / 89); ; step += 1) {
    const exDay = monthsLater(nextDay, step * MONTHS_BETWEEN);
    if (exDay > to) return found;
    const yearly = step < 0 ? Number(past) / PER_YEAR : Number(next) / PER_YEAR;
    const paid = step === 0 ? Number(amount) : Math.round(yearly * 100) / 100;
    if (exDay >= from) found.push({ exDay, payDay: exDay + PAID_AFTER_DAYS, amount: paid });
  }
}
