import { dateInZone, isoInZone, localToEpoch } from './time-zones.ts';

/** A trading session in epoch milliseconds. */
export interface MarketSession {
  readonly open: number;
  readonly close: number;
}

/**
 * Reads IB's trading hours: `20260402:0400-20260402:2000;20260403:CLOSED` and the older `20260402:0930-1600,1700-1800`.
 * Closed days and parts that cannot be read are left out; sessions come in order.
 * @param zone IANA zone that the hours are in
 */
export function parseHours(text: string | undefined, zone: string): MarketSession[] {
  const sessions: MarketSession[] = [];
  for (const part of (text ?? '').split(/[;,]/)) {
    const match = /^(?:(\d{8}):)?(\d{4})-(?:(\d{8}):)?(\d{4})$/.exec(part.trim());
    if (!match) continue;
    const day = match[1] ?? sessionDay(text ?? '', part);
    if (day === undefined) continue;
    const open = instant(zone, day, match[2] ?? '');
    const close = instant(zone, match[3] ?? day, match[4] ?? '');
    if (close > open) sessions.push({ open, close });
  }
  return sessions.sort((a, b) => a.open - b.open);
}

/**
 * The first and the last day that trading hours speak of, open or closed, `YYYY-MM-DD`; a session is of the day on which
 * it ends.
 */
export function daysOfHours(text: string | undefined, zone: string): { first: string; last: string } | undefined {
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
export function openSeconds(text: string | undefined, zone: string): { perDay: number; share: number } {
  const days = daysOfHours(text, zone);
  const sessions = parseHours(text, zone);
  if (days === undefined || sessions.length === 0) return { perDay: 0, share: 0 };
  const seconds = sessions.reduce((sum, { open, close }) => sum + close - open, 0) / 1_000;
  const dates = new Set(sessions.map(({ close }) => dateInZone(zone, close - 1)));
  const told = (Date.parse(days.last) - Date.parse(days.first)) / 1_000 + 86_400;
  return { perDay: seconds / dates.size, share: Math.min(1, seconds / told) };
}

/** The sessions that have not ended, as ISO 8601 with the zone's offset. */
export function comingSessions(text: string | undefined, zone: string, now: number): { open: string; close: string }[] {
  return parseHours(text, zone)
    .filter(({ close }) => close > now)
    .map(({ open, close }) => ({ open: isoInZone(zone, open), close: isoInZone(zone, close) }));
}

/**
 * Local minute of the day at which this market's trading day begins: the evening open of one that trades overnight,
 * else 0.
 */
export function tradingDayStart(text: string | undefined, zone: string): number {
  for (const { open, close } of parseHours(text, zone)) {
    const from = isoInZone(zone, open);
    const to = isoInZone(zone, close - 1);
    if (from.slice(0, 10) !== to.slice(0, 10)) return Number(from.slice(11, 13)) * 60 + Number(from.slice(14, 16));
  }
  return 0;
}

/** In the older form a day's further sessions do not repeat the date. */
function sessionDay(text: string, part: string): string | undefined {
  const before = text.slice(0, text.indexOf(part));
  return /(\d{8}):[^;]*$/.exec(before)?.[1];
}

function instant(zone: string, day: string, time: string): number {
  return localToEpoch(zone, {
    year: Number(day.slice(0, 4)),
    month: Number(day.slice(4, 6)),
    day: Number(day.slice(6, 8)),
    hour: Number(time.slice(0, 2)),
    minute: Number(time.slice(2, 4)),
  });
}
