import { describe, expect, it } from 'vitest';
import { comingSessions, daysOfHours, openSeconds, parseHours, tradingDayStart } from './hours.ts';

describe('trading hours', () => {
  const now = Date.UTC(2026, 3, 2, 12);

  it('become ISO sessions, closed days skipped, offsets right across a clock change', () => {
    const hours = '20260306:0930-20260306:1600;20260307:CLOSED;20260308:CLOSED;20260309:0930-20260309:1600';
    expect(comingSessions(hours, 'US/Eastern', 0)).toEqual([
      { open: '2026-03-06T09:30:00-05:00', close: '2026-03-06T16:00:00-05:00' },
      { open: '2026-03-09T09:30:00-04:00', close: '2026-03-09T16:00:00-04:00' },
    ]);
  });

  it('leave out sessions that are over', () => {
    const hours = '20260401:0930-20260401:1600;20260402:0930-20260402:1600';
    expect(comingSessions(hours, 'US/Eastern', now)).toHaveLength(1);
  });

  it('know overnight sessions and where their trading day begins', () => {
    const cme = '20260401:1700-20260402:1600;20260402:1700-20260403:1600';
    expect(tradingDayStart(cme, 'US/Central')).toBe(17 * 60);
    expect(tradingDayStart('20260402:0000-20260403:0000', 'UTC')).toBe(0);
    expect(tradingDayStart('20260402:0930-20260402:1600', 'US/Eastern')).toBe(0);
    expect(parseHours(cme, 'US/Central')[0]).toEqual({
      open: Date.UTC(2026, 3, 1, 22),
      close: Date.UTC(2026, 3, 2, 21),
    });
  });

  it.each([
    ['20260402:0930-20260402:1600;20260403:CLOSED', 'US/Eastern', '2026-04-02', '2026-04-03'],
    ['20260401:1700-20260402:1600;20260402:1700-20260403:1600', 'US/Central', '2026-04-02', '2026-04-03'],
    ['20260402:0000-20260403:0000;20260403:0000-20260404:0000', 'UTC', '2026-04-02', '2026-04-03'],
  ])('%s speak of the days on which sessions end, and of closed ones', (hours, zone, first, last) => {
    expect(daysOfHours(hours, zone)).toEqual({ first, last });
  });

  it('tell how long a market is open', () => {
    const week = '20260402:0930-20260402:1600;20260403:CLOSED;20260404:CLOSED;20260405:0930-20260405:1300';
    expect(openSeconds(week, 'US/Eastern')).toEqual({ perDay: 5 * 3_600, share: 10 / 96 });
    expect(openSeconds('20260402:0000-20260403:0000', 'UTC')).toEqual({ perDay: 86_400, share: 1 });
    expect(openSeconds('20260402:CLOSED', 'UTC')).toEqual({ perDay: 0, share: 0 });
  });

  // What gateways have sent: the older form is of public samples of 2016 and 2017, times are UTC.
  it.each([
    [
      'one day of two sessions',
      '20260402:0930-1200,1300-1600',
      'Asia/Hong_Kong',
      '04-02 01:30-04:00, 04-02 05:00-08:00',
    ],
    [
      'several days of two sessions',
      '20261015:0930-1200,1300-1600;20261016:0930-1200,1300-1600',
      'Asia/Hong_Kong',
      '10-15 01:30-04:00, 10-15 05:00-08:00, 10-16 01:30-04:00, 10-16 05:00-08:00',
    ],
    [
      'a closed day between',
      '20261015:0930-1200,1300-1600;20261016:CLOSED;20261019:0930-1200',
      'Asia/Hong_Kong',
      '10-15 01:30-04:00, 10-15 05:00-08:00, 10-19 01:30-04:00',
    ],
    [
      'from the evening before a Friday and a Monday',
      '20170623:1715-1700;20170626:1715-1700',
      'US/Eastern',
      '06-22 21:15-21:00, 06-25 21:15-21:00',
    ],
    [
      'from the evening before, with a break in the afternoon',
      '20160321:1700-1515,1530-1600;20160322:1700-1515,1530-1600',
      'US/Central',
      '03-20 22:00-20:15, 03-21 20:30-21:00, 03-21 22:00-20:15, 03-22 20:30-21:00',
    ],
    [
      'into the next day, after others',
      '20261015:0900-1130,1230-1515,1700-0600',
      'Asia/Tokyo',
      '10-15 00:00-02:30, 10-15 03:30-06:15, 10-15 08:00-21:00',
    ],
    ['the whole day', '20261015:0000-2400;20261016:0000-0000', 'UTC', '10-15 00:00-00:00, 10-16 00:00-00:00'],
    [
      'both forms at once',
      '20261015:0930-20261015:1200,1300-1600;20261016:0930-1200;20261018:1700-20261019:1515,1530-1600',
      'UTC',
      '10-15 09:30-12:00, 10-15 13:00-16:00, 10-16 09:30-12:00, 10-18 17:00-15:15, 10-19 15:30-16:00',
    ],
  ])('read %s', (_, hours, zone, sessions) => {
    const written = parseHours(hours, zone).map(
      ({ open, close }) =>
        `${new Date(open).toISOString().slice(5, 16).replace('T', ' ')}-${new Date(close).toISOString().slice(11, 16)}`,
    );
    expect(written.join(', ')).toBe(sessions);
  });

  it('are unknown where the zone is', () => {
    const hours = '20260402:0930-20260402:1600';
    expect(parseHours(hours, undefined)).toEqual([]);
    expect(daysOfHours(hours, undefined)).toBeUndefined();
    expect(comingSessions(hours, undefined, 0)).toEqual([]);
    expect(openSeconds(hours, undefined)).toEqual({ perDay: 0, share: 0 });
  });

  it.each([
    undefined,
    '',
    'CLOSED',
    '20260402:CLOSED',
    'nonsense',
    '20260402:1600-20260402:0930',
    '20260402:0975-2500',
    '20261340:0930-1600',
  ])('%s gives none', (text) => {
    expect(parseHours(text, 'UTC')).toEqual([]);
    if (text !== '20260402:CLOSED') expect(daysOfHours(text, 'UTC')).toBeUndefined();
  });
});
