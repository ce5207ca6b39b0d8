import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeAdjacent } from './calendar.ts';
import { createSchedules, type ScheduleName } from './exchanges.ts';
import { holidaysOf } from './holidays.ts';
import { lunarDay } from './lunar.ts';
import { dayNumber, dayOf } from './zone.ts';

const schedules = createSchedules();

describe('NYSE holidays', () => {
  it.each([
    [2024, '0101 0115 0219 0329 0527 0619 0704 0902 1128 1225', '0703 1129 1224'],
    [2025, '0101 0109 0120 0217 0418 0526 0619 0704 0901 1127 1225', '0703 1128 1224'],
    [2026, '0101 0119 0216 0403 0525 0619 0703 0907 1126 1225', '1127 1224'],
    [2027, '0101 0118 0215 0326 0531 0618 0705 0906 1125 1224', '1126'],
  ])('are those the exchange published for %i', (year, closed, early) => {
    const holidays = holidaysOf('NYSE', year);
    const weekdays = (days: Iterable<number>) =>
      [...days]
        .filter((day) => ![0, 6].includes(new Date(day * 86_400_000).getUTCDay()))
        .map((day) => dayOf(day).slice(4))
        .sort()
        .join(' ');
    expect(weekdays(holidays.closed)).toBe(closed);
    expect(weekdays([...holidays.early].filter((day) => !holidays.closed.has(day)))).toBe(early);
  });
});

describe('holidays elsewhere', () => {
  const closedOn = (calendar: Parameters<typeof holidaysOf>[0], year: number) =>
    [...new Set(holidaysOf(calendar, year).closed)]
      .filter((day) => ![0, 6].includes(new Date(day * 86_400_000).getUTCDay()))
      .map((day) => dayOf(day).slice(4))
      .sort()
      .join(' ');

  // As the exchanges published them.
  it.each([
    ['SEHK', 2025, '0101 0129 0130 0131 0404 0418 0421 0501 0505 0701 1001 1007 1029 1225 1226'],
    ['SEHK', 2026, '0101 0217 0218 0219 0403 0406 0407 0501 0525 0619 0701 1001 1019 1225'],
    ['JAPAN', 2026, '0101 0102 0112 0211 0223 0320 0429 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123 1231'],
    [
      'JAPAN',
      2019,
      '0101 0102 0103 0114 0211 0321 0429 0430 0501 0502 0503 0506 0715 0812 0916 0923 1014 1022 1104 1231',
    ],
    ['TSX', 2026, '0101 0216 0403 0518 0701 0803 0907 1012 1225 1228'],
    ['ASX', 2026, '0101 0126 0403 0406 0608 1225 1228'],
    ['EURONEXT', 2026, '0101 0403 0406 0501 1225'],
    ['SIX', 2025, '0101 0102 0418 0421 0501 0529 0609 0801 1224 1225 1226 1231'],
    ['NONE', 2026, ''],
  ] as const)('of %s in %i are known', (calendar, year, expected) => {
    expect(closedOn(calendar, year)).toBe(expected);
  });

  it('follow the moon as far as 2030', () => {
    // Lunar new year's days that are known long in advance.
    for (const [year, day] of [
      [2015, '0219'],
      [2020, '0125'],
      [2024, '0210'],
      [2027, '0206'],
      [2028, '0126'],
      [2030, '0203'],
    ] as const)
      expect(dayOf(lunarDay(year, 1, 1))).toBe(`${year}${day}`);
  });
});

