import type { Instrument } from './instruments.ts';
import { type Minutes, minuteMs, type PriceModel, type TradedDay } from './prices.ts';
import { dayMs, dayOf } from './zone.ts';

/** A bar before rounding. Times are epoch milliseconds. */
export interface Bar {
  /** When the bar begins. */
  readonly start: number;
  /** The trading day it belongs to, the last one for longer bars: yyyymmdd. */
  readonly day: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** Volume-weighted average price; for bars made of whole days the mean of open, high, low and close. */
  readonly wap: number;
  readonly trades: number;
}

export type BarSize =
  | { readonly unit: 'second'; readonly count: number }
  | { readonly unit: 'minute'; readonly count: number }
  | { readonly unit: 'day' | 'week' | 'month'; readonly count: 1 };

export interface BarRange {
  /** Epoch milliseconds, the end exclusive. Nothing at or after `to` is looked at. */
  readonly from: number;
  readonly to: number;
  readonly regularOnly: boolean;
}

/** What the minutes of a block have come to by the end of each. */
interface RunningTotals {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly volume: Float64Array;
  readonly trades: Float64Array;
  readonly turnover: Float64Array;
  readonly typical: Float64Array;
}

/** A day in progress is looked at every second: only its last minute is added up anew. */
const knownTotals = new WeakMap<Minutes, RunningTotals>();

function totalsOf(minutes: Minutes): RunningTotals {
  const known = knownTotals.get(minutes);
  if (known) return known;
  const computed = computeTotals(minutes);
  knownTotals.set(minutes, computed);
  return computed;
}

function computeTotals({ parts }: Minutes): RunningTotals {
  const { length } = parts;
  const column = (): Float64Array => new Float64Array(length);
  const [high, low, volume, trades, turnover, typical] = [column(), column(), column(), column(), column(), column()];
  let [highest, lowest, units, count, value, prices] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0, 0, 0];
  for (let i = 0; i < length; i += 1) {
    const [top, bottom] = [parts.high[i] as number, parts.low[i] as number];
    const mean = ((parts.open[i] as number) + top + bottom + (parts.close[i] as number)) / 4;
    high[i] = highest = Math.max(highest, top);
    low[i] = lowest = Math.min(lowest, bottom);
    volume[i] = units += parts.volume[i] as number;
    trades[i] = count += parts.trades[i] as number;
    turnover[i] = value += mean * (parts.volume[i] as number);
    typical[i] = prices += mean;
  }
  return { high, low, volume, trades, turnover, typical };
}

/** Adds prices and activity in time order. */
class BarBuilder {
  readonly #start: number;
  #day: string;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;
  #trades = 0;
  #turnover = 0;
  #typical = 0;
  #additions = 0;

  constructor(start: number, day: string) {
    this.#start = start;
    this.#day = day;
  }

  /** Names the last trading day the bar reaches into. */
  extendTo(day: string): this {
    this.#day = day;
    return this;
  }

  add(open: number, high: number, low: number, close: number, volume: number, trades: number): void {
    if (this.#additions === 0) {
      this.#open = open;
      this.#high = high;
      this.#low = low;
    }
    this.#high = Math.max(this.#high, high);
    this.#low = Math.min(this.#low, low);
    this.#close = close;
    this.#volume += volume;
    this.#trades += trades;
    const typical = (open + high + low + close) / 4;
    this.#turnover += typical * volume;
    this.#typical += typical;
    this.#additions += 1;
  }

  /** Adds the first minutes of a block at once. */
  addRun(minutes: Minutes, totals: RunningTotals, count: number): void {
    const last = count - 1;
    const high = totals.high[last] as number;
    const low = totals.low[last] as number;
    if (this.#additions === 0) {
      this.#open = minutes.parts.open[0] as number;
      this.#high = high;
      this.#low = low;
    }
    this.#high = Math.max(this.#high, high);
    this.#low = Math.min(this.#low, low);
    this.#close = minutes.parts.close[last] as number;
    this.#volume += totals.volume[last] as number;
    this.#trades += totals.trades[last] as number;
    this.#turnover += totals.turnover[last] as number;
    this.#typical += totals.typical[last] as number;
    this.#additions += count;
  }

  get empty(): boolean {
    return this.#additions === 0;
  }

  build(): Bar {
    return {
      start: this.#start,
      day: this.#day,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: this.#close,
      volume: this.#volume,
      trades: this.#trades,
      wap: this.#volume > 0 ? this.#turnover / this.#volume : this.#typical / this.#additions,
    };
  }
}

/** Starts a new bar whenever the bucket changes, and hands out the finished ones. */
class Aggregator {
  readonly bars: Bar[] = [];
  #bucket: number | string | undefined;
  #current: BarBuilder | undefined;

  into(bucket: number | string, start: number, day: string): BarBuilder {
    if (this.#current === undefined || bucket !== this.#bucket) {
      this.flush();
      this.#bucket = bucket;
      this.#current = new BarBuilder(start, day);
    }
    return this.#current.extendTo(day);
  }

