import {
  at,
  easter,
  friday,
  type Holidays,
  lastOpen,
  monday,
  nth,
  type OddDay,
  observed,
  saturday,
  substitute,
  thursday,
} from './holiday-rules.ts';
import { australia, china, hongKong, india, japan, korea, singapore } from './holidays-asia.ts';
import { weekday } from './zone.ts';

export type { Holidays, OddDay } from './holiday-rules.ts';

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

/** Good Fridays on which the employment report comes out, as the Bureau of Labor Statistics has announced. */
const jobsOnGoodFriday = [at(2015, 4, 3), at(2021, 4, 2), at(2023, 4, 7), at(2026, 4, 3)];

/**
 * CME Globex trades on the holidays of the United States until about noon, and in the evening again; it stays closed at
 * New Year, at Christmas, and on Good Friday unless the employment report comes out.
 */
function cme(year: number): Holidays {
  const { closed, early } = nyse(year);
  const goodFriday = easter(year) - 2;
  const shut = new Set(
    [...closed].filter((day) => [observed(at(year, 1, 1)), observed(at(year, 12, 25))].includes(day)),
  );
  const odd = new Map<number, OddDay>();
  for (const day of closed) {
    if (shut.has(day)) continue;
    if (nyseUnscheduled.includes(day)) odd.set(day, 'mourning');
    else if (day !== goodFriday) odd.set(day, weekday(day) === friday ? 'fridayHoliday' : 'holiday');
    else if (jobsOnGoodFriday.includes(day)) odd.set(day, 'jobs');
    else shut.add(day);
  }
  return { closed: shut, early: new Set([...early].filter((day) => !closed.has(day))), odd };
}

/** Energy: as the rest of CME, and closed on every Good Friday. */
function nymex(year: number): Holidays {
  const { closed, early, odd } = cme(year);
  const afterThanksgiving = nth(year, 11, thursday, 4) + 1;
  // CME has published an hour more for this day of 2026 alone.
  const longer: readonly [number, OddDay][] = year === 2026 ? [[afterThanksgiving, 'afternoon']] : [];
  const shorter = new Set(early);
  for (const [day] of longer) shorter.delete(day);
  return {
    closed: new Set([...closed, easter(year) - 2]),
    early: shorter,
    odd: new Map([...(odd ?? []), ...longer]),
  };
}

/**
 * What SIFMA recommends for bonds in dollars: the banks' holidays besides those of the stocks, 14:00 on the business day
 * before most long weekends, on Christmas Eve and New Year's Eve and after Thanksgiving, and noon on a Good Friday with an
 * employment report.
 */
function usBonds(year: number): Holidays {
  const { closed: stocks } = nyse(year);
  const goodFriday = easter(year) - 2;
  const jobs = jobsOnGoodFriday.includes(goodFriday);
  const closed = new Set([...stocks, nth(year, 10, monday, 2), observed(at(year, 11, 11))]);
  for (const day of nyseUnscheduled) closed.delete(day);
  if (jobs) closed.delete(goodFriday);
  const before = (day: number): number => lastOpen(day - 1, closed);
  const early = [
    before(nth(year, 5, monday, -1)),
    before(observed(at(year, 7, 4))),
    nth(year, 11, thursday, 4) + 1,
    before(observed(at(year, 12, 25))),
    before(observed(at(year + 1, 1, 1)) + (weekday(at(year + 1, 1, 1)) === saturday ? 1 : 0)),
  ];
  if (!jobs) early.push(goodFriday - 1);
  return { closed, early: new Set(early), odd: new Map(jobs ? [[goodFriday, 'noon']] : []) };
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
  const closed = new Set([...continental(year), at(year, 12, 24), at(year, 12, 31)]);
  return { closed, early: new Set([lastOpen(at(year, 12, 30), closed)]) };
}

/** The derivatives keep the days of the stocks, and trade till the evening on the last of them. */
function eurex(year: number): Holidays {
  return { closed: xetra(year).closed, early: new Set() };
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
  CME: cme,
  NYMEX: nymex,
  BONDS: usBonds,
  TSX: toronto,
  LSE: lse,
  XETRA: xetra,
  EUREX: eurex,
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
