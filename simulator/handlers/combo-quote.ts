import type { Tick } from '../market/generic-ticks.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import type { DecodedFields } from '../protocol/codec.ts';
import type { World } from '../world/world.ts';
import { quotesOf } from './quote-cache.ts';
import { tickTypes } from './tick-types.ts';

/** One leg of a combination: so many units, bought (1) or sold (−1) when the combination is bought. */
export interface ComboLeg {
  readonly instrument: Instrument;
  readonly ratio: number;
  readonly sign: 1 | -1;
}

/** Reads the legs of a request; undefined when there are none or one of them is not a contract that can be traded. */
export function readLegs({ catalogue, today }: World, rows: readonly DecodedFields[]): ComboLeg[] | undefined {
  const legs: ComboLeg[] = [];
  for (const { values } of rows) {
    const instrument = catalogue.byConId(Number(values.conId), today());
    const ratio = Number(values.ratio);
    if (!instrument || !Number.isInteger(ratio) || ratio <= 0) return undefined;
    legs.push({ instrument, ratio, sign: (values.action ?? '').toUpperCase().startsWith('S') ? -1 : 1 });
  }
  return legs.length > 0 ? legs : undefined;
}

const clean = (price: number): number => Math.round(price * 1e8) / 1e8;

/** What a combination costs and fetches, from its legs; nothing while a leg has no bid or ask. Prices may be negative. */
export function comboTicks(model: PriceModel, legs: readonly ComboLeg[], instant: number): Tick[] {
  const types = tickTypes.live;
  let [bid, ask, close] = [0, 0, 0];
  let [bidSize, askSize] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const { instrument, ratio, sign } of legs) {
    const quote = quotesOf(model).at(instrument, instant);
    if (quote.bid === undefined || quote.ask === undefined) return [];
    const [sold, bought] = sign > 0 ? [quote.bid, quote.ask] : [quote.ask, quote.bid];
    const [soldSize, boughtSize] = sign > 0 ? [quote.bidSize, quote.askSize] : [quote.askSize, quote.bidSize];
    bid += sign * ratio * sold;
    ask += sign * ratio * bought;
    close += sign * ratio * quote.close;
    bidSize = Math.min(bidSize, Math.floor(soldSize / ratio));
    askSize = Math.min(askSize, Math.floor(boughtSize / ratio));
  }
  return [
    { kind: 'price', type: types.bid, value: clean(bid), size: bidSize },
    { kind: 'size', type: types.bidSize, value: bidSize },
    { kind: 'price', type: types.ask, value: clean(ask), size: askSize },
    { kind: 'size', type: types.askSize, value: askSize },
    { kind: 'price', type: types.close, value: clean(close) },
  ];
}
