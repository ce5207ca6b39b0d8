import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

  it('has one trading day for every instant', () => {
    expect(dayOf(schedules.usStocks.latest(Date.parse('2026-11-23T08:59:59Z')).day)).toBe('20261120');
    expect(dayOf(schedules.usStocks.latest(Date.parse('2026-11-23T09:00:00Z')).day)).toBe('20261123');
  });
});
