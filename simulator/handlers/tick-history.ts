import { type Bar, barsOf } from '../market/bars.ts';
import type { TradingDay } from '../market/calendar.ts';
import type { Instrument } from '../market/instruments.ts';
import { minuteMs, type PriceModel } from '../market/prices.ts';
import type { TapeRange } from './tick-tape.ts';

/** How many trading days are searched for ticks of something that hardly trades. */
const mostDays = 20;
const oneMinute = { unit: 'minute', count: 1 } as const;

export interface TickSearch<T> {
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly regularOnly: boolean;
  /** Whether a minute can have any ticks at all. */
  readonly mayHaveTicks: (minute: Bar) => boolean;
  /** The ticks of a stretch of time, oldest first. */
  readonly ticksIn: (range: TapeRange) => readonly T[];
}

function minutesOf<T>({ model, instrument, regularOnly, mayHaveTicks }: TickSearch<T>, day: TradingDay): Bar[] {
  const from = day.segments[0]?.start ?? 0;
  const to = day.segments.at(-1)?.end ?? 0;
  return barsOf(model, instrument, oneMinute, { from, to, regularOnly }).filter(mayHaveTicks);
}

/**
 * The first ticks at or after an instant, oldest first: as many as wanted and all others of the last one's second.
 * @param start epoch milliseconds
 * @param until nothing from here on has happened yet, epoch milliseconds
 */
export function ticksFrom<T extends { readonly time: number }>(
  search: TickSearch<T>,
  start: number,
  until: number,
  wanted: number,
): T[] {
  const { model, instrument, regularOnly, ticksIn } = search;
  const schedule = model.schedule(instrument);
  const found: T[] = [];
  let day = schedule.latest(start);
  for (let days = 0; days < mostDays && (day.segments[0]?.start ?? 0) < until; days += 1) {
    for (const minute of minutesOf(search, day)) {
      const from = Math.max(start, minute.start);
      const to = Math.min(until, minute.start + minuteMs);
      if (from < to) found.push(...ticksIn({ from, to, regularOnly }));
      if (found.length >= wanted) return throughSecond(found, wanted);
    }
    day = schedule.next(day.day + 1);
  }
  return found;
}

function throughSecond<T extends { readonly time: number }>(found: readonly T[], wanted: number): T[] {
  const last = found[wanted - 1]?.time ?? 0;
  return found.filter(({ time }, index) => index < wanted || time === last);
}

/**
 * The last ticks before an instant, oldest first: as many as wanted and all others of the first one's second.
 * @param end epoch milliseconds, exclusive
 */
export function ticksBefore<T extends { readonly time: number }>(
  search: TickSearch<T>,
  end: number,
  wanted: number,
): T[] {
  const { model, instrument, regularOnly, ticksIn } = search;
  const schedule = model.schedule(instrument);
  let found: T[] = [];
  let day = schedule.latest(end - 1);
  for (let days = 0; days < mostDays; days += 1) {
    for (const minute of minutesOf(search, day).reverse()) {
      const to = Math.min(end, minute.start + minuteMs);
      if (minute.start < to) found = [...ticksIn({ from: minute.start, to, regularOnly }), ...found];
      if (found.length >= wanted) return sinceSecond(found, wanted);
    }
    day = schedule.previous(day.day - 1);
  }
  return found;
}

function sinceSecond<T extends { readonly time: number }>(found: readonly T[], wanted: number): T[] {
  const first = found[found.length - wanted]?.time ?? 0;
  return found.filter(({ time }, index) => index >= found.length - wanted || time === first);
}
