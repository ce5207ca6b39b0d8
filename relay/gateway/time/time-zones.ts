/**
 * IB names time zones in four styles: IANA (`US/Eastern`), Java abbreviations (`EST`, `JST`), Windows and long English
 * names (`Central European Standard Time`), and any of these followed by a remark in brackets. Abbreviations mean the
 * place with its daylight saving time, never a fixed offset: `EST` is New York.
 */
const aliases: Readonly<Record<string, string>> = {
  EST: 'America/New_York',
  EDT: 'America/New_York',
  'Eastern Standard Time': 'America/New_York',
  'Eastern Daylight Time': 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  'Central Standard Time': 'America/Chicago',
  'Central Daylight Time': 'America/Chicago',
  MST: 'America/Denver',
  'Mountain Standard Time': 'America/Denver',
  'Mountain Daylight Time': 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Pacific Daylight Time': 'America/Los_Angeles',
  GMT: 'Europe/London',
  BST: 'Europe/London',
  'Greenwich Mean Time': 'Europe/London',
  'British Summer Time': 'Europe/London',
  MET: 'Europe/Brussels',
  MEZ: 'Europe/Berlin',
  CET: 'Europe/Berlin',
  CEST: 'Europe/Berlin',
  'Middle Europe Time': 'Europe/Berlin',
  'Central European Time': 'Europe/Berlin',
  'Central European Standard Time': 'Europe/Berlin',
  'Central European Summer Time': 'Europe/Berlin',
  'Eastern European Standard Time': 'Europe/Helsinki',
  'Eastern European Summer Time': 'Europe/Helsinki',
  'Moscow Standard Time': 'Europe/Moscow',
  MSK: 'Europe/Moscow',
  'Israel Standard Time': 'Asia/Jerusalem',
  'Israel Daylight Time': 'Asia/Jerusalem',
  IST: 'Asia/Kolkata',
  'India Standard Time': 'Asia/Kolkata',
  SGT: 'Asia/Singapore',
  'Singapore Standard Time': 'Asia/Singapore',
  HKT: 'Asia/Hong_Kong',
  'Hong Kong Standard Time': 'Asia/Hong_Kong',
  'Hong Kong Time': 'Asia/Hong_Kong',
  CTT: 'Asia/Shanghai',
  'China Standard Time': 'Asia/Shanghai',
  'Taipei Standard Time': 'Asia/Taipei',
  JST: 'Asia/Tokyo',
  'Japan Standard Time': 'Asia/Tokyo',
  'Tokyo Standard Time': 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  'Korea Standard Time': 'Asia/Seoul',
  'Korean Standard Time': 'Asia/Seoul',
  AET: 'Australia/Sydney',
  AEST: 'Australia/Sydney',
  AEDT: 'Australia/Sydney',
  'AUS Eastern Standard Time': 'Australia/Sydney',
  'Australian Eastern Standard Time': 'Australia/Sydney',
  'Australian Eastern Daylight Time': 'Australia/Sydney',
  'Australian Eastern Standard Time (New South Wales)': 'Australia/Sydney',
  NZST: 'Pacific/Auckland',
  'New Zealand Standard Time': 'Pacific/Auckland',
  'South Africa Standard Time': 'Africa/Johannesburg',
  'Coordinated Universal Time': 'UTC',
};

const bucketMs = 15 * 60_000;
const maxCachedOffsets = 50_000;
const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** The IANA zone that IB's name means, or undefined when it is unknown. */
export function ianaZone(name: string): string | undefined {
  const trimmed = name.trim();
  const plain = trimmed.replace(/\s*\(.*\)$/, '');
  const candidate = aliases[trimmed] ?? aliases[plain] ?? plain;
  if (candidate === '') return undefined;
  try {
    formatter(candidate);
    return candidate;
  } catch {
    return undefined;
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
