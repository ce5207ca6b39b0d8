import { localToEpoch } from './time-zones.ts';
import { isSameClock, zonesNamed } from './zone-names.ts';

const quarterMs = 15 * 60_000;

/** What is known besides of a time that a gateway wrote. */
export interface TimeContext {
  /** IANA zone of the gateway's own clock, as its greeting told it: that of times without a name. */
  readonly own: string | undefined;
  /** IANA zone of the exchange that the time is about. */
  readonly exchange?: string | undefined;
  /** Epoch milliseconds; the time is not after this. */
  readonly notAfter?: number;
}

/**
 * Reads times as IB writes them about orders: `20260413 15:27:04 US/Eastern`, with one or two blanks, with a dash for
 * UTC (`20260413-15:27:04`), or without a zone. A name that may mean several zones is known where all of them, or all
 * that do not lie in the future, agree; else the gateway's own zone decides, else the exchange's.
 * @returns epoch milliseconds, or undefined when the text is no time, or its zone is unknown
 */
export function parseGatewayTime(
  text: string,
  { own, exchange, notAfter = Infinity }: TimeContext,
): number | undefined {
  const written = read(text);
  if (written === undefined) return undefined;
  const { name, at } = written;
  if (name === undefined) return own === undefined ? undefined : at(own);
  const zones = zonesNamed(name);
  const possible = zones.length > 1 ? zones.filter((zone) => at(zone) <= notAfter) : zones;
  const [first, ...others] = possible;
  if (first === undefined || others.every((zone) => at(zone) === at(first)))
    return first === undefined ? first : at(first);
  const decided = [own, exchange].find(
    (zone) => zone !== undefined && possible.some((other) => isSameClock(other, zone)),
  );
  return decided === undefined ? undefined : at(decided);
}

/**
 * The zone of a gateway's clock, by the time in its greeting: of the zones that its name may mean, the one in which that
 * was now.
 * @param text `20261128 10:00:00 EST`
 * @param now epoch milliseconds, right to a quarter of an hour
 */
export function zoneOfGreeting(text: string, now: number): string | undefined {
  const written = read(text);
  if (written?.name === undefined) return undefined;
  const [first, ...others] = zonesNamed(written.name).filter((zone) => Math.abs(written.at(zone) - now) < quarterMs);
  return first !== undefined && others.every((zone) => isSameClock(zone, first)) ? first : undefined;
}

/** A time as it is written: the name of its zone, and when it is in one. */
function read(text: string): { name: string | undefined; at: (zone: string) => number } | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})([ -]+)(\d{2}):(\d{2}):(\d{2})(?:\s+(.+))?$/.exec(text.trim());
  if (!match) return undefined;
  const [year = 0, month = 1, day = 1] = match.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = match.slice(5, 8).map(Number);
  return {
    name: match[4] === '-' ? 'UTC' : match[8],
    at: (zone) => localToEpoch(zone, { year, month, day, hour, minute, second }),
  };
}
