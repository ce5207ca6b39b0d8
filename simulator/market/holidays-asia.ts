import {
  at,
  datesOf,
  easter,
  firstOpen,
  type Holidays,
  lastOpen,
  monday,
  movedOffSundays,
  nth,
  type OddDay,
  substitute,
} from './holiday-rules.ts';
import { chingMing, lunarDay } from './lunar.ts';

const closedOn = (days: readonly number[]): Holidays => ({ closed: new Set(days), early: new Set() });

export function hongKong(year: number): Holidays {
  const newYear = lunarDay(year, 1, 1);
  const general = [
    at(year, 1, 1),
    newYear,
    newYear + 1,
    newYear + 2,
    easter(year) - 2,
    easter(year) + 1,
    chingMing(year),
    at(year, 5, 1),
    lunarDay(year, 4, 8),
    lunarDay(year, 5, 5),
    at(year, 7, 1),
    lunarDay(year, 8, 15) + 1,
    at(year, 10, 1),
    lunarDay(year, 9, 9),
    at(year, 12, 25),
    at(year, 12, 26),
  ];
  const taken = movedOffSundays(general);
  // Two holidays on one day, as Ching Ming on Easter Monday, make the next free day a holiday as well.
  const doubled = general.filter((day, index) => general.indexOf(day) !== index).map((day) => substitute(day, taken));
  const early = [at(year, 12, 24), at(year, 12, 31), newYear - 1];
  return { closed: new Set([...taken, ...doubled]), early: new Set(early) };
}

/** Days by which the State Council makes a holiday longer than the rule. */
const chinaAnnounced: Readonly<Record<number, string>> = { 2026: '0102' };

/** Shanghai and Shenzhen: whole weeks for the lunar new year, Labour Day and National Day. */
export function china(year: number): Holidays {
  const newYear = lunarDay(year, 1, 1);
  const week = (first: number, days: number): number[] => Array.from({ length: days }, (_, index) => first + index);
  return closedOn([
    substitute(at(year, 1, 1)),
    ...week(newYear - 1, 8),
    substitute(chingMing(year)),
    ...week(at(year, 5, 1), 5),
    substitute(lunarDay(year, 5, 5)),
    substitute(lunarDay(year, 8, 15)),
    ...week(at(year, 10, 1), 7),
    ...datesOf(year, chinaAnnounced[year] ?? ''),
  ]);
}

/** The equinoxes by which Japan keeps two of its holidays; the formula holds from 1980 to 2099. */
function equinox(year: number, month: 3 | 9): number {
  const offset = month === 3 ? 20.8431 : 23.2488;
  const since = year - 1980;
  return at(year, month, Math.floor(offset + 0.242194 * since - Math.floor(since / 4)));
}

/** Olympic summers and the change of emperor moved these. */
const japanMoved: Readonly<Record<number, { readonly summer: string; readonly added: string }>> = {
  2019: { summer: '0715 0811 1014', added: '0430 0501 0502 1022' },
  2020: { summer: '0723 0724 0810', added: '' },
  2021: { summer: '0722 0723 0808', added: '' },
};

function japaneseSummer(year: number): number[] {
  const moved = japanMoved[year];
  if (moved) return datesOf(year, moved.summer);
  return [nth(year, 7, monday, 3), ...(year >= 2016 ? [at(year, 8, 11)] : []), nth(year, 10, monday, 2)];
}

export function japan(year: number): Holidays {
  const aged = nth(year, 9, monday, 3);
  const autumn = equinox(year, 9);
  const national = [
    at(year, 1, 1),
    nth(year, 1, monday, 2),
    at(year, 2, 11),
    ...(year >= 2020 ? [at(year, 2, 23)] : []),
    equinox(year, 3),
    at(year, 4, 29),
    at(year, 5, 3),
    at(year, 5, 4),
    at(year, 5, 5),
    ...japaneseSummer(year),
    aged,
    autumn,
    at(year, 11, 3),
    at(year, 11, 23),
    ...(year <= 2018 ? [at(year, 12, 23)] : []),
    ...datesOf(year, japanMoved[year]?.added ?? ''),
  ];
  // A single day between two holidays is one, too.
  const between = autumn - aged === 2 ? [aged + 1] : [];
  return closedOn([...movedOffSundays(national), ...between, at(year, 1, 2), at(year, 1, 3), at(year, 12, 31)]);
}

