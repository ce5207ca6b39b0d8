import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  coverage,
  type Flow,
  mergeRanges,
  periodStart,
  returnSeries,
  shift,
  thinOut,
  type ValuePoint,
} from './returns.ts';

const begin = '2026-01-01';
const day = (index: number): string => shift(begin, index);
const twr = (points: readonly ValuePoint[], flows: readonly Flow[]): number | undefined =>
  returnSeries(points, flows).at(-1)?.growth;

/** What the market did each day, and what was paid in or out of it then. */
const story = fc.record({
  start: fc.double({ min: 100, max: 1e7, noNaN: true }),
  days: fc.array(
    fc.record({
      factor: fc.double({ min: 0.5, max: 1.6, noNaN: true }),
      /** As a part of what is there; withdrawals leave something. */
      flow: fc.double({ min: -0.9, max: 3, noNaN: true }),
    }),
    { minLength: 1, maxLength: 60 },
  ),
});

/** The values and flows that the story leads to: money comes in before the market moves and leaves after it. */
function live({ start, days }: { start: number; days: { factor: number; flow: number }[] }, withFlows: boolean) {
  const points: ValuePoint[] = [{ date: day(0), nav: start }];
  const flows: Flow[] = [];
  let nav = start;
  days.forEach(({ factor, flow }, index) => {
    const date = day(index + 1);
    const paidIn = withFlows && flow > 0 ? nav * flow : 0;
    nav = (nav + paidIn) * factor;
    const paidOut = withFlows && flow < 0 ? nav * -flow : 0;
    nav -= paidOut;
    if (paidIn > 0) flows.push({ date, amount: paidIn });
    if (paidOut > 0) flows.push({ date, amount: -paidOut });
    points.push({ date, nav });
  });
  return { points, flows };
}

