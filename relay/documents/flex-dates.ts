/**
 * Dates of Flex statements. A query's settings choose among yyyyMMdd, yyyy-MM-dd, MM/dd/yyyy, MM/dd/yy, dd/MM/yyyy, dd/MM/yy
 * and dd-MMM-yy, times HHmmss or HH:mm:ss, and between the two a semicolon, a comma, a blank or nothing; nothing in the
 * statement names the choice. Zone names may follow a time.
 */

import { detached } from './flex-statements.ts';

/** Which comes first where a date is written with slashes. */
export type DateOrder = 'month-first' | 'day-first';

/** What the dates of a document say about their format; absent when none has slashes. */
export type DateReading = DateOrder | 'unclear';

/** A moment as far as it is written: `YYYY-MM-DD`, and `HHMMSS` where there is a time. */
export interface FlexMoment {
  readonly date: string;
  readonly time?: string;
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Without anything between date and time the time is whole, so that the digits of a year cannot be taken for it. */
const time = String.raw`(?:(?:;|,|T|\s)\s*(?<h>\d{1,2}):?(?<m>\d{2})(?::?(?<s>\d{2})(?:\.\d+)?)?|(?<h2>\d{2}):?(?<m2>\d{2}):?(?<s2>\d{2}))?`;
const end = String.raw`(?:\s*(?:Z|UTC|[A-Z]{2,5}))?$`;
const year = String.raw`(?<y>\d{4}|\d{2})`;
const patterns = [
  String.raw`(?<y>\d{4})(?<mo>\d{2})(?<d>\d{2})`,
  String.raw`(?<y>\d{4})[-/](?<mo>\d{1,2})[-/](?<d>\d{1,2})`,
  String.raw`(?<d>\d{1,2})[- ](?<name>[A-Z]{3})[- ]${year}`,
  String.raw`(?<name>[A-Z]{3})[A-Z]* (?<d>\d{1,2}),? (?<y>\d{4})`,
  String.raw`(?<a>\d{1,2})/(?<b>\d{1,2})/${year}`,
].map((date) => new RegExp(`^${date}${time}${end}`, 'i'));

/**
 * A date in any of the formats, with or without a time. Undefined for what is none, for days that no month has, and for
 * dates with slashes whose order is not known and matters.
 */
export function flexMoment(text: string, order?: DateReading): FlexMoment | undefined {
  const found = match(text);
  if (!found) return undefined;
  const { y = '', mo, d, name, a = '', b = '' } = found;
  const clock = timeOf(found);
  if (clock === null) return undefined;
  if (name !== undefined || mo !== undefined) {
    const date = isoDate(y, name === undefined ? Number(mo) : months.indexOf(name.toUpperCase()) + 1, Number(d));
    return date === undefined ? undefined : { date, ...clock };
  }
  const readings = slashed(y, Number(a), Number(b));
  const { 'month-first': monthFirst, 'day-first': dayFirst } = readings;
  const date = order === 'month-first' || order === 'day-first' ? readings[order] : sole(monthFirst, dayFirst);
  return date === undefined ? undefined : { date, ...clock };
}

/** The day of a {@link flexMoment}, `YYYY-MM-DD`. */
export function flexDate(text: string, order?: DateReading): string | undefined {
  return flexMoment(text, order)?.date;
}

/** Whether that is a date with slashes which reads as two different days. */
export function isTwofold(text: string): boolean {
  const { y = '', a, b } = match(text) ?? {};
  if (a === undefined || b === undefined) return false;
  const { 'month-first': one, 'day-first': other } = slashed(y, Number(a), Number(b));
  return one !== undefined && other !== undefined && one !== other;
}

/** Names of columns that hold days or moments. */
export function holdsDates(column: string): boolean {
  return /date|time|when|expiry|maturity/i.test(column);
}

/** When a statement begins, ends and was made, as it is written there. */
interface Period {
  readonly from: string;
  readonly to: string;
  readonly generated: string;
}

/** Days by which the clocks of IBKR and of this machine may differ, a time zone included. */
const clockDays = 2;

/** Hears the dates of a document and finds the order of those with slashes. */
export class DateOrderFinder {
  #slashes = false;
  /** An example of what reads both ways. */
  #twofold: string | undefined;
  /** Dates that only the other order allows. */
  readonly #against: Record<DateOrder, boolean> = { 'month-first': false, 'day-first': false };
  readonly #periods: Period[] = [];

