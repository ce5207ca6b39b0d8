import { dayNumber, weekday } from './zone.ts';

export type HolidayCalendar = 'NYSE' | 'LSE' | 'XETRA' | 'SEHK' | 'FX';

export interface Holidays {
  /** Day numbers on which the market stays closed. */
  readonly closed: ReadonlySet<number>;
  /** Day numbers on which it closes early. */
  readonly early: ReadonlySet<number>;
}

const at = (year: number, month: number, day: number): number =>
  dayNumber(`${year}${String(month).padStart(2, '0')}${String(day).padStart(2, '0')}`);

/** Easter Sunday in the Gregorian calendar (the anonymous algorithm of 1876). */
function easter(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const e = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const f = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - e - (c % 4)) % 7;
  const g = e + f - 7 * Math.floor((a + 11 * e + 22 * f) / 451) + 114;
  return at(year, Math.floor(g / 31), (g % 31) + 1);
}

/** The nth given weekday of a month; n = −1 is the last one. */
function nth(year: number, month: number, day: number, n: number): number {
  if (n > 0) {
    const first = at(year, month, 1);
    return first + ((day - weekday(first) + 7) % 7) + 7 * (n - 1);
  }
  const last = month === 12 ? at(year, 12, 31) : at(year, month + 1, 1) - 1;
  return last - ((weekday(last) - day + 7) % 7);
}

/** Saturday's holiday is kept on Friday, Sunday's on Monday. */
const observed = (day: number): number => day + (weekday(day) === 6 ? -1 : weekday(day) === 0 ? 1 : 0);
/** A weekend holiday moves to the next working day that is still free. */
const substitute = (day: number, taken: number[] = []): number => {
  let moved = day;
  while (weekday(moved) === 0 || weekday(moved) === 6 || taken.includes(moved)) moved += 1;
  return moved;
};

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;

/** Days of mourning and the like, which no rule gives. */
const NYSE_UNSCHEDULED = [at(2018, 12, 5), at(2025, 1, 9)];

function nyse(year: number): Holidays {
  const newYear = at(year, 1, 1);
  const closed = [
    nth(year, 1, MONDAY, 3),
    nth(year, 2, MONDAY, 3),
    easter(year) - 2,
    nth(year, 5, MONDAY, -1),
    observed(at(year, 7, 4)),
    nth(year, 9, MONDAY, 1),
    nth(year, 11, THURSDAY, 4),
    observed(at(year, 12, 25)),
    ...NYSE_UNSCHEDULED.filter((day) => day >= newYear && day < at(year + 1, 1, 1)),
  ];
  // A New Year's Day on a Saturday is not kept on the Friday before, which belongs to the old year.
  if (weekday(newYear) !== 6) closed.push(observed(newYear));
  if (year >= 2022) closed.push(observed(at(year, 6, 19)));
  const early = [at(year, 7, 3), nth(year, 11, THURSDAY, 4) + 1, at(year, 12, 24)];
  return { closed: new Set(closed), early: new Set(early) };
}

function lse(year: number): Holidays {
  const christmas = substitute(at(year, 12, 25));
  const closed = [
    substitute(at(year, 1, 1)),
    easter(year) - 2,
    easter(year) + 1,
    nth(year, 5, MONDAY, 1),
    nth(year, 5, MONDAY, -1),
    nth(year, 8, MONDAY, -1),
    christmas,
    substitute(at(year, 12, 26), [christmas]),
  ];
  return { closed: new Set(closed), early: new Set([at(year, 12, 24), at(year, 12, 31)]) };
}

function xetra(year: number): Holidays {
  const closed = [
    at(year, 1, 1),
    easter(year) - 2,
    easter(year) + 1,
    at(year, 5, 1),
    at(year, 12, 24),
    at(year, 12, 25),
    at(year, 12, 26),
    at(year, 12, 31),
  ];
  return { closed: new Set(closed), early: new Set() };
}

/** Hong Kong's lunar holidays, as the exchange published them: New Year (3), Ching Ming, Buddha, Tuen Ng, Mid-Autumn, Chung Yeung. */
const HONG_KONG_LUNAR: Readonly<Record<number, readonly string[]>> = {
  2024: ['0212', '0213', '0404', '0515', '0610', '0918', '1011'],
  2025: ['0129', '0130', '0131', '0404', '0505', '1007', '1029'],
  2026: ['0217', '0218', '0219', '0406', '0407', '0525', '0619', '1019'],
  2027: ['0208', '0209', '0405', '0513', '0609', '0916', '1008'],
};

function sehk(year: number): Holidays {
  const closed = [
    substitute(at(year, 1, 1)),
    easter(year) - 2,
    easter(year) + 1,
    substitute(at(year, 5, 1)),
    substitute(at(year, 7, 1)),
    substitute(at(year, 10, 1)),
    at(year, 12, 25),
    at(year, 12, 26),
    ...(HONG_KONG_LUNAR[year] ?? []).map((monthDay) => dayNumber(`${year}${monthDay}`)),
  ];
  return { closed: new Set(closed), early: new Set() };
}

function fx(year: number): Holidays {
  return { closed: new Set([at(year, 1, 1), at(year, 12, 25)]), early: new Set() };
}

const RULES: Readonly<Record<HolidayCalendar, (year: number) => Holidays>> = {
  NYSE: nyse,
  LSE: lse,
  XETRA: xetra,
  SEHK: sehk,
  FX: fx,
};

/** The exchange holidays of a calendar year, weekends not included. */
export function holidaysOf(calendar: HolidayCalendar, year: number): Holidays {
  return RULES[calendar](year);
}

/** The third Friday of a month: when monthly options and quarterly futures expire, holidays aside. */
export function thirdFriday(year: number, month: number): number {
  return nth(year, month, SUNDAY + 5, 3);
}
