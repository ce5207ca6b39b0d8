import { ianaZone, localToEpoch } from './time-zones.ts';

/**
 * Reads times as IB writes them about orders: `20260413 15:27:04 US/Eastern`, with one or two blanks, with a dash for
 * UTC (`20260413-15:27:04`), or without a zone.
 * @param zone IANA zone of times that name none, or none that is known
 * @returns epoch milliseconds, or undefined when the text is no time
 */
export function parseGatewayTime(text: string, zone: string): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})([ -]+)(\d{2}):(\d{2}):(\d{2})(?:\s+(.+))?$/.exec(text.trim());
  if (!match) return undefined;
  const [year = 0, month = 1, day = 1] = match.slice(1, 4).map(Number);
  const [hour = 0, minute = 0, second = 0] = match.slice(5, 8).map(Number);
  const named = match[4] === '-' ? 'UTC' : ianaZone(match[8] ?? '');
  return localToEpoch(named ?? zone, { year, month, day, hour, minute, second });
}
