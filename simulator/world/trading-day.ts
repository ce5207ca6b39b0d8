import { exchangeSchedules } from '../market/exchanges.ts';

const middayMinute = 12 * 60;
/** A day whose market is open then is no short one. */
const afternoonMinute = 15 * 60;
const { usStocks } = exchangeSchedules;

/** Noon in New York on the latest whole trading day up to an instant's date, epoch milliseconds. */
export function latestMidday(now: number): number {
  let { day } = usStocks.previous(usStocks.zone.day(now));
  while (!usStocks.openSegment(usStocks.zone.instant(day, afternoonMinute))?.regular)
    ({ day } = usStocks.previous(day - 1));
  return usStocks.zone.instant(day, middayMinute);
}

/** The same instant while New York trades, else noon of the trading day that comes next. */
export function nextTrading(now: number): number {
  if (usStocks.openSegment(now)?.regular) return now;
  const today = usStocks.zone.day(now);
  const midday = usStocks.zone.instant(usStocks.next(today).day, middayMinute);
  return midday > now ? midday : usStocks.zone.instant(usStocks.next(today + 1).day, middayMinute);
}
