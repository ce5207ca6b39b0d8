import { type Bar, barsOf } from '../market/bars.ts';
import type { Instrument } from '../market/instruments.ts';
import { hashText, mix, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import type { Quote } from '../market/quotes.ts';
import { moveByTicks, roundToTick } from '../market/rules.ts';
import { quotedSizeOf, quotesOf } from './quote-cache.ts';

/** One print. Times are epoch seconds; the prints of a second come in the order in which they took place. */
export interface TradeTick {
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly exchange: string;
  /** Sale conditions, empty for a regular sale. */
  readonly conditions: string;
  /** True for prints that do not count as trades of the day: only AllLast has them. */
  readonly unreported: boolean;
}

/** A change of the best bid or offer. */
export interface QuoteTick {
  readonly time: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  /** Whether the bid is below the day's low, or the ask above its high. */
  readonly bidPastLow: boolean;
  readonly askPastHigh: boolean;
}

/** A stretch of time, the end exclusive, epoch milliseconds. Whole seconds are looked at. */
export interface TapeRange {
  readonly from: number;
  readonly to: number;
  readonly regularOnly: boolean;
}

const oneSecond = { unit: 'second', count: 1 } as const;
const oddLot = 100;
/** One second in so many has a print that is not reported. */
const unreportedEvery = 16;
const sizeDigits = 1e8;

const clean = (size: number): number => Math.round(size * sizeDigits) / sizeDigits;
const keyOf = (instrument: Instrument, second: number): number => mix(hashText(instrument.localSymbol), second);

/** The prices a second passes through, rounded: its open, its two extremes and its close. */
function turningPoints({ rule }: Instrument, { open, high, low, close }: Bar): [number, number, number, number] {
  const extremes = close >= open ? [low, high] : [high, low];
  return [open, ...extremes, close].map((price) => roundToTick(rule, price)) as [number, number, number, number];
}

/** The price of each of `count` prints. From four prints on, they are open, high, low and close of their second. */
function printPrices(instrument: Instrument, bar: Bar, count: number): number[] {
  const [open, first, second, close] = turningPoints(instrument, bar);
  if (count === 1) return [close];
  if (count === 2) return [open, close];
  if (count === 3) return [open, Math.abs(first - open) > Math.abs(second - close) ? first : second, close];
  const points = [open, first, second, close];
  return Array.from({ length: count }, (_, index) => {
    const position = (index * 3) / (count - 1);
    // The nearest print to a turning point is the turning point itself.
    const nearest = Math.round(position);
    if (index === Math.round((nearest * (count - 1)) / 3)) return points[nearest] as number;
    const left = Math.floor(position);
    const [from, to] = [points[left] as number, points[left + 1] as number];
    return roundToTick(instrument.rule, from + (to - from) * (position - left));
  });
}

/** Divides a second's volume into prints of at least one unit each. */
function printSizes(volume: number, count: number, increment: number, key: number): number[] {
  const smallest = Number.isInteger(volume) ? 1 : increment;
  const weights = Array.from({ length: count }, (_, index) => 0.05 + unit(key, index) ** 3);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const spare = Math.round(volume / smallest) - count;
  let running = 0;
  let given = 0;
  return weights.map((weight, index) => {
    if (index === count - 1) return clean(volume - given);
    running += weight;
    const upTo = clean((index + 1 + Math.floor((spare * running) / total)) * smallest);
    const size = clean(upTo - given);
    given = upTo;
    return size;
  });
}

function venuesOf({ validExchanges, primaryExchange }: Instrument): readonly string[] {
  const venues = validExchanges.filter((exchange) => exchange !== 'SMART');
  return venues.length > 0 ? venues : [primaryExchange];
}

function conditionsOf({ secType, currency }: Instrument, size: number, regular: boolean): string {
  if (secType !== 'STK' || currency !== 'USD') return '';
  return `${regular ? '' : ' T'}${size < oddLot ? ' I' : ''}`.trim();
}

/** How many prints a second has: none without volume, and no print smaller than one unit. */
function printCount({ volume, trades }: Bar, increment: number): number {
  if (volume <= 0) return 0;
  const units = Number.isInteger(volume) ? volume : Math.max(1, Math.round(volume / increment));
  return Math.min(Math.max(1, trades), units);
}

function printsOf(instrument: Instrument, bar: Bar, regular: boolean): TradeTick[] {
  const count = printCount(bar, instrument.sizeIncrement);
  if (count === 0) return [];
  const time = bar.start / 1000;
  const key = keyOf(instrument, time);
  const venues = venuesOf(instrument);
  const sizes = printSizes(bar.volume, count, instrument.sizeIncrement, mix(key, 0x512e));
  const prints = printPrices(instrument, bar, count).map((price, index): TradeTick => {
    const size = sizes[index] as number;
    const exchange = venues[Math.floor(unit(mix(key, 0xe8c4), index) * venues.length)] as string;
    return { time, price, size, exchange, conditions: conditionsOf(instrument, size, regular), unreported: false };
  });
  return prints;
}

/** A late or derivative-priced sale between the real ones, now and then. */
function unreportedOf(instrument: Instrument, prints: readonly TradeTick[]): TradeTick[] {
  const [first] = prints;
  if (!first || instrument.secType !== 'STK') return [];
  const key = mix(keyOf(instrument, first.time), 0x0bad);
  if (unit(key, 0) * unreportedEvery >= 1) return [];
  const size = 1 + Math.floor(99 * unit(key, 1));
  return [{ ...first, size, exchange: 'FINRA', conditions: '4 I', unreported: true }];
}

/**
 * The prints of a stretch of time, oldest first. Those that are reported add up to the volume of the bars of the same
 * seconds, lie within them, and end at their close.
 * @param all with the unreported ones, as AllLast has them
 */
export function tradesIn(model: PriceModel, instrument: Instrument, range: TapeRange, all: boolean): TradeTick[] {
  const schedule = model.schedule(instrument);
  return barsOf(model, instrument, oneSecond, range).flatMap((bar) => {
    const regular = range.regularOnly || schedule.openSegment(bar.start)?.regular === true;
    const prints = printsOf(instrument, bar, regular);
    return all ? [...prints, ...unreportedOf(instrument, prints)] : prints;
  });
}

/**
 * The changes of bid and ask in a stretch of time, oldest first. The last one of a second is the quote of that second.
 * Instruments without a bid have none.
 * @param ignoreSize leaves out changes of size alone
 */
export function quotesIn(
  model: PriceModel,
  instrument: Instrument,
  range: TapeRange,
  ignoreSize: boolean,
): QuoteTick[] {
  const { rule, halfSpreadTicks } = instrument;
  const ticks: QuoteTick[] = [];
  let last: Pick<Quote, 'bid' | 'ask'> = quotesOf(model).at(instrument, range.from - 1000);
  for (const bar of barsOf(model, instrument, oneSecond, range)) {
    const quote = quotesOf(model).at(instrument, bar.start);
    if (quote.bid === undefined || quote.ask === undefined) continue;
    const time = bar.start / 1000;
    const key = mix(keyOf(instrument, time), 0x9407);
    const sized = (index: number): number => clean(quotedSizeOf(instrument) * (1 + Math.floor(12 * unit(key, index))));
    const passed = turningPoints(instrument, bar)
      .slice(0, 3)
      .map((price, index) => ({
        time,
        bid: moveByTicks(rule, price, -halfSpreadTicks),
        ask: moveByTicks(rule, price, halfSpreadTicks),
        bidSize: sized(2 * index),
        askSize: sized(2 * index + 1),
      }));
    const { bid, ask, bidSize, askSize } = quote;
    for (const tick of [...passed, { time, bid, ask, bidSize, askSize }]) {
      const samePrices = last.bid === tick.bid && last.ask === tick.ask;
      const final = tick.bidSize === bidSize && tick.askSize === askSize;
      if (samePrices && (ignoreSize || !final)) continue;
      last = tick;
      ticks.push({ ...tick, bidPastLow: tick.bid < quote.low, askPastHigh: tick.ask > quote.high });
    }
  }
  return ticks;
}

/** Half way between bid and ask, without binary dust. */
export function midpointOf({ bid, ask }: Pick<QuoteTick, 'bid' | 'ask'>): number {
  return clean((bid + ask) / 2);
}
