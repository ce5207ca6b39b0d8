import type { Instrument } from './instruments.ts';
import type { PriceModel } from './prices.ts';
import { tradedUntil } from './quotes.ts';
import { dayNumber } from './zone.ts';

const hm = (hours: number, minutes = 0): number => hours * 60 + minutes;

/** When futures stop on their last day, by symbol, in the time of their exchange. Others stop when the session ends. */
const stops: ReadonlyMap<string, number> = new Map([
  ['ES', hm(8, 30)],
  ['MES', hm(8, 30)],
  ['NQ', hm(8, 30)],
  ['CL', hm(14, 30)],
  ['NG', hm(14, 30)],
  ['GC', hm(13, 30)],
  ['ZN', hm(12, 1)],
  ['DAX', hm(13)],
  ['ESTX50', hm(12)],
  ['VIX', hm(8)],
]);

/** When a future trades last, as contract details say it: `20261218 08:30:00 US/Central`. */
export function lastTradeText(model: PriceModel, future: Instrument): string | undefined {
  if (future.expiry === undefined) return undefined;
  const { zone } = model.schedule(future);
  const stop = stops.get(future.symbol);
  return zone.stamp(stop === undefined ? tradedUntil(model, future) : zone.instant(dayNumber(future.expiry), stop));
}
