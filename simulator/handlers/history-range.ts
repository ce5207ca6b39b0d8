import type { Schedule, TradingDay } from '../market/calendar.ts';
import type { Duration } from '../market/history-parameters.ts';
import { dayMs, type Zone } from '../market/zone.ts';

/**
 * Where a duration that ends at `end` begins: days are trading days, seconds are seconds of trading, longer units go by
 * the calendar. Epoch milliseconds.
 */
export function startOf(schedule: Schedule, end: number, { count, unit }: Duration, regularOnly: boolean): number {
  const visible = ({ segments }: TradingDay) => segments.filter(({ regular }) => regular || !regularOnly);
  const zone = schedule.zone;
  if (unit === 'W') return end - count * 7 * dayMs;
  if (unit === 'M' || unit === 'Y') return monthsBefore(zone, end, unit === 'M' ? count : count * 12);
  let left = count;
  let day = schedule.latest(end - 1);
  for (;;) {
    for (const segment of visible(day).toReversed()) {
      if (segment.start >= end) continue;
      if (unit === 'D') break;
      const open = (Math.min(segment.end, end) - segment.start) / 1000;
      if (open >= left) return Math.min(segment.end, end) - left * 1000;
      left -= open;
    }
    const first = visible(day)[0]?.start ?? end;
    if (unit === 'D' && first < end) left -= 1;
    if (left <= 0) return first;
    day = schedule.previous(day.day - 1);
  }
}

function monthsBefore(zone: Zone, end: number, months: number): number {
  const [date = '', time = ''] = zone.local(end).split(' ');
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const shifted = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1 - months, 1));
  const lastOfMonth = new Date(Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth() + 1, 0)).getUTCDate();
  shifted.setUTCDate(Math.min(Number(date.slice(6, 8)), lastOfMonth));
  return zone.instant(shifted.getTime() / dayMs, hours * 60 + minutes);
}
