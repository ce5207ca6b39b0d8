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

  it('read the older form with several sessions a day', () => {
    expect(comingSessions('20260402:0930-1200,1300-1600', 'Asia/Hong_Kong', 0)).toEqual([
      { open: '2026-04-02T09:30:00+08:00', close: '2026-04-02T12:00:00+08:00' },
      { open: '2026-04-02T13:00:00+08:00', close: '2026-04-02T16:00:00+08:00' },
    ]);
  });

  it.each([undefined, '', 'CLOSED', '20260402:CLOSED', 'nonsense', '20260402:1600-20260402:0930'])(
    '%s gives none',
    (text) => {
      expect(parseHours(text, 'UTC')).toEqual([]);
      if (text !== '20260402:CLOSED') expect(daysOfHours(text, 'UTC')).toBeUndefined();
    },
  );
});
