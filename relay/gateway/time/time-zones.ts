const bucketMs = 15 * 60_000;
const maxCachedOffsets = 50_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Whether this runtime knows a zone of that name. */
export function isZone(name: string): boolean {
  try {
    formatter(name);
    return true;
  } catch {
    return false;
  }
}

/** Minutes that local time in the IANA zone is ahead of UTC at an instant (epoch milliseconds). */
export function offsetMinutes(zone: string, epochMs: number): number {
  // Every transition on record since 1970 happens on a quarter hour, so one lookup serves the whole quarter.
  const bucket = Math.floor(epochMs / bucketMs) * bucketMs;
  const key = `${zone} ${bucket}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const part: Record<string, number> = {};
  for (const { type, value } of formatter(zone).formatToParts(bucket)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = (Date.UTC(year, month - 1, day, hour, minute, second) - bucket) / 60_000;
  if (offsets.size >= maxCachedOffsets) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** A wall-clock time; `month` is 1–12. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

/**
 * The instant (epoch milliseconds) of a wall-clock time in an IANA zone. A time that occurs twice means the first; one
 * that a clock change skips means as long after the change as it is into the gap.
 */
export function localToEpoch(zone: string, time: LocalTime): number {
  const asUtc = Date.UTC(time.year, time.month - 1, time.day, time.hour ?? 0, time.minute ?? 0, time.second ?? 0);
  const before = offsetMinutes(zone, asUtc - 86_400_000) * 60_000;
  const after = offsetMinutes(zone, asUtc + 86_400_000) * 60_000;
  const first = asUtc - before;
  if (offsetMinutes(zone, first) * 60_000 === before) return first;
  const second = asUtc - after;
  return offsetMinutes(zone, second) * 60_000 === after ? second : first;
}

/** The wall-clock time in an IANA zone at an instant (epoch milliseconds). */
export function epochToLocal(zone: string, epochMs: number): Required<LocalTime> {
  const shifted = new Date(epochMs + offsetMinutes(zone, epochMs) * 60_000);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
  };
}

/** ISO 8601 to the second with the zone's offset, e.g. `2026-04-02T09:30:00-04:00`. */
export function isoInZone(zone: string, epochMs: number): string {
  const offset = offsetMinutes(zone, epochMs);
  const local = new Date(epochMs + offset * 60_000).toISOString().slice(0, 19);
  if (zone === 'UTC') return `${local}Z`;
  const size = Math.abs(offset);
  return `${local}${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(Math.floor(size % 60))}`;
}

/** The calendar date in the zone at an instant, `YYYY-MM-DD`. */
export function dateInZone(zone: string, epochMs: number): string {
  const { year, month, day } = epochToLocal(zone, epochMs);
  return `${year}-${pad(month)}-${pad(day)}`;
}

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formatters.set(zone, made);
  return made;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
