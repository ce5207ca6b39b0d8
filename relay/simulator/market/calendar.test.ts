import { describe, expect, it } from 'vitest';
import { createSchedules } from './exchanges.ts';
import { holidaysOf } from './holidays.ts';
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

  it('has one trading day for every instant', () => {
    expect(dayOf(schedules.usStocks.latest(Date.parse('2026-11-23T08:59:59Z')).day)).toBe('20261120');
    expect(dayOf(schedules.usStocks.latest(Date.parse('2026-11-23T09:00:00Z')).day)).toBe('20261123');
  });
});
