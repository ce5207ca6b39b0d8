import { isZone, offsetMinutes } from './time-zones.ts';
import { windowsZones } from './windows-zones.ts';

/**
 * Abbreviations as Java and gateways write them. They mean a place with its daylight saving time, never a fixed offset,
 * and some of them several places: `CST` is Chicago's and China's, and so is `CTT` (Central Time at gateways of 2016,
 * China's in Java).
 */
const abbreviations: Readonly<Record<string, string>> = {
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CST: 'America/Chicago Asia/Shanghai',
  CDT: 'America/Chicago',
  CTT: 'America/Chicago Asia/Shanghai',
  MST: 'America/Denver America/Phoenix',
  MDT: 'America/Denver',
  PST: 'America/Los_Angeles Asia/Manila',
  PDT: 'America/Los_Angeles',
  AKST: 'America/Anchorage',
  AKDT: 'America/Anchorage',
  HST: 'Pacific/Honolulu',
  AST: 'America/Halifax America/Puerto_Rico Asia/Riyadh',
  ADT: 'America/Halifax',
  BRT: 'America/Sao_Paulo',
  BRST: 'America/Sao_Paulo',
  ART: 'America/Argentina/Buenos_Aires',
  CLT: 'America/Santiago',
  CLST: 'America/Santiago',
  COT: 'America/Bogota',
  PET: 'America/Lima',
  GMT: 'Europe/London UTC',
  BST: 'Europe/London',
  WET: 'Europe/Lisbon',
  WEST: 'Europe/Lisbon',
  MET: 'Europe/Brussels',
  MEST: 'Europe/Brussels',
  MEZ: 'Europe/Berlin',
  MESZ: 'Europe/Berlin',
  CET: 'Europe/Berlin',
  CEST: 'Europe/Berlin',
  EET: 'Europe/Helsinki Africa/Cairo Europe/Kaliningrad',
  EEST: 'Europe/Helsinki',
  MSK: 'Europe/Moscow',
  TRT: 'Europe/Istanbul',
  SAST: 'Africa/Johannesburg',
  EAT: 'Africa/Nairobi',
  GST: 'Asia/Dubai',
  IST: 'Asia/Kolkata Asia/Jerusalem Europe/Dublin',
  IDT: 'Asia/Jerusalem',
  PKT: 'Asia/Karachi',
  NPT: 'Asia/Kathmandu',
  ICT: 'Asia/Bangkok',
  WIB: 'Asia/Jakarta',
  SGT: 'Asia/Singapore',
  MYT: 'Asia/Kuala_Lumpur',
  PHT: 'Asia/Manila',
  HKT: 'Asia/Hong_Kong',
  JST: 'Asia/Tokyo',
  KST: 'Asia/Seoul',
  PRC: 'Asia/Shanghai',
  ROC: 'Asia/Taipei',
  ROK: 'Asia/Seoul',
  AET: 'Australia/Sydney',
  AEST: 'Australia/Sydney Australia/Brisbane',
  AEDT: 'Australia/Sydney',
  ACST: 'Australia/Adelaide Australia/Darwin',
  ACDT: 'Australia/Adelaide',
  AWST: 'Australia/Perth',
  NZST: 'Pacific/Auckland',
  NZDT: 'Pacific/Auckland',
  UTC: 'UTC',
  UCT: 'UTC',
  Z: 'UTC',
};

/** Long names that the tables of Windows and of CLDR lack or have for one place only, in lower case. */
const longNames: Readonly<Record<string, string>> = {
  'arabian standard time': 'Asia/Dubai Asia/Riyadh',
  'mountain standard time': 'America/Denver America/Phoenix',
  'greenwich mean time': 'Europe/London UTC',
  'coordinated universal time': 'UTC',
  'middle europe time': 'Europe/Berlin',
  'middle europe summer time': 'Europe/Berlin',
  'eastern european time': 'Europe/Helsinki Africa/Cairo Europe/Kaliningrad',
  'eastern european standard time': 'Europe/Helsinki Africa/Cairo Europe/Kaliningrad',
  'argentine time': 'America/Argentina/Buenos_Aires',
  'turkey time': 'Europe/Istanbul',
  'philippines standard time': 'Asia/Manila',
  'philippine time': 'Asia/Manila',
  'west indonesia time': 'Asia/Jakarta',
  'eastern standard time (new south wales)': 'Australia/Sydney',
  'australian eastern standard time (new south wales)': 'Australia/Sydney',
  'central standard time (south australia)': 'Australia/Adelaide',
  'western standard time (australia)': 'Australia/Perth',
};

/** Those two, and Java's names in other languages, of machines that have been seen or are likely. */
const knownNames: ReadonlyMap<string, string> = new Map([
  ...Object.entries(abbreviations),
  ...Object.entries(longNames),
  ['中国标准时间', 'Asia/Shanghai'],
  ['北京时间', 'Asia/Shanghai'],
  ['香港標準時間', 'Asia/Hong_Kong'],
  ['香港标准时间', 'Asia/Hong_Kong'],
  ['台北標準時間', 'Asia/Taipei'],
  ['日本標準時', 'Asia/Tokyo'],
  ['대한민국 표준시', 'Asia/Seoul'],
  ['mitteleuropäische zeit', 'Europe/Berlin'],
  ['mitteleuropäische normalzeit', 'Europe/Berlin'],
  ['mitteleuropäische sommerzeit', 'Europe/Berlin'],
]);

