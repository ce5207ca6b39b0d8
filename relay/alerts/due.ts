import type { Alert } from '../../shared/alerts/alert.ts';
import { dateInZone, epochToLocal, localToEpoch } from '../gateway/time/time-zones.ts';

/** Days of accounts and clocks are New York's, as IB's own are. */
export const accountZone = 'America/New_York';

/** Whether an alert's instrument trades no more. @param now epoch milliseconds */
export function isOver({ expires }: Pick<Alert, 'expires'>, now: number): boolean {
  return expires !== undefined && dateInZone(accountZone, now) > expires;
}

/**
 * The day on which an alert of kind `time` is due now, or undefined when it is not. A daily one is due every day from
 * its own on, at its time of day in New York, so that it keeps its distance from the opening when clocks change.
 * @param now epoch milliseconds
 * @returns `YYYY-MM-DD`
 */
export function dueDay({ at, repeat }: Pick<Alert, 'at' | 'repeat'>, now: number): string | undefined {
  const first = Date.parse(at ?? '');
  if (!(now >= first)) return undefined;
  const today = dateInZone(accountZone, now);
  if (repeat === 'once') return today;
  const { hour, minute, second } = epochToLocal(accountZone, first);
  const { year, month, day } = epochToLocal(accountZone, now);
  return now >= localToEpoch(accountZone, { year, month, day, hour, minute, second }) ? today : undefined;
}
