import { dayMs, dayNumber } from './zone.ts';

/** Lunisolar calendars by which holidays of East Asia are kept, as ICU knows them. */
export type LunarCalendar = 'chinese' | 'dangi';

const formats = new Map<LunarCalendar, Intl.DateTimeFormat>();

function formatOf(calendar: LunarCalendar): Intl.DateTimeFormat {
  const known = formats.get(calendar);
  if (known) return known;
  const format = new Intl.DateTimeFormat(`en-u-ca-${calendar}`, { timeZone: 'UTC', month: 'numeric', day: 'numeric' });
  formats.set(calendar, format);
  return format;
}

function lunarMonthAndDay(day: number, calendar: LunarCalendar): string {
  const parts = formatOf(calendar).formatToParts(day * dayMs);
  const part = (wanted: string): string => parts.find(({ type }) => type === wanted)?.value ?? '';
  return `${part('month')}/${part('day')}`;
}

/** New moons within minutes of midnight in China, which ICU puts on the wrong side of it: years by what to add. Korea's are right. */
const newYearCorrections: Readonly<Record<number, number>> = { 2027: -1, 2030: 1 };

/** A lunar month begins this many days after the one before, at most. */
const longestMonth = 30;

/**
 * The day number on which a lunar date falls in a Gregorian year; leap months do not count.
 * @throws {RangeError} when the date does not occur, as the thirtieth of a short month
 */
export function lunarDay(year: number, month: number, day: number, calendar: LunarCalendar = 'chinese'): number {
  // The first month begins between January 20 and February 21, so that the date is at most a leap month away.
  const earliest = dayNumber(`${year}0120`) + Math.floor((month - 1) * 29.5);
  const wanted = `${month}/${day}`;
  const correction = month === 1 && calendar === 'chinese' ? (newYearCorrections[year] ?? 0) : 0;
  for (let candidate = earliest; candidate < earliest + 3 * longestMonth + day; candidate += 1) {
    if (lunarMonthAndDay(candidate, calendar) === wanted) return candidate + correction;
  }
  throw new RangeError(`${wanted} of the ${calendar} calendar does not occur in ${year}`);
}

/** Ching Ming, the solar term around April 5; the formula holds for this century. */
export function chingMing(year: number): number {
  const inCentury = year % 100;
  const day = Math.floor(inCentury * 0.2422 + 4.81) - Math.floor(inCentury / 4);
  return dayNumber(`${year}04${String(day).padStart(2, '0')}`);
}
