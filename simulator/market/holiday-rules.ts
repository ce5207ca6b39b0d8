import { dayNumber, dayOf, weekday } from './zone.ts';

/**
 * A day with hours of its own, beside early closes: `afternoon` an early close in the afternoon, `holiday` when a market trades on a holiday of its country,
 * `fridayHoliday` when the weekend follows, `jobs` a Good Friday on which the employment report comes out, `mourning` a day
 * on which only the stocks are closed, `noon` an early close at noon, `late` a late opening, `exam` an hour later throughout.
 */
export type OddDay = 'afternoon' | 'exam' | 'fridayHoliday' | 'holiday' | 'jobs' | 'late' | 'mourning' | 'noon';

export interface Holidays {
  /** Day numbers on which the market stays closed. */
  readonly closed: ReadonlySet<number>;
  /** Day numbers on which it closes early. */
  readonly early: ReadonlySet<number>;
  /** Day numbers with hours of their own. */
  readonly odd?: ReadonlyMap<number, OddDay>;
}

export const sunday = 0;
export const monday = 1;
export const thursday = 4;
export const friday = 5;
export const saturday = 6;

export const at = (year: number, month: number, day: number): number =>
  dayNumber(`${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`);

export const isWeekend = (day: number): boolean => weekday(day) === sunday || weekday(day) === saturday;

/** Day numbers of `mmdd` dates of a year, separated by blanks. */
export const datesOf = (year: number, dates: string): number[] =>
  dates === '' ? [] : dates.split(' ').map((monthDay) => dayNumber(`${year}${monthDay}`));

export const yearOf = (day: number): number => Number(dayOf(day).slice(0, 4));
export const monthOf = (day: number): number => Number(dayOf(day).slice(4, 6));

/** Easter Sunday in the Gregorian calendar (the anonymous algorithm of 1876). */
export function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const e = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const f = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - e - (c % 4)) % 7;
  const g = e + f - 7 * Math.floor((a + 11 * e + 22 * f) / 451) + 114;
  return at(year, Math.floor(g / 31), (g % 31) + 1);
}

/** The nth given weekday of a month; n = −1 is the last one. */
export function nth(year: number, month: number, day: number, n: number): number {
  if (n > 0) {
    const first = at(year, month, 1);
    return first + ((day - weekday(first) + 7) % 7) + 7 * (n - 1);
  }
  const last = month === 12 ? at(year, 12, 31) : at(year, month + 1, 1) - 1;
  return last - ((weekday(last) - day + 7) % 7);
}

/** Saturday's holiday is kept on Friday, Sunday's on Monday. */
export const observed = (day: number): number =>
  day + (weekday(day) === saturday ? -1 : weekday(day) === sunday ? 1 : 0);

/** The last day up to one that is neither at a weekend nor closed. */
export function lastOpen(day: number, closed: ReadonlySet<number> | readonly number[]): number {
  const shut = new Set(closed);
  let found = day;
  while (isWeekend(found) || shut.has(found)) found -= 1;
  return found;
}

/** The first day from one on that is neither at a weekend nor closed. */
export function firstOpen(day: number, closed: ReadonlySet<number> | readonly number[]): number {
  const shut = new Set(closed);
  let found = day;
  while (isWeekend(found) || shut.has(found)) found += 1;
  return found;
}

/** A weekend holiday moves to the next working day that is still free. */
export const substitute = (day: number, taken: readonly number[] = []): number => {
  let moved = day;
  while (isWeekend(moved) || taken.includes(moved)) moved += 1;
  return moved;
};

/** Holidays on Sundays move to the next day that is neither a Sunday nor a holiday; those on Saturdays are lost. */
export function movedOffSundays(days: readonly number[]): number[] {
  const kept = days.filter((day) => weekday(day) !== sunday);
  for (const day of days.filter((candidate) => weekday(candidate) === sunday)) {
    let moved = day + 1;
    while (weekday(moved) === sunday || kept.includes(moved)) moved += 1;
    kept.push(moved);
  }
  return kept;
}

/** The third Friday of a month: when monthly options and quarterly futures expire, holidays aside. */
export function thirdFriday(year: number, month: number): number {
  return nth(year, month, friday, 3);
}