  hear(text: string): void {
    if (!/^\d{1,2}\//.test(text)) return;
    const { y = '', a, b } = match(text) ?? {};
    if (a === undefined || b === undefined) return;
    this.#slashes = true;
    const readings = slashed(y, Number(a), Number(b));
    for (const order of orders) if (readings[order] === undefined) this.#against[order] = true;
    if (isTwofold(text)) this.#twofold ??= detached(text);
  }

  hearPeriod(period: Period): void {
    this.#periods.push(period);
    for (const text of [period.from, period.to, period.generated]) this.hear(text);
  }

  /**
   * The order; undefined when it does not matter.
   * @param fetched the day on which the document came, `YYYY-MM-DD`: it was made just before
   */
  reading(fetched: string): DateReading | undefined {
    if (!this.#slashes) return undefined;
    const [possible, ...others] = this.#possible(fetched);
    if (possible !== undefined && others.length === 0) return possible;
    // With no possible order one part contradicts another.
    return possible !== undefined && this.#twofold === undefined ? possible : 'unclear';
  }

  /** A date that can be read in two ways. */
  get example(): string | undefined {
    return this.#twofold;
  }

  #possible(fetched: string): DateOrder[] {
    const allowed = orders.filter((order) => !this.#against[order]);
    const ordered = allowed.filter((order) => this.#periods.every((period) => isInOrder(period, order)));
    const fresh = ordered.filter((order) => this.#periods.every((period) => isFresh(period, order, fetched)));
    return fresh.length === 1 ? fresh : ordered;
  }
}

const orders = ['month-first', 'day-first'] as const;

function isInOrder({ from, to, generated }: Period, order: DateOrder): boolean {
  const days = [from, to, generated].map((text) => flexDate(text, order)).filter((day) => day !== undefined);
  return days.every((day, index) => index === 0 || (days[index - 1] ?? '') <= day);
}

function isFresh({ generated }: Period, order: DateOrder, fetched: string): boolean {
  const day = flexDate(generated, order);
  return day !== undefined && Math.abs(Date.parse(day) - Date.parse(fetched)) <= clockDays * 86_400_000;
}

type Parts = Readonly<Record<string, string | undefined>>;

function match(text: string): Parts | undefined {
  const trimmed = text.trim();
  if (trimmed.length > 40) return undefined;
  for (const pattern of patterns) {
    const groups = pattern.exec(trimmed)?.groups;
    if (groups) return groups;
  }
  return undefined;
}

/** What was written behind the date; null when it is no time of a day. */
function timeOf({ h, m, s, h2, m2, s2 }: Parts): { time?: string } | null {
  const [hour, minute, second] = [h ?? h2, m ?? m2, s ?? s2 ?? '00'];
  if (hour === undefined || minute === undefined) return {};
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return null;
  return { time: `${hour.padStart(2, '0')}${minute}${second}` };
}

function slashed(y: string, a: number, b: number): Record<DateOrder, string | undefined> {
  return { 'month-first': isoDate(y, a, b), 'day-first': isoDate(y, b, a) };
}

/** What two readings agree on, or what only one of them allows. */
function sole(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined || one === other ? (one ?? other) : undefined;
}

function isoDate(year: string, month: number, day: number): string | undefined {
  const full = Number(year.length === 2 ? `20${year}` : year);
  const date = new Date(Date.UTC(full, month - 1, day));
  const exists = date.getUTCFullYear() === full && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : undefined;
}
