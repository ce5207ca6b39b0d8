import type { performancePeriods } from '../../shared/values.ts';

/** Net asset value at the end of a day. Dates are `YYYY-MM-DD` everywhere in this file. */
export interface ValuePoint {
  readonly date: string;
  readonly nav: number;
}

/** Money from outside (positive) or to the outside. */
export interface Flow {
  readonly date: string;
  readonly amount: number;
}

/** A point of a series of returns. */
export interface ReturnPoint extends ValuePoint {
  /** Flows since the point before. */
  readonly flow: number;
  /** Growth of one unit of money since the first point; undefined from where it cannot be told. */
  readonly growth: number | undefined;
}

/**
 * Time-weighted growth over points in order of time: the product of the growth between neighbours, so that deposits
 * and withdrawals do not count. Money that comes in counts from the beginning of its interval, money that leaves until
 * its end. Where nothing was invested the growth is unknown from there on, unless nothing was there at both ends.
 */
export function returnSeries(points: readonly ValuePoint[], flows: readonly Flow[]): ReturnPoint[] {
  const ordered = flows.toSorted((a, b) => compare(a.date, b.date));
  let next = ordered.findIndex(({ date }) => points[0] !== undefined && date > points[0].date);
  if (next < 0) next = ordered.length;
  let growth: number | undefined = 1;
  return points.map((point, index) => {
    const before = points[index - 1];
    if (!before) return { ...point, flow: 0, growth };
    let paidIn = 0;
    let paidOut = 0;
    for (; (ordered[next]?.date ?? '~') <= point.date; next += 1) {
      const amount = ordered[next]?.amount ?? 0;
      if (amount > 0) paidIn += amount;
      else paidOut -= amount;
    }
    const factor = growthBetween(before.nav + paidIn, point.nav + paidOut);
    growth = growth === undefined || factor === undefined ? undefined : growth * factor;
    return { ...point, flow: paidIn - paidOut, growth };
  });
}

function growthBetween(begin: number, end: number): number | undefined {
  if (begin > 0) return end >= 0 ? end / begin : undefined;
  return begin === 0 && end === 0 ? 1 : undefined;
}

/** Fewer points for people and models to look at: the first, the last and evenly spread ones; flows are added up. */
export function thinOut(series: readonly ReturnPoint[], maxPoints: number): readonly ReturnPoint[] {
  if (series.length <= maxPoints) return series;
  const result: ReturnPoint[] = [];
  let from = 0;
  for (let index = 0; index < maxPoints; index += 1) {
    const at = Math.round((index * (series.length - 1)) / (maxPoints - 1));
    const point = series[at] as ReturnPoint;
    result.push({ ...point, flow: series.slice(from, at + 1).reduce((sum, { flow }) => sum + flow, 0) });
    from = at + 1;
  }
  return result;
}

export type Period = (typeof performancePeriods)[number];

/** Missing days (weekends, holidays, a relay that was off) by which a period may begin early. */
const maxGapDays = 10;

/**
 * Where in the points a period that ends with the last of them begins: the last point on or before the day whose close
 * it starts from. Undefined when the points do not reach back that far or have a hole there.
 */
export function periodStart(period: Period, points: readonly ValuePoint[]): number | undefined {
  const last = points.at(-1);
  if (!last || points.length < 2) return undefined;
  if (period === 'all') return 0;
  if (period === '1d') return points.length - 2;
  const base = baseDate(period, last.date);
  const index = points.findLastIndex(({ date }) => date <= base);
  const found = points[index];
  return found && daysBetween(found.date, base) <= maxGapDays ? index : undefined;
}

/** What there is of a period that ends with the last of the points: the first point on or after the day it starts from. */
export function firstWithin(period: Period, points: readonly ValuePoint[]): number {
  const last = points.length - 1;
  if (period === 'all' || period === '1d') return 0;
  const base = baseDate(period, points[last]?.date ?? '');
  return Math.max(
    0,
    points.findIndex(({ date }) => date >= base),
  );
}

/** The day at whose close a period that ends with the last of the points begins; undefined when it has no beginning. */
export function periodBase(period: Period, points: readonly ValuePoint[]): string | undefined {
  if (period === 'all') return undefined;
  if (period === '1d') return points.at(-2)?.date;
  const last = points.at(-1);
  return last && baseDate(period, last.date);
}

/** The day at whose close a period ending on `date` begins. */
function baseDate(period: Exclude<Period, 'all' | '1d'>, date: string): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  switch (period) {
    case 'wtd':
      // The Friday before; a Sunday ends its week.
      return shift(date, -(((new Date(date).getUTCDay() + 6) % 7) + 3));
    case '1w':
      return shift(date, -7);
    case 'mtd':
      return isoDate(year, month, 0);
    case '1m':
      return sameDay(year, month - 1, day);
    case 'qtd':
      return isoDate(year, month - ((month - 1) % 3), 0);
    case 'ytd':
      return isoDate(year, 1, 0);
    case '1y':
      return sameDay(year - 1, month, day);
  }
}

/** That day of the month, or its last where it is shorter. */
function sameDay(year: number, month: number, day: number): string {
  const lastDay = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return isoDate(year, month, Math.min(day, lastDay));
}

function isoDate(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

/** The date some days later. */
export function shift(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

/** Days of which something is known, both ends included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** Ranges in order, with those that touch or overlap put together. */
export function mergeRanges(ranges: readonly DateRange[]): DateRange[] {
  const merged: DateRange[] = [];
  for (const range of ranges.toSorted((a, b) => compare(a.from, b.from))) {
    const last = merged.at(-1);
    if (last && range.from <= shift(last.to, 1)) {
      merged[merged.length - 1] = { from: last.from, to: last.to > range.to ? last.to : range.to };
    } else merged.push(range);
  }
  return merged;
}

/** How much of the days after `after` up to `to` the ranges cover. */
export function coverage(ranges: readonly DateRange[], after: string, to: string): 'known' | 'partly' | 'unknown' {
  const from = shift(after, 1);
  const merged = mergeRanges(ranges);
  if (merged.some((range) => range.from <= from && range.to >= to)) return 'known';
  return merged.some((range) => range.from <= to && range.to >= from) ? 'partly' : 'unknown';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
