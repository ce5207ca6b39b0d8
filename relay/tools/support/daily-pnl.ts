import { dateInZone } from '../../gateway/time/time-zones.ts';
import { shift } from '../../performance/returns.ts';

/**
 * From where daily gains count, which is not from where a quote's change does: IB resets them each day, weekends
 * included (https://www.ibkrguides.com/traderworkstation/profit-and-loss.htm).
 * @param now epoch milliseconds
 */
export function dailyPnlNote(now: number): string {
  const yesterday = shift(dateInZone('America/New_York', now), -1);
  return `Daily P&L counts from IB’s reset: 23:55 of the day before (New York: ${yesterday}) where it trades, or before its session if that runs through midnight.`;
}
