import type { BarSize } from './bars.ts';
import { dayMs, Zone } from './zone.ts';

/** A parameter of a historical request the gateway refuses; the message says why. */
export class HistoryParameterError extends Error {
  override readonly name = 'HistoryParameterError';
  readonly code: number;

  constructor(message: string, code = 321) {
    super(message);
    this.code = code;
  }
}

const secondSizes = [1, 5, 10, 15, 30];
const minuteSizes = [1, 2, 3, 5, 10, 15, 20, 30];
const hourSizes = [1, 2, 3, 4, 8];

/** Reads `5 secs`, `1 min`, `2 hours`, `1 day`, `1W` and the like. @throws {HistoryParameterError} */
export function parseBarSize(text: string): BarSize {
  const match = /^(\d+)\s*(secs?|mins?|hours?|days?|d|w|weeks?|m|months?)$/i.exec(text.trim());
  const count = Number(match?.[1]);
  const unit = (match?.[2] ?? '').toLowerCase();
  if (unit.startsWith('sec') && secondSizes.includes(count)) return { unit: 'second', count };
  if (unit.startsWith('min') && minuteSizes.includes(count)) return { unit: 'minute', count };
  if (unit.startsWith('hour') && hourSizes.includes(count)) return { unit: 'minute', count: count * 60 };
  if (count === 1 && unit.startsWith('d')) return { unit: 'day', count };
  if (count === 1 && unit.startsWith('w')) return { unit: 'week', count };
  if (count === 1 && unit.startsWith('m')) return { unit: 'month', count };
  throw new HistoryParameterError(
    'Historical data bar size setting is invalid. Legal ones are: 1 secs,5 secs,10 secs,15 secs,30 secs,1 min,2 mins,3 mins,5 mins,10 mins,15 mins,20 mins,30 mins,1 hour,2 hours,3 hours,4 hours,8 hours,1 day,1W,1M',
  );
}

export interface Duration {
  readonly count: number;
  readonly unit: 'S' | 'D' | 'W' | 'M' | 'Y';
}

const longestDays = 365;

/** Reads `3600 S`, `10 D`, `2 W`, `6 M`, `1 Y`. @throws {HistoryParameterError} */
export function parseDuration(text: string): Duration {
  const match = /^(\d{1,6})\s+([SDWMY])$/i.exec(text.trim());
  const count = Number(match?.[1]);
  if (!match || count === 0) {
    throw new HistoryParameterError(
      'Historical data query duration is invalid. It must be an integer followed by a space and S, D, W, M or Y.',
    );
  }
  const unit = (match[2] ?? '').toUpperCase() as Duration['unit'];
  if (unit === 'S' && count > 86_400) {
    throw new HistoryParameterError(
      'Historical data requests for durations longer than 86400 seconds must be made in days.',
    );
  }
  if (unit === 'D' && count > longestDays) {
    throw new HistoryParameterError(
      'Historical data requests for durations longer than 365 days must be made in years.',
    );
  }
  return { count, unit };
}

/** Longest duration in seconds for bars of so many seconds. */
const longestForSeconds: Readonly<Record<number, number>> = {
  1: 2000,
  5: 10_000,
  10: 14_400,
  15: 14_400,
  30: 86_400,
};

const secondsPerUnit: Readonly<Record<Duration['unit'], number>> = {
  S: 1,
  D: 86_400,
  W: 7 * 86_400,
  M: 31 * 86_400,
  Y: 366 * 86_400,
};
/** More minute bars than this, around the clock, are not sent in one answer. */
const mostMinuteBars = 150_000;

/** Refuses to fill a long time with small bars. @throws {HistoryParameterError} with code 162 */
export function checkBarCount(size: BarSize, { unit, count }: Duration): void {
  const seconds = count * secondsPerUnit[unit];
  const tooMany =
    (size.unit === 'second' && seconds > (longestForSeconds[size.count] ?? 0)) ||
    (size.unit === 'minute' && seconds / 60 / size.count > mostMinuteBars);
  if (tooMany) {
    throw new HistoryParameterError('Historical Market Data Service error message:Time length exceed max.', 162);
  }
}

/**
 * Reads the end of a historical request: empty for now, `yyyymmdd-hh:mm:ss` in UTC, `yyyymmdd hh:mm:ss` with or without
 * a time zone, or `hh:mm:ss` of today.
 * @param zone the gateway's own, used where the text names none
 * @returns epoch milliseconds
 * @throws {HistoryParameterError} with code 10314
 */
export function parseEnd(text: string, now: number, zone: Zone): number {
  if (text.trim() === '') return now;
  const match = /^(?:(\d{8})(?:(-)(?=\d)|\s+|$))?(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?(?:\s+([A-Za-z][\w/+-]*))?$/.exec(
    text.trim(),
  );
  if (!match || (match[1] === undefined && match[3] === undefined)) throw invalidEnd();
  const [, date, dash, hours = '23', minutes = '59', seconds = match[3] ? '0' : '59', zoneName] = match;
  const effective = dash ? utc : zoneName ? namedZone(zoneName) : zone;
  const day = date ? parseDay(date) : effective.day(now);
  const sinceMidnight = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  if (sinceMidnight >= 86_400 || Number(minutes) > 59 || Number(seconds) > 59) throw invalidEnd();
  return effective.instant(day, sinceMidnight / 60);
}

const utc = new Zone('UTC');

function parseDay(date: string): number {
  const instant = Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1, Number(date.slice(6, 8)));
  if (new Date(instant).toISOString().slice(0, 10).replaceAll('-', '') !== date) throw invalidEnd();
  return instant / dayMs;
}

function namedZone(name: string): Zone {
  try {
    const zone = new Zone(name);
    zone.offset(0);
    return zone;
  } catch {
    throw invalidEnd();
  }
}

function invalidEnd(): HistoryParameterError {
  return new HistoryParameterError(
    'End Date/Time: The date, time, or time-zone entered is invalid. The correct format is yyyymmdd hh:mm:ss xx/xxxx or, for UTC, yyyymmdd-hh:mm:ss.',
    10314,
  );
}