describe('Schedule', () => {
  it('writes hours in the gateway’s form, closed days and early closes included', () => {
    const thanksgiving = dayNumber('20261126');
    expect(schedules.usStocks.hoursText(thanksgiving - 1, 4, true)).toBe(
      '20261125:0930-20261125:1600;20261126:CLOSED;20261127:0930-20261127:1300;20261128:CLOSED',
    );
    expect(schedules.usStocks.hoursText(thanksgiving - 1, 1, false)).toBe('20261125:0400-20261125:2000');
  });

  it('keeps the lunch break of Hong Kong', () => {
    expect(schedules.sehk.hoursText(dayNumber('20261123'), 1, true)).toBe(
      '20261123:0930-20261123:1200;20261123:1300-20261123:1600',
    );
    expect(schedules.sehk.openSegment(Date.parse('2026-11-23T04:30:00Z'))).toBeUndefined();
    expect(schedules.sehk.openSegment(Date.parse('2026-11-23T05:00:00Z'))).toBeDefined();
  });

  it('follows daylight saving time', () => {
    const open = (day: string) => schedules.usStocks.tradingDay(dayNumber(day))?.segments[1]?.start;
    expect(open('20261030')).toBe(Date.parse('2026-10-30T13:30:00Z'));
    expect(open('20261102')).toBe(Date.parse('2026-11-02T14:30:00Z'));
  });

  it('counts the evening before into the trading day of currencies and futures', () => {
    const sundayEvening = Date.parse('2026-11-22T23:30:00Z');
    expect(dayOf(schedules.fx.latest(sundayEvening).day)).toBe('20261123');
    expect(schedules.fx.openSegment(sundayEvening)).toBeDefined();
    expect(dayOf(schedules.cmeEquityIndex.latest(sundayEvening).day)).toBe('20261123');
    expect(schedules.fx.openSegment(Date.parse('2026-11-21T12:00:00Z'))).toBeUndefined();
  });

  // Each is the day before and after clocks change on its continent; Tokyo's never do.
  it.each([
    ['usStocks', '20260306', '20260309', 14.5, 13.5],
    ['lse', '20261023', '20261026', 7, 8],
    ['xetra', '20260327', '20260330', 8, 7],
    ['australia', '20261002', '20261006', 0, -1],
    ['tokyo', '20260327', '20260330', 0, 0],
  ] as const)('opens %s by local time through the year', (name, before, after, opened, opens) => {
    const hourOf = (day: string): number => {
      const start = schedules[name].tradingDay(dayNumber(day))?.segments.find(({ regular }) => regular)?.start ?? 0;
      return start / 3_600_000 - dayNumber(day) * 24;
    };
    expect([hourOf(before), hourOf(after)]).toEqual([opened, opens]);
  });

  it('gives every exchange sessions that do not overlap, in its own time', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...(Object.keys(schedules) as ScheduleName[])),
        fc.integer({ min: dayNumber('20150105'), max: dayNumber('20301227') }),
        (name, day) => {
          const schedule = schedules[name];
          const first = schedule.next(day);
          const second = schedule.next(first.day + 1);
          const segments = [...first.segments, ...second.segments];
          for (const [index, { start, end }] of segments.entries()) {
            expect(end).toBeGreaterThan(start);
            expect(start).toBeGreaterThanOrEqual(segments[index - 1]?.end ?? 0);
          }
          for (const { start } of first.segments) expect(schedule.latest(start).day).toBe(first.day);
        },
      ),
    );
  });

  it('never closes for coins, and opens funds for the minute of their price', () => {
    expect(schedules.crypto.hoursText(dayNumber('20261121'), 2, true)).toBe(
      '20261121:0000-20261122:0000;20261122:0000-20261123:0000',
    );
    expect(schedules.funds.hoursText(dayNumber('20261127'), 2, true)).toBe(
      '20261127:1300-20261127:1301;20261128:CLOSED',
    );
  });

  // Days on which calendars go wrong, all trading of the day, as the exchanges have published it or, of 2027, as their rules
  // give it; `npm run bench:calendars` has the sources and compares all days of two years with two libraries.
  it.each<[ScheduleName, Record<string, string>]>([
    [
      'cmeEquityIndex',
      {
        20260101: 'closed',
        20260119: '17:00-12:00',
        20260216: '17:00-12:00',
        20260403: '17:00-08:15',
        20260525: '17:00-12:00',
        20260619: '17:00-12:00',
        20260703: '17:00-12:00',
        20260907: '17:00-12:00',
        20261126: '17:00-12:00',
        20261127: '17:00-12:15',
        20261224: '17:00-12:15',
        20261225: 'closed',
        20270326: 'closed',
        20270618: '17:00-12:00',
        20270705: '17:00-12:00',
        20271224: 'closed',
        20250109: '17:00-08:30',
      },
    ],
    [
      'nymex',
      {
        20260119: '18:00-14:30',
        20260403: 'closed',
        20260619: '18:00-13:00',
        20260703: '18:00-13:00',
        20260907: '18:00-14:30',
        20261127: '18:00-14:45',
        20261224: '18:00-13:45',
        20271126: '18:00-13:45',
      },
    ],
    ['cbot', { 20260119: '17:00-12:00', 20260403: '17:00-10:15', 20261224: '17:00-12:15', 20270326: 'closed' }],
    ['grains', { 20260119: 'closed', 20260619: 'closed', 20261127: '19:00-07:45 08:30-12:05' }],
    [
      'usBonds',
      {
        20260403: '08:00-12:00',
        20260522: '08:00-14:00',
        20260702: '08:00-14:00',
        20261012: 'closed',
        20261111: 'closed',
        20261127: '08:00-14:00',
        20261224: '08:00-14:00',
        20261231: '08:00-14:00',
        20270325: '08:00-14:00',
        20270326: 'closed',
        20270528: '08:00-14:00',
        20270702: '08:00-14:00',
        20271223: '08:00-14:00',
        20271231: '08:00-14:00',
      },
    ],
    ['indexOptions', { 20261126: 'closed', 20261127: '08:30-12:15', 20261224: '08:30-12:15', 20261228: '08:30-15:15' }],
    ['usOptions', { 20261127: '09:30-13:00', 20261224: '09:30-13:00' }],
    ['xetra', { 20261224: 'closed', 20261230: '09:00-14:00', 20261231: 'closed', 20271230: '09:00-14:00' }],
    ['eurex', { 20261224: 'closed', 20261228: '01:10-22:00', 20261230: '01:10-22:00', 20271230: '01:10-22:00' }],
    ['shanghai', { 20260102: 'closed', 20260105: '09:30-11:30 13:00-15:00' }],
    ['india', { 20260115: 'closed', 20260116: '09:15-15:30' }],
    [
      'australia',
      { 20261224: '10:00-14:10', 20261231: '10:00-14:10', 20270426: '10:00-16:00', 20210426: '10:00-16:00' },
    ],
    [
      'korea',
      {
        20260102: '10:00-15:30',
        20260603: 'closed',
        20260717: 'closed',
        20261119: '10:00-16:30',
        20261231: 'closed',
        20270104: '10:00-15:30',
        20270205: '09:00-15:30',
        20270208: 'closed',
        20270209: 'closed',
        20270210: '09:00-15:30',
        20271227: 'closed',
        20271231: 'closed',
        20300204: 'closed',
        20300205: 'closed',
        20300206: '09:00-15:30',
      },
    ],
    ['sehk', { 20261224: '09:30-12:00', 20270205: '09:30-12:00', 20270208: 'closed' }],
    ['singapore', { 20261224: '09:00-12:00', 20270205: '09:00-12:00' }],
  ])('%s keeps the days that others get wrong', (name, expected) => {
    const { zone } = schedules[name];
    const time = (instant: number): string => zone.local(instant).slice(9, 14);
    const hours = (day: string): string =>
      mergeAdjacent(schedules[name].tradingDay(dayNumber(day))?.segments ?? [])
        .map(({ start, end }) => `${time(start)}-${time(end)}`)
        .join(' ') || 'closed';
    expect(Object.fromEntries(Object.keys(expected).map((day) => [day, hours(day)]))).toEqual(expected);
  });

  it('has one trading day for every instant', () => {
    expect(dayOf(schedules.usStocks.latest(Date.parse('2026-11-23T08:59:59Z')).day)).toBe('20261120');
    expect(dayOf(schedules.usStocks.latest(Date.parse('2026-11-23T09:00:00Z')).day)).toBe('20261123');
  });
});
