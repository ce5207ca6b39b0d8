import { dateInZone, epochToLocal, isoInZone, localToEpoch } from './time-zones.ts';

const dayMinutes = 1_440;

/** A trading session in epoch milliseconds. */
export interface MarketSession {
  readonly open: number;
  readonly close: number;
}

/**
 * Reads IB's trading hours, days parted by semicolons and a day's sessions by commas: with both dates, as gateways of
 * today write them (`20260402:0400-20260402:2000;20260403:CLOSED`), or with the day's date alone, as older ones did
 * (`20260402:0930-1200,1300-1600;20260403:CLOSED`); the two may be mixed.
 * In the older form the date is the trading date: a session that ends no later than it begins began on the evening before,
 * as in `20170623:1715-1700;20170626:1715-1700` of currencies, a Friday and a Monday. Further sessions come in order.
 * Closed days and parts that cannot be read are left out; sessions come in order.
 * @param zone IANA zone that the hours are in; without one no hours are known
 */
export function parseHours(text: string | undefined, zone: string | undefined): MarketSession[] {
  if (zone === undefined) return [];
  const sessions = (text ?? '').split(';').flatMap((day) => sessionsOfDay(day, zone));
  return sessions.sort((a, b) => a.open - b.open);
}

/**
 * The first and the last day that trading hours speak of, open or closed, `YYYY-MM-DD`; a session is of the day on which
 * it ends.
 */
export function daysOfHours(
  text: string | undefined,
  zone: string | undefined,
): { first: string; last: string } | undefined {
  if (zone === undefined) return undefined;
  const closed = [...(text ?? '').matchAll(/(\d{4})(\d{2})(\d{2}):CLOSED/g)].map((day) => day.slice(1).join('-'));
  const open = parseHours(text, zone).map(({ close }) => dateInZone(zone, close - 1));
  const days = [...closed, ...open].sort();
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined ? undefined : { first, last };
}

/**
 * How long a market is open, judged by its hours of the days to come; 0 when there are none.
 * @returns seconds of a day on which it opens, and its part of all time
 */
export function openSeconds(text: string | undefined, zone: string | undefined): { perDay: number; share: number } {
  const days = daysOfHours(text, zone);
  const sessions = parseHours(text, zone);
  if (zone === undefined || days === undefined || sessions.length === 0) return { perDay: 0, share: 0 };
  const seconds = sessions.reduce((sum, { open, close }) => sum + close - open, 0) / 1_000;
  const dates = new Set(sessions.map(({ close }) => dateInZone(zone, close - 1)));
  const told = (Date.parse(days.last) - Date.parse(days.first)) / 1_000 + 86_400;
  return { perDay: seconds / dates.size, share: Math.min(1, seconds / told) };
}

/** The sessions that have not ended, as ISO 8601 with the zone's offset; none in a zone that is unknown. */
export function comingSessions(
  text: string | undefined,
  zone: string | undefined,
  now: number,
): { open: string; close: string }[] {
  if (zone === undefined) return [];
  return parseHours(text, zone)
    .filter(({ close }) => close > now)
    .map(({ open, close }) => ({ open: isoInZone(zone, open), close: isoInZone(zone, close) }));
}

/**
 * Local minute of the day at which this market's trading day begins: the evening open of one that trades overnight,
 * else 0.
 */
export function tradingDayStart(text: string | undefined, zone: string | undefined): number {
  if (zone === undefined) return 0;
  for (const { open, close } of parseHours(text, zone)) {
    const from = isoInZone(zone, open);
    const to = isoInZone(zone, close - 1);
    if (from.slice(0, 10) !== to.slice(0, 10)) return Number(from.slice(11, 13)) * 60 + Number(from.slice(14, 16));
  }
  return 0;
}

/** A wall-clock time by the minutes since 1970 that it would be in UTC. */
type WallMinutes = number;

function sessionsOfDay(text: string, zone: string): MarketSession[] {
  const sessions: MarketSession[] = [];
  let date: string | undefined;
  let before: WallMinutes | undefined;
  for (const part of text.split(',')) {
    const match = /^(?:(\d{8}):)?(\d{4})-(?:(\d{8}):)?(\d{4})$/.exec(part.trim());
    date = match?.[1] ?? date;
    if (!match || date === undefined) continue;
    const [, , from = '', endDate, to = ''] = match;
    let open = wallMinutes(date, from);
    let close = wallMinutes(endDate ?? date, to);
    if (open === undefined || close === undefined) continue;
    if (endDate === undefined && to === '0000') close += dayMinutes;
    else if (endDate === undefined && close <= open) {
      // What follows another session of the day goes on into the next one.
      if (before === undefined) open -= dayMinutes;
      else close += dayMinutes;
    }
    date = endDate ?? date;
    before = close;
    if (close > open) sessions.push({ open: instant(zone, open), close: instant(zone, close) });
  }
  return sessions;
}

function wallMinutes(day: string, time: string): WallMinutes | undefined {
  const [hour, minute] = [Number(time.slice(0, 2)), Number(time.slice(2))];
  const midnight = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`) / 60_000;
  return Number.isNaN(midnight) || minute > 59 || hour * 60 + minute > dayMinutes
    ? undefined
    : midnight + hour * 60 + minute;
}

function instant(zone: string, minutes: WallMinutes): number {
  return localToEpoch(zone, epochToLocal('UTC', minutes * 60_000));
}
