import { ToolError } from '../../../shared/errors.ts';
import type { barSizes } from '../../../shared/values.ts';
import { epochToLocal, localToEpoch } from '../time/time-zones.ts';

export type BarSize = (typeof barSizes)[number];

/** The most bars one answer may hold: the decoder’s work grows with the square of it. @internal The tests hold the rules to it. */
export const maxBarsPerAnswer = 1_900;

/** How much one request may ask of each bar size: within IB's duration table, and never above `maxBarsPerAnswer`. */
const rules: Readonly<Record<BarSize, { seconds: number; chunk: readonly [number, 'S' | 'D'] }>> = {
  '1 sec': { seconds: 1, chunk: [1_800, 'S'] },
  '5 secs': { seconds: 5, chunk: [3_600, 'S'] },
  '10 secs': { seconds: 10, chunk: [14_400, 'S'] },
  '15 secs': { seconds: 15, chunk: [14_400, 'S'] },
  '30 secs': { seconds: 30, chunk: [28_800, 'S'] },
  '1 min': { seconds: 60, chunk: [1, 'D'] },
  '2 mins': { seconds: 120, chunk: [2, 'D'] },
  '3 mins': { seconds: 180, chunk: [3, 'D'] },
  '5 mins': { seconds: 300, chunk: [6, 'D'] },
  '10 mins': { seconds: 600, chunk: [7, 'D'] },
  '15 mins': { seconds: 900, chunk: [7, 'D'] },
  '20 mins': { seconds: 1_200, chunk: [7, 'D'] },
  '30 mins': { seconds: 1_800, chunk: [30, 'D'] },
  '1 hour': { seconds: 3_600, chunk: [30, 'D'] },
  '2 hours': { seconds: 7_200, chunk: [30, 'D'] },
  '3 hours': { seconds: 10_800, chunk: [30, 'D'] },
  '4 hours': { seconds: 14_400, chunk: [30, 'D'] },
  '8 hours': { seconds: 28_800, chunk: [30, 'D'] },
  '1 day': { seconds: 86_400, chunk: [2 * 365, 'D'] },
  '1 week': { seconds: 7 * 86_400, chunk: [30 * 364, 'D'] },
  '1 month': { seconds: 30 * 86_400, chunk: [60 * 365, 'D'] },
};

/** One request: the bars wanted of it, `[from, to)` in epoch milliseconds, and what to ask so that all of them come. */
export interface HistoryPiece {
  readonly from: number;
  readonly to: number;
  /** IB's duration string; it reaches back from `to` at least as far as `from`. */
  readonly duration: string;
}

export interface HistorySpan {
  readonly barSize: BarSize;
  /** Epoch milliseconds; bars that begin in `[from, to)` are wanted. */
  readonly from: number;
  readonly to: number;
  /** IANA zone of the exchange: pieces end where its trading days end. */
  readonly zone: string;
  /** Local minute of the day at which a trading day begins: 0, or the evening open of a market that trades overnight. */
  readonly dayStart: number;
}

/** Seconds in one bar. A month counts as 30 days. */
export function barSeconds(barSize: BarSize): number {
  return rules[barSize].seconds;
}

/** Whether IB's strict pacing rules for small bars apply. */
export function isSmallBar(barSize: BarSize): boolean {
  return rules[barSize].seconds <= 30;
}

/** The longest stretch one request of this bar size may cover, in seconds. */
export function pieceSeconds(barSize: BarSize): number {
  const [amount, unit] = rules[barSize].chunk;
  return unit === 'S' ? amount : amount * 86_400;
}

/**
 * Splits a span into requests, newest first, that together cover it without gap or overlap. Boundaries lie on a fixed
 * grid (trading days, weeks or months in the exchange's zone; multiples of the piece for small bars), so that no bar is
 * cut in two and repeated questions ask the same.
 */
export function planHistory(span: HistorySpan): HistoryPiece[] {
  const { from, to, barSize } = span;
  const pieces: HistoryPiece[] = [];
  let end = to;
  while (end > from) {
    const begin = Math.max(from, gridStart(span, end));
    pieces.push({ from: begin, to: end, duration: durationFor(barSize, begin, end, span) });
    end = begin;
  }
  return pieces;
}

/** The grid boundary at which a piece that ends at `end` begins. */
function gridStart(span: HistorySpan, end: number): number {
  const [amount, unit] = rules[span.barSize].chunk;
  if (unit === 'S') {
    const step = amount * 1_000;
    return Math.ceil(end / step) * step - step;
  }
  if (span.barSize === '1 month') {
    const { year, month } = epochToLocal(span.zone, end - 1);
    return localToEpoch(span.zone, { year: year - 59, month, day: 1 });
  }
  const lastDay = dayNumber(span, end - 1);
  const mondayShift = span.barSize === '1 week' ? (((lastDay + 3) % 7) + 7) % 7 : 0;
  return dayBegin(span, lastDay - mondayShift - (amount - 1));
}

