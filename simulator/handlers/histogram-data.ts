import { type Bar, type BarRange, barsOf } from '../market/bars.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { roundToTick } from '../market/rules.ts';

/** How much was traded at one price. */
export interface HistogramRow {
  readonly price: number;
  readonly size: number;
}

const minute = { unit: 'minute', count: 1 } as const;

/** A minute's volume shared among its open, high, low and close; the parts add up to it. */
function shares({ open, high, low, close, volume }: Bar): (readonly [price: number, size: number])[] {
  const quarter = Number.isInteger(volume) ? Math.floor(volume / 4) : volume / 4;
  return [
    [open, quarter],
    [high, quarter],
    [low, quarter],
    [close, volume - 3 * quarter],
  ];
}

/**
 * Volume by price over a range, lowest price first. The sizes add up to the volume of the bars of the same range, and
 * the prices lie within them.
 */
export function histogramOf(model: PriceModel, instrument: Instrument, range: BarRange): HistogramRow[] {
  const sizes = new Map<number, number>();
  for (const bar of barsOf(model, instrument, minute, range)) {
    for (const [raw, size] of shares(bar)) {
      const price = roundToTick(instrument.rule, raw);
      sizes.set(price, (sizes.get(price) ?? 0) + size);
    }
  }
  return [...sizes]
    .filter(([, size]) => size > 0)
    .map(([price, size]) => ({ price, size: Math.round(size * 1e8) / 1e8 }))
    .sort((a, b) => a.price - b.price);
}