  flush(): void {
    if (this.#current && !this.#current.empty) this.bars.push(this.#current.build());
    this.#current = undefined;
  }
}

function addSeconds(builder: BarBuilder, minutes: Minutes, index: number, from: number, to: number): void {
  const { open, high, low, close, volume, trades } = minutes.seconds(index);
  for (let second = from; second < to; second += 1) {
    builder.add(
      open[second] as number,
      high[second] as number,
      low[second] as number,
      close[second] as number,
      volume[second] as number,
      trades[second] as number,
    );
  }
}

/** Adds one minute as far as it lies before `to`. */
function addMinute(builder: BarBuilder, minutes: Minutes, index: number, to: number): void {
  const start = minutes.starts[index] as number;
  if (start + minuteMs > to) {
    addSeconds(builder, minutes, index, 0, Math.ceil((to - start) / 1000));
    return;
  }
  const { open, high, low, close, volume, trades } = minutes.parts;
  builder.add(
    open[index] as number,
    high[index] as number,
    low[index] as number,
    close[index] as number,
    volume[index] as number,
    trades[index] as number,
  );
}

/** Bars of an instrument within a range, oldest first, aligned to exchange time; only stretches with trading appear. */
export function barsOf(model: PriceModel, instrument: Instrument, size: BarSize, range: BarRange): Bar[] {
  const schedule = model.schedule(instrument);
  const aggregator = new Aggregator();
  const lastDay = schedule.zone.day(range.to) + 1;
  for (let day = schedule.zone.day(range.from); day <= lastDay; day += 1) {
    const tradingDay = schedule.tradingDay(day);
    if (!tradingDay) continue;
    const traded = model.day(instrument, tradingDay);
    if (size.unit === 'second' || size.unit === 'minute')
      addIntraday(model, instrument, traded, size, range, aggregator);
    else addDay(model, instrument, traded, bucketOfDay(size.unit, day), range, aggregator);
  }
  aggregator.flush();
  return aggregator.bars;
}

/** How many minutes of a block begin before an instant. */
export function minutesBefore({ starts }: Minutes, instant: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bucketOfDay(unit: 'day' | 'week' | 'month', day: number): number | string {
  if (unit === 'day') return day;
  // Day 0 was a Thursday: shifting by three makes weeks begin on Monday.
  return unit === 'week' ? Math.floor((day + 3) / 7) : dayOf(day).slice(0, 6);
}

function addDay(
  model: PriceModel,
  instrument: Instrument,
  traded: TradedDay,
  bucket: number | string,
  range: BarRange,
  aggregator: Aggregator,
): void {
  const { tradingDay, blocks } = traded;
  const visible = blocks.filter(({ regular }) => regular || !range.regularOnly);
  const start = visible[0]?.segments[0]?.start ?? 0;
  if (start < range.from) return;
  for (const block of visible) {
    if ((block.segments[0]?.start ?? 0) >= range.to) continue;
    const builder = aggregator.into(bucket, start, dayOf(tradingDay.day));
    if ((block.segments.at(-1)?.end ?? 0) <= range.to) {
      const { open, high, low, close, volume, trades } = block.whole;
      builder.add(open, high, low, close, volume, trades);
      continue;
    }
    const minutes = model.minutes(instrument, traded, block);
    const complete = minutesBefore(minutes, range.to - minuteMs + 1);
    if (complete > 0) builder.addRun(minutes, totalsOf(minutes), complete);
    if (complete < minutesBefore(minutes, range.to)) addMinute(builder, minutes, complete, range.to);
  }
}

function addIntraday(
  model: PriceModel,
  instrument: Instrument,
  traded: TradedDay,
  size: { unit: 'second' | 'minute'; count: number },
  range: BarRange,
  aggregator: Aggregator,
): void {
  const { offset, day } = traded.tradingDay;
  const milliseconds = size.count * (size.unit === 'minute' ? minuteMs : 1000);
  const bucketOf = (instant: number): number => {
    const local = instant + offset;
    const midnight = Math.floor(local / dayMs) * dayMs;
    return midnight + Math.floor((local - midnight) / milliseconds) * milliseconds - offset;
  };
  const name = dayOf(day);
  for (const block of traded.blocks) {
    if (range.regularOnly && !block.regular) continue;
    const { start = 0 } = block.segments[0] ?? {};
    if (start >= range.to || (block.segments.at(-1)?.end ?? 0) <= range.from) continue;
    const minutes = model.minutes(instrument, traded, block);
    for (let index = 0; index < minutes.starts.length; index += 1) {
      const minute = minutes.starts[index] as number;
      if (minute >= range.to) break;
      if (minute + minuteMs <= range.from) continue;
      if (size.unit === 'minute') {
        if (minute < range.from) continue;
        addMinute(aggregator.into(bucketOf(minute), minute, name), minutes, index, range.to);
        continue;
      }
      for (let second = 0; second < 60; second += 1) {
        const instant = minute + second * 1000;
        if (instant < range.from || instant >= range.to) continue;
        addSeconds(aggregator.into(bucketOf(instant), instant, name), minutes, index, second, second + 1);
      }
    }
  }
}
