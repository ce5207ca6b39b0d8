import { at, easter, type Holidays, monday, nth, observed, saturday, substitute, thursday } from './holiday-rules.ts';
import { australia, china, hongKong, india, japan, korea, singapore } from './holidays-asia.ts';
import { weekday } from './zone.ts';

export type { Holidays } from './holiday-rules.ts';

/** Days of mourning and the like, which no rule gives. */
const nyseUnscheduled = [at(2018, 12, 5), at(2025, 1, 9)];

function nyse(year: number): Holidays {
  const newYear = at(year, 1, 1);
  const closed = [
    nth(year, 1, monday, 3),
    nth(year, 2, monday, 3),
    easter(year) - 2,
    nth(year, 5, monday, -1),
    observed(at(year, 7, 4)),
    nth(year, 9, monday, 1),
    nth(year, 11, thursday, 4),
    observed(at(year, 12, 25)),
    ...nyseUnscheduled.filter((day) => day >= newYear && day < at(year + 1, 1, 1)),
  ];
  // A New Year's Day on a Saturday is not kept on the Friday before, which belongs to the old year.
  if (weekday(newYear) !== saturday) closed.push(observed(newYear));
  if (year >= 2022) closed.push(observed(at(year, 6, 19)));
  const early = [at(year, 7, 3), nth(year, 11, thursday, 4) + 1, at(year, 12, 24)];
  return { closed: new Set(closed), early: new Set(early) };
}

/** The bond market keeps the banks' holidays besides. */
function usBonds(year: number): Holidays {
  const { closed, early } = nyse(year);
  return { closed: new Set([...closed, nth(year, 10, monday, 2), observed(at(year, 11, 11))]), early };
}

function toronto(year: number): Holidays {
  const christmas = substitute(at(year, 12, 25));
  const victoria = at(year, 5, 25);
  const closed = [
    substitute(at(year, 1, 1)),
    nth(year, 2, monday, 3),
    easter(year) - 2,
    victoria - ((weekday(victoria) + 6) % 7 || 7),
    substitute(at(year, 7, 1)),
    nth(year, 8, monday, 1),
    nth(year, 9, monday, 1),
    nth(year, 10, monday, 2),
    christmas,
    substitute(at(year, 12, 26), [christmas]),
  ];
  return { closed: new Set(closed), early: new Set([at(year, 12, 24)]) };
}

function lse(year: number): Holidays {
  const christmas = substitute(at(year, 12, 25));
  const closed = [
    substitute(at(year, 1, 1)),
    easter(year) - 2,
    easter(year) + 1,
    nth(year, 5, monday, 1),
    nth(year, 5, monday, -1),
    nth(year, 8, monday, -1),
    christmas,
    substitute(at(year, 12, 26), [christmas]),
  ];
  return { closed: new Set(closed), early: new Set([at(year, 12, 24), at(year, 12, 31)]) };
}

/** What all of continental Europe keeps. */
const continental = (year: number): number[] => [
  at(year, 1, 1),
  easter(year) - 2,
  easter(year) + 1,
  at(year, 5, 1),
  at(year, 12, 25),
  at(year, 12, 26),
];

function xetra(year: number): Holidays {
  return { closed: new Set([...continental(year), at(year, 12, 24), at(year, 12, 31)]), early: new Set() };
}

function euronext(year: number): Holidays {
  return { closed: new Set(continental(year)), early: new Set([at(year, 12, 24), at(year, 12, 31)]) };
}

function swiss(year: number): Holidays {
  const closed = [
    ...continental(year),
    at(year, 1, 2),
    easter(year) + 39,
    easter(year) + 50,
    at(year, 8, 1),
    at(year, 12, 24),
    at(year, 12, 31),
  ];
  return { closed: new Set(closed), early: new Set() };
}

function fx(year: number): Holidays {
  return { closed: new Set([at(year, 1, 1), at(year, 12, 25)]), early: new Set() };
}

const rules = {
  NYSE: nyse,
  BONDS: usBonds,
  TSX: toronto,
  LSE: lse,
  XETRA: xetra,
  EURONEXT: euronext,
  SIX: swiss,
  SEHK: hongKong,
  CHINA: china,
  JAPAN: japan,
  KOREA: korea,
  SGX: singapore,
  ASX: australia,
  NSE: india,
  FX: fx,
  NONE: (): Holidays => ({ closed: new Set(), early: new Set() }),
} as const satisfies Readonly<Record<string, (year: number) => Holidays>>;

export type HolidayCalendar = keyof typeof rules;

/** The exchange holidays of a calendar year, weekends not included. */
export function holidaysOf(calendar: HolidayCalendar, year: number): Holidays {
  return rules[calendar](year);
}