/** Where gateways stand: whoever shows its clock with one of the names that CLDR has for these is told. */
const places =
  `America/New_York America/Chicago America/Denver America/Los_Angeles America/Anchorage Pacific/Honolulu America/Halifax
  America/St_Johns America/Sao_Paulo America/Argentina/Buenos_Aires America/Santiago America/Bogota America/Lima
  America/Caracas America/Montevideo America/Guayaquil Europe/London Europe/Dublin Europe/Lisbon Europe/Berlin
  Europe/Moscow Europe/Istanbul Africa/Johannesburg Africa/Nairobi Africa/Lagos Asia/Jerusalem Asia/Dubai Asia/Riyadh
  Asia/Karachi Asia/Kolkata Asia/Kathmandu Asia/Dhaka Asia/Bangkok Asia/Jakarta Asia/Singapore Asia/Kuala_Lumpur
  Asia/Manila Asia/Hong_Kong Asia/Shanghai Asia/Taipei Asia/Tokyo Asia/Seoul Australia/Sydney Australia/Brisbane
  Australia/Adelaide Australia/Darwin Australia/Perth Pacific/Auckland`.split(/\s+/);

/** Two zones that differ in none of these are one clock. */
const compared = Array.from({ length: 24 }, (_, month) => Date.UTC(2026, month, 15));

let cldrNames: ReadonlyMap<string, readonly string[]> | undefined;

/**
 * The zones that a name in a gateway's message may mean, the likeliest first; none when it is unknown. Known are IANA
 * names, Java's and Windows' long names and abbreviations, offsets (`GMT+08:00`), and two that mean the same, one of
 * them in brackets.
 */
export function zonesNamed(name: string): readonly string[] {
  const text = name.trim().replace(/\s+/g, ' ');
  const known = knownNames.get(text) ?? knownNames.get(text.toLowerCase());
  if (known !== undefined) return known.split(' ');
  const offset = /^(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(text);
  if (offset) return offsetZone(offset[1] === '-', Number(offset[2]), Number(offset[3] ?? 0));
  const windows = windowsZones.get(text.toLowerCase());
  if (windows !== undefined) return [windows];
  // Of short names without a slash, ICU knows some as other places than gateways mean.
  if (!/^[A-Z]{1,4}$/.test(text) && !/^[+-]/.test(text) && isZone(text)) return [text];
  cldrNames ??= namesByCldr();
  return cldrNames.get(text.toLowerCase()) ?? zonesOfBoth(text);
}

/**
 * The IANA zone that a name means.
 * @param near a zone that is known besides, which decides among several
 * @returns undefined when the name is unknown, or may mean several that `near` does not decide between
 */
export function ianaZone(name: string, near?: string): string | undefined {
  const [first, ...others] = zonesNamed(name);
  if (first === undefined || others.every((other) => isSameClock(other, first))) return first;
  return near === undefined ? undefined : [first, ...others].find((zone) => isSameClock(zone, near));
}

/** Whether two zones' clocks show the same, in winter and in summer. */
export function isSameClock(zone: string, other: string): boolean {
  return compared.every((at) => offsetMinutes(zone, at) === offsetMinutes(other, at));
}

function offsetZone(west: boolean, hours: number, minutes: number): string[] {
  if (hours > 14 || minutes > 59) return [];
  if (hours === 0 && minutes === 0) return ['UTC'];
  return [`${west ? '-' : '+'}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`];
}

/** `EST (Eastern Standard Time)`: what stands in brackets says the same, or tells which of several is meant. */
function zonesOfBoth(text: string): readonly string[] {
  const match = /^([^()]+) \(([^()]+)\)$/.exec(text);
  if (!match) return [];
  const [one, other] = [zonesNamed(match[1] ?? ''), zonesNamed(match[2] ?? '')];
  if (one.length === 0 || other.length === 0) return /\//.test(match[1] ?? '') ? one : other;
  return one.filter((zone) => other.some((same) => isSameClock(zone, same)));
}

/** The long names that the runtime's CLDR has for the places, in lower case, `Hong Kong Time` for its standard time, too. */
function namesByCldr(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const zone of places) {
    for (const timeZoneName of ['long', 'longGeneric'] as const) {
      const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName });
      for (const at of [compared[0], compared[6]]) {
        const name =
          format
            .formatToParts(at)
            .find(({ type }) => type === 'timeZoneName')
            ?.value.toLowerCase() ?? '';
        for (const known of [name, name.replace(' standard time', ' time')]) {
          const before = names.get(known) ?? [];
          if (!known.startsWith('gmt') && !before.includes(zone)) names.set(known, [...before, zone]);
        }
      }
    }
  }
  return names;
}
