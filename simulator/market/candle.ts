import { mix, signed, unit } from './noise.ts';

/** Prices and activity of a stretch of time, before rounding to ticks. */
export interface Candle {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** Whole units traded. */
  readonly volume: number;
  /** Number of trades. */
  readonly trades: number;
}

/** The equal parts of a candle, column-wise because there are many. */
export interface Parts {
  readonly length: number;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly trades: Float64Array;
}

/** Random increments for the path inside a candle, one per part, roughly in [−1, 1]. */
export type Increments = (part: number) => number;
/** Relative activity of each part. */
export type Activity = (part: number) => number;

/**
 * Divides a candle into `length` parts such that putting the parts together gives the candle back exactly: the first opens
 * at its open, the last closes at its close, the highest high and the lowest low are its own, volumes and trades add up.
 */
export function divide(whole: Candle, length: number, key: number, increments: Increments, activity: Activity): Parts {
  const path = walkWithin(whole, length, increments);
  const high = new Float64Array(length);
  const low = new Float64Array(length);
  const reach = (whole.high - whole.low) / Math.sqrt(length) / 3;
  let highest = 0;
  let lowest = 0;
  for (let i = 0; i < length; i += 1) {
    const from = path[i] as number;
    const to = path[i + 1] as number;
    high[i] = Math.min(whole.high, Math.max(from, to) + reach * unit(key, 2 * i));
    low[i] = Math.max(whole.low, Math.min(from, to) - reach * unit(key, 2 * i + 1));
    if ((high[i] as number) > (high[highest] as number)) highest = i;
    if ((low[i] as number) < (low[lowest] as number)) lowest = i;
  }
  high[highest] = whole.high;
  low[lowest] = whole.low;
  return {
    length,
    open: path.subarray(0, length),
    close: path.subarray(1),
    high,
    low,
    volume: apportion(whole.volume, length, activity),
    trades: apportion(whole.trades, length, activity),
  };
}

/** A path of `length` + 1 points from open to close that spans the candle's range. */
function walkWithin({ open, high, low, close }: Candle, length: number, increments: Increments): Float64Array {
  const path = new Float64Array(length + 1);
  let sum = 0;
  for (let i = 1; i <= length; i += 1) {
    sum += increments(i - 1);
    path[i] = sum;
  }
  const scale = (high - low) / Math.sqrt(length);
  const top = Math.max(open, close);
  const bottom = Math.min(open, close);
  let peak = top;
  let trough = bottom;
  for (let i = 0; i <= length; i += 1) {
    const bridged = open + ((close - open) * i) / length + scale * ((path[i] as number) - (sum * i) / length);
    path[i] = bridged;
    peak = Math.max(peak, bridged);
    trough = Math.min(trough, bridged);
  }
  for (let i = 0; i <= length; i += 1) {
    const value = path[i] as number;
    if (value > top) path[i] = Math.min(high, top + ((value - top) * (high - top)) / (peak - top));
    else if (value < bottom) path[i] = Math.max(low, bottom - ((bottom - value) * (bottom - low)) / (bottom - trough));
  }
  path[0] = open;
  path[length] = close;
  return path;
}

/** Whole numbers in proportion to their weights that add up to the whole. */
function apportion(whole: number, length: number, weight: Activity): Float64Array {
  const parts = new Float64Array(length);
  let total = 0;
  for (let i = 0; i < length; i += 1) total += parts[i] = weight(i);
  let running = 0;
  let given = 0;
  for (let i = 0; i < length; i += 1) {
    running += parts[i] as number;
    const upTo = i === length - 1 ? whole : Math.floor((whole * running) / total);
    parts[i] = upTo - given;
    given = upTo;
  }
  return parts;
}

/** Independent increments from a key alone. */
export function ownIncrements(key: number): Increments {
  const increments = mix(key, 0x51ed);
  return (part) => signed(increments, part);
}

export function partAt(parts: Parts, index: number): Candle {
  return {
    open: parts.open[index] as number,
    high: parts.high[index] as number,
    low: parts.low[index] as number,
    close: parts.close[index] as number,
    volume: parts.volume[index] as number,
    trades: parts.trades[index] as number,
  };
}