/** Elections and days that the government made free. */
const koreaAnnounced: Readonly<Record<number, string>> = {
  2022: '0309 0601',
  2023: '1002',
  2024: '0410 1001',
  2025: '0127 0603',
  2026: '0603',
};

/** The days of the college entrance exam, on which everything begins and ends an hour later. */
const koreanExams: Readonly<Record<number, string>> = {
  2020: '1203',
  2021: '1118',
  2022: '1117',
  2023: '1116',
  2024: '1114',
  2025: '1113',
  2026: '1119',
  2027: '1118',
};

export function korea(year: number): Holidays {
  const newYear = lunarDay(year, 1, 1, 'dangi');
  const harvest = lunarDay(year, 8, 15, 'dangi');
  const closed = movedOffSundays([newYear - 1, newYear, newYear + 1, harvest - 1, harvest, harvest + 1]);
  const national = [
    at(year, 3, 1),
    lunarDay(year, 4, 8, 'dangi'),
    at(year, 5, 5),
    at(year, 8, 15),
    at(year, 10, 3),
    at(year, 10, 9),
    // Constitution Day came back in 2026, and Labour Day became a public holiday with a substitute.
    ...(year >= 2026 ? [at(year, 5, 1), at(year, 7, 17)] : []),
  ];
  // Since 2021 a national day on a weekend, or on another holiday, is made up for.
  for (const day of national) closed.push(year >= 2021 ? substitute(day, closed) : day);
  closed.push(year >= 2023 ? substitute(at(year, 12, 25)) : at(year, 12, 25));
  closed.push(...datesOf(year, '0101 0501 0606'), ...datesOf(year, koreaAnnounced[year] ?? ''));
  const odd = new Map<number, OddDay>(datesOf(year, koreanExams[year] ?? '').map((day) => [day, 'exam']));
  odd.set(firstOpen(at(year, 1, 1), closed), 'late');
  return { closed: new Set([...closed, lastOpen(at(year, 12, 31), closed)]), early: new Set(), odd };
}

/** Feasts of Singapore's calendar that are announced year by year: Hari Raya Puasa, Hari Raya Haji, Deepavali. */
const singaporeAnnounced: Readonly<Record<number, string>> = {
  2023: '0422 0629 1113',
  2024: '0410 0617 1031',
  2025: '0331 0607 1020',
  2026: '0321 0527 1109',
  2027: '0310 0517 1028',
};

export function singapore(year: number): Holidays {
  const newYear = lunarDay(year, 1, 1);
  const closed = movedOffSundays([
    at(year, 1, 1),
    newYear,
    newYear + 1,
    easter(year) - 2,
    at(year, 5, 1),
    lunarDay(year, 4, 15),
    at(year, 8, 9),
    at(year, 12, 25),
    ...datesOf(year, singaporeAnnounced[year] ?? ''),
  ]);
  return { closed: new Set(closed), early: new Set([at(year, 12, 24), at(year, 12, 31), newYear - 1]) };
}

export function australia(year: number): Holidays {
  const christmas = substitute(at(year, 12, 25));
  const closed = [
    substitute(at(year, 1, 1)),
    substitute(at(year, 1, 26)),
    easter(year) - 2,
    easter(year) + 1,
    // Anzac Day is not moved from a weekend.
    at(year, 4, 25),
    nth(year, 6, monday, 2),
    christmas,
    substitute(at(year, 12, 26), [christmas]),
  ];
  return { closed: new Set(closed), early: new Set([at(year, 12, 24), at(year, 12, 31)]) };
}

/** The National Stock Exchange announces its feasts year by year; the other years have the fixed ones alone. */
const indiaAnnounced: Readonly<Record<number, string>> = {
  2024: '0122 0308 0325 0411 0417 0520 0617 0717 1101 1115 1120',
  2025: '0226 0314 0331 0410 0414 0827 1021 1022 1105',
  2026: '0115 0303 0326 0331 0414 0528 0626 0914 1020 1110 1124',
};

export function india(year: number): Holidays {
  return closedOn([
    ...datesOf(year, '0126 0501 0815 1002 1225'),
    easter(year) - 2,
    ...datesOf(year, indiaAnnounced[year] ?? ''),
  ]);
}
