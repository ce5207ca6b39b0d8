import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barSizes } from '../../../shared/values.ts';
import {
  barSeconds,
  historyEnd,
  maxBarsPerAnswer,
  parseDuration,
  pieceSeconds,
  planHistory,
  reachBack,
  tradingDate,
  tradingDayBegin,
} from './history-plan.ts';

const dayMs = 86_400_000;
const unitSeconds: Record<string, number> = { S: 1, D: 86_400, W: 604_800, M: 30 * 86_400, Y: 365 * 86_400 };
const seconds = (duration: string) => {
  const [amount = '', unit = ''] = duration.split(' ');
  return Number(amount) * (unitSeconds[unit] ?? 0);
};
const span = fc
  .record({
    barSize: fc.constantFrom(...barSizes),
    to: fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) }),
    pieces: fc.double({ min: 0.001, max: 12, noNaN: true }),
    zone: fc.constantFrom('America/New_York', 'Asia/Tokyo', 'Europe/Berlin', 'UTC', 'Australia/Sydney'),
    dayStart: fc.constantFrom(0, 1_020, 1_080),
  })
  .map(({ pieces, ...rest }) => ({
    ...rest,
    from: Math.max(0, rest.to - Math.ceil(pieces * pieceSeconds(rest.barSize) * 1_000)),
  }));

describe('a trading day', () => {
  const clockChanges = fc.constantFrom<[zone: string, at: string][]>(
    ['America/New_York', '2026-03-08T07:00Z'],
    ['America/New_York', '2026-11-01T06:00Z'],
    ['Europe/Berlin', '2026-03-29T01:00Z'],
    ['Africa/Cairo', '2026-04-23T22:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30Z'],
  );

  it('holds every instant of its date, also where a clock change skips its beginning', () => {
    const minutes = fc.integer({ min: -240, max: 240 });
    fc.assert(
      fc.property(clockChanges, minutes, fc.integer({ min: 0, max: 240 }), ([zone, change], later, dayStart) => {
        const at = Date.parse(change) + later * 60_000;
        const [year = 0, month = 0, day = 0] = tradingDate({ zone, dayStart }, at).split('-').map(Number);
        const begin = (days: number) => tradingDayBegin({ zone, dayStart }, { year, month, day }, days);
        expect(begin(0)).toBeLessThanOrEqual(at);
        expect(begin(1)).toBeGreaterThan(at);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('planHistory', () => {
  it('covers the span without gaps or overlaps, newest first', () => {
    fc.assert(
      fc.property(span, (s) => {
        const pieces = planHistory(s);
        expect(pieces[0]?.to).toBe(s.to);
        expect(pieces.at(-1)?.from).toBe(s.from);
        for (const [index, piece] of pieces.entries()) {
          expect(piece.from).toBeLessThan(piece.to);
          if (index > 0) expect(piece.to).toBe(pieces[index - 1]?.from);
        }
      }),
    );
  });

  it('never asks for more bars than one answer may hold, even in a market that never closes', () => {
    fc.assert(
      fc.property(span, (s) => {
        for (const { duration } of planHistory(s)) {
          expect(seconds(duration) / barSeconds(s.barSize)).toBeLessThanOrEqual(maxBarsPerAnswer);
        }
      }),
    );
  });

  it('asks far enough back for every bar it wants', () => {
    fc.assert(
      fc.property(span, (s) => {
        for (const { duration, from, to } of planHistory(s)) {
          const clockChange = 3_600_000;
          expect(seconds(duration) * 1_000 + clockChange).toBeGreaterThanOrEqual(to - from);
        }
      }),
    );
  });

  it('stays within IB’s longest duration for the bar size', () => {
    fc.assert(
      fc.property(span, (s) => {
        const limit =
          pieceSeconds(s.barSize) + (s.barSize.endsWith('week') || s.barSize.endsWith('month') ? 366 : 0) * 86_400;
        for (const { duration } of planHistory(s)) expect(seconds(duration)).toBeLessThanOrEqual(limit);
      }),
    );
  });

  it('ends pieces where trading days end', () => {
    const pieces = planHistory({
      barSize: '1 min',
      from: Date.UTC(2026, 2, 4, 12),
      to: Date.UTC(2026, 2, 6, 20),
      zone: 'America/New_York',
      dayStart: 1_080,
    });
    expect(pieces.map((piece) => new Date(piece.from).toISOString())).toEqual([
      '2026-03-05T23:00:00.000Z',
      '2026-03-04T23:00:00.000Z',
      '2026-03-04T12:00:00.000Z',
    ]);
    expect(pieces.map((piece) => piece.duration)).toEqual(['1 D', '1 D', '1 D']);
  });

  it('puts an overnight session on the day on which it ends', () => {
    const cme = { zone: 'America/Chicago', dayStart: 1_020 };
    expect(tradingDate(cme, Date.UTC(2026, 0, 5, 22, 59))).toBe('2026-01-05');
    expect(tradingDate(cme, Date.UTC(2026, 0, 5, 23, 0))).toBe('2026-01-06');
    expect(tradingDate({ ...cme, dayStart: 0 }, Date.UTC(2026, 0, 5, 23, 0))).toBe('2026-01-05');
  });
});

describe('durations', () => {
  it.each([
    ['1d', 1, 'days'],
    ['2w', 2, 'weeks'],
    ['6m', 6, 'months'],
    ['1y', 1, 'years'],
    ['1 D', 1, 'days'],
    ['1800 S', 1_800, 'seconds'],
    ['4h', 14_400, 'seconds'],
    ['15min', 900, 'seconds'],
    ['3 months', 3, 'months'],
  ])('%s', (text, amount, unit) => expect(parseDuration(text)).toEqual({ amount, unit }));

  it.each(['', '0d', 'd', '1x', '-1d', '1d2w'])('refuses %j', (text) => {
    expect(() => parseDuration(text)).toThrow(/no duration/);
  });

  it('reach back by calendar, clamping to the end of a month', () => {
    const to = Date.UTC(2026, 2, 31, 12);
    expect(new Date(reachBack({ amount: 1, unit: 'months' }, to, 'UTC')).toISOString()).toBe(
      '2026-02-28T12:00:00.000Z',
    );
    expect(new Date(reachBack({ amount: 1, unit: 'years' }, to, 'UTC')).toISOString()).toBe('2025-03-31T12:00:00.000Z');
  });

  it('trading days reach back over weekends', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 20_000 }), (amount, day) => {
        const to = day * dayMs;
        let weekdays = 0;
        for (let t = reachBack({ amount, unit: 'days' }, to, 'UTC'); t < to; t += dayMs) {
          if (![0, 6].includes(new Date(t).getUTCDay())) weekdays += 1;
        }
        expect(weekdays).toBeGreaterThanOrEqual(amount);
      }),
    );
  });

  it('spells the end of a request in UTC', () => {
    expect(historyEnd(Date.UTC(2026, 3, 2, 20, 5, 9))).toBe('20260402-20:05:09');
  });
});