/** Days since 1970-01-01 of the trading day that holds an instant. */
function dayNumber(span: Pick<HistorySpan, 'zone' | 'dayStart'>, epochMs: number): number {
  const local = epochToLocal(span.zone, epochMs);
  const day = Date.UTC(local.year, local.month - 1, local.day) / 86_400_000;
  // Not by the clock alone: a change of it may skip the time at which a trading day begins, or repeat it.
  return span.dayStart > 0 && dayBegin(span, day + 1) <= epochMs ? day + 1 : day;
}

function dayBegin(span: Pick<HistorySpan, 'zone' | 'dayStart'>, day: number): number {
  const date = new Date((span.dayStart > 0 ? day - 1 : day) * 86_400_000);
  return localToEpoch(span.zone, {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: Math.floor(span.dayStart / 60),
    minute: span.dayStart % 60,
  });
}

/** The trading date of an instant, `YYYY-MM-DD`: an overnight session belongs to the day on which it ends. */
export function tradingDate(span: Pick<HistorySpan, 'zone' | 'dayStart'>, epochMs: number): string {
  return new Date(dayNumber(span, epochMs) * 86_400_000).toISOString().slice(0, 10);
}

/** The instant at which the trading date begins or, for `days` > 0, that many days later. */
export function tradingDayBegin(
  span: Pick<HistorySpan, 'zone' | 'dayStart'>,
  date: { year: number; month: number; day: number },
  days = 0,
): number {
  return dayBegin(span, Date.UTC(date.year, date.month - 1, date.day) / 86_400_000 + days);
}

function durationFor(barSize: BarSize, from: number, to: number, span: HistorySpan): string {
  const [, unit] = rules[barSize].chunk;
  if (unit === 'S') return `${Math.max(1, Math.ceil((to - from) / 1_000))} S`;
  const days = Math.max(1, dayNumber(span, to - 1) - dayNumber(span, from) + 1);
  if (barSize === '1 month' && days <= 330) return `${Math.ceil(days / 30) + 1} M`;
  if (barSize === '1 week' && days <= 357) return `${Math.ceil(days / 7) + 1} W`;
  return days <= 365 ? `${days} D` : `${Math.ceil(days / 365)} Y`;
}

/** A length of time as people and IB write it. `days` are trading days; the rest is calendar time. */
export interface HistoryDuration {
  readonly amount: number;
  readonly unit: 'seconds' | 'days' | 'weeks' | 'months' | 'years';
}

/**
 * Reads `30s 15min 4h 1d 2w 6m 1y` and IB's `1800 S`, `1 D`, `2 W`, `6 M`, `1 Y`.
 * @throws ToolError `invalid_arguments`
 */
export function parseDuration(text: string): HistoryDuration {
  const match =
    /^(\d{1,6})\s*(s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?|d|days?|w|wks?|weeks?|m|mos?|mons?|months?|y|yrs?|years?)$/i.exec(
      text.trim(),
    );
  const amount = Number(match?.[1]);
  const word = match?.[2]?.toLowerCase() ?? '';
  if (!match || amount < 1) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: `“${text}” is no duration.`,
      nextStep: 'Write it like 30min, 4h, 1d, 2w, 6m (months) or 1y.',
    });
  }
  if (word.startsWith('s')) return { amount, unit: 'seconds' };
  if (word.startsWith('min')) return { amount: amount * 60, unit: 'seconds' };
  if (word.startsWith('h')) return { amount: amount * 3_600, unit: 'seconds' };
  if (word.startsWith('d')) return { amount, unit: 'days' };
  if (word.startsWith('w')) return { amount, unit: 'weeks' };
  return word.startsWith('m') ? { amount, unit: 'months' } : { amount, unit: 'years' };
}

/**
 * The instant a duration before `to` (epoch milliseconds). For trading days it is early enough to hold that many, with
 * room for weekends and holidays; the caller keeps the newest ones.
 */
export function reachBack(duration: HistoryDuration, to: number, zone: string): number {
  const { amount, unit } = duration;
  const day = 86_400_000;
  if (unit === 'seconds') return to - amount * 1_000;
  if (unit === 'days') return to - (amount + 2 * Math.ceil(amount / 5) + Math.ceil(amount / 10) + 10) * day;
  if (unit === 'weeks') return to - amount * 7 * day;
  const local = epochToLocal(zone, to);
  const months = local.year * 12 + local.month - 1 - amount * (unit === 'years' ? 12 : 1);
  const year = Math.floor(months / 12);
  const month = (months % 12) + 1;
  const lastOfMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return localToEpoch(zone, { ...local, year, month, day: Math.min(local.day, lastOfMonth) });
}

/** IB's spelling of an instant as the end of a history request (UTC). */
export function historyEnd(epochMs: number): string {
  const iso = new Date(Math.ceil(epochMs / 1_000) * 1_000).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19)}`;
}
