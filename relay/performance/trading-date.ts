import { epochToLocal, localToEpoch } from '../gateway/time/time-zones.ts';
import { shift } from './returns.ts';

const zone = 'America/New_York';
/** Minute of the day in New York after which a day's values are settled enough to be kept. */
const settled = { hour: 17, minute: 15 };

/** The day (`YYYY-MM-DD`, New York) to which a value seen at an instant belongs; weekends belong to their Friday. */
export function tradingDateAt(epochMs: number): string {
  const { year, month, day } = epochToLocal(zone, epochMs);
  const date = new Date(Date.UTC(year, month - 1, day));
  const weekday = date.getUTCDay();
  return shift(date.toISOString().slice(0, 10), weekday === 6 ? -1 : weekday === 0 ? -2 : 0);
}

/** When a day's values are settled, epoch milliseconds. */
export function settledAt(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return localToEpoch(zone, { year, month, day, ...settled });
}