describe('time-weighted returns', () => {
  it('do not change with deposits and withdrawals', () => {
    fc.assert(
      fc.property(story, (told) => {
        const market = told.days.reduce((product, { factor }) => product * factor, 1);
        const [quiet, busy] = [live(told, false), live(told, true)];
        expect((twr(quiet.points, quiet.flows) ?? 0) / market).toBeCloseTo(1, 6);
        expect((twr(busy.points, busy.flows) ?? 0) / market).toBeCloseTo(1, 6);
      }),
    );
  });

  it('of parts multiply to that of the whole', () => {
    fc.assert(
      fc.property(story, fc.nat(), (told, cut) => {
        const { points, flows } = live(told, true);
        const at = cut % points.length;
        const parts = (twr(points.slice(0, at + 1), flows) ?? 0) * (twr(points.slice(at), flows) ?? 0);
        expect(parts / (twr(points, flows) ?? 0)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('do not depend on the order of flows, nor on those outside', () => {
    fc.assert(
      fc.property(story, (told) => {
        const { points, flows } = live(told, true);
        const outside = [
          { date: day(0), amount: 1e6 },
          { date: day(-5), amount: 1e6 },
          { date: day(100), amount: 1e6 },
        ];
        expect(twr(points, [...outside, ...flows.toReversed()])).toBeCloseTo(twr(points, flows) ?? 0, 9);
      }),
    );
  });

  it('begin with the first money, and are unknown after a loss of more than all', () => {
    const at = (nav: number, index: number): ValuePoint => ({ date: day(index), nav });
    expect(twr([at(0, 0), at(0, 1), at(1_100, 2)], [{ date: day(2), amount: 1_000 }])).toBeCloseTo(1.1, 12);
    expect(twr([at(1_000, 0), at(0, 1)], [{ date: day(1), amount: -1_200 }])).toBeCloseTo(1.2, 12);
    expect(twr([at(1_000, 0), at(0, 1)], [])).toBe(0);
    expect(twr([at(1_000, 0), at(-50, 1), at(500, 2)], [])).toBeUndefined();
    expect(twr([at(0, 0), at(10, 1)], [])).toBeUndefined();
    expect(twr([at(5, 0)], [])).toBe(1);
    expect(returnSeries([], [])).toEqual([]);
  });
});

describe('thinOut', () => {
  it('keeps the ends, the order and all money', () => {
    fc.assert(
      fc.property(story, fc.integer({ min: 2, max: 30 }), (told, most) => {
        const { points, flows } = live(told, true);
        const series = returnSeries(points, flows);
        const thin = thinOut(series, most);
        expect(thin.length).toBe(Math.min(most, series.length));
        expect([thin[0]?.date, thin.at(-1)?.date]).toEqual([series[0]?.date, series.at(-1)?.date]);
        expect(new Set(thin.map(({ date }) => date)).size).toBe(thin.length);
        const sum = (list: readonly { flow: number }[]) => list.reduce((total, { flow }) => total + flow, 0);
        const size = flows.reduce((total, { amount }) => total + Math.abs(amount), 1);
        expect((sum(thin) - sum(series)) / size).toBeCloseTo(0, 9);
        expect(thin.at(-1)?.growth).toBe(series.at(-1)?.growth);
      }),
    );
  });
});

describe('periodStart', () => {
  const weekdays = (from: string, to: string): ValuePoint[] => {
    const points: ValuePoint[] = [];
    for (let date = from; date <= to; date = shift(date, 1)) {
      if (![0, 6].includes(new Date(date).getUTCDay())) points.push({ date, nav: 1 });
    }
    return points;
  };
  const points = weekdays('2025-06-02', '2026-03-31');
  const from = (period: Parameters<typeof periodStart>[0], list: readonly ValuePoint[] = points) =>
    list[periodStart(period, list) ?? -1]?.date;

  it('begins at the close before', () => {
    expect(from('1d')).toBe('2026-03-30');
    expect(from('wtd')).toBe('2026-03-27');
    expect(from('wtd', weekdays('2026-03-02', '2026-03-30'))).toBe('2026-03-27');
    expect(from('wtd', weekdays('2026-03-02', '2026-03-27'))).toBe('2026-03-20');
    expect(from('1w')).toBe('2026-03-24');
    // The last days of February and December before it; Sunday counts as its Friday.
    expect(from('mtd')).toBe('2026-02-27');
    expect(from('1m')).toBe('2026-02-27');
    expect(from('qtd')).toBe('2025-12-31');
    expect(from('ytd')).toBe('2025-12-31');
    expect(from('all')).toBe('2025-06-02');
  });

  it('does not pretend to reach back further than it does, nor over holes', () => {
    expect(from('1y')).toBeUndefined();
    expect(from('1y', weekdays('2025-03-31', '2026-03-31'))).toBe('2025-03-31');
    expect(from('mtd', [{ date: '2026-01-15', nav: 1 }, ...points.slice(-5)])).toBeUndefined();
    expect(from('1d', points.slice(-1))).toBeUndefined();
    expect(from('all', [])).toBeUndefined();
  });
});

describe('coverage', () => {
  it('puts ranges together that touch', () => {
    const ranges = [
      { from: '2026-02-01', to: '2026-02-28' },
      { from: '2026-01-01', to: '2026-01-31' },
      { from: '2026-04-01', to: '2026-04-02' },
    ];
    expect(mergeRanges(ranges)).toEqual([
      { from: '2026-01-01', to: '2026-02-28' },
      { from: '2026-04-01', to: '2026-04-02' },
    ]);
    expect(coverage(ranges, '2025-12-31', '2026-02-28')).toBe('known');
    expect(coverage(ranges, '2025-12-31', '2026-03-01')).toBe('partly');
    expect(coverage(ranges, '2026-02-28', '2026-03-31')).toBe('unknown');
    expect(coverage([], '2026-02-28', '2026-03-31')).toBe('unknown');
  });

  it('agrees with looking at each day', () => {
    const offset = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(offset, offset), { maxLength: 6 }), offset, offset, (pairs, a, b) => {
        const ranges = pairs.map(([x, y]) => ({ from: day(Math.min(x, y)), to: day(Math.max(x, y)) }));
        const [after, to] = [Math.min(a, b), Math.max(a, b) + 1];
        const days = Array.from({ length: to - after }, (_, index) => day(after + 1 + index));
        const known = days.filter((date) => ranges.some((range) => range.from <= date && date <= range.to)).length;
        const expected = known === days.length ? 'known' : known > 0 ? 'partly' : 'unknown';
        expect(coverage(ranges, day(after), day(to))).toBe(expected);
      }),
    );
  });
});
