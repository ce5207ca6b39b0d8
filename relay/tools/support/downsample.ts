/** One bar. `time` is as shown; absent values are undefined. */
export interface PlainBar {
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number | undefined;
  /** Volume-weighted average price. */
  readonly wap?: number | undefined;
  /** Trades. */
  readonly count?: number | undefined;
}

/** Makes one bar of neighbours, oldest first; `next` is the bar behind them, if any. */
type Merge = (group: readonly PlainBar[], next: PlainBar | undefined) => PlainBar;

/**
 * Merges neighbouring bars so that at most `maxPoints` remain.
 * @param merge `mergeTrades` but for bars of bid and ask
 * @returns the bars and how many were merged into each (the last may hold fewer)
 */
export function downsample(
  bars: readonly PlainBar[],
  maxPoints: number,
  merge: Merge = mergeTrades,
): { bars: readonly PlainBar[]; merged: number } {
  const merged = Math.ceil(bars.length / maxPoints);
  if (merged <= 1) return { bars, merged: 1 };
  const result: PlainBar[] = [];
  for (let index = 0; index < bars.length; index += merged) {
    result.push(merge(bars.slice(index, index + merged), bars[index + merged]));
  }
  return { bars: result, merged };
}

/**
 * First open, highest high, lowest low, last close, volume and count summed, the average price weighted by volume. A
 * value that a member lacks is dropped, never guessed.
 */
export function mergeTrades(group: readonly PlainBar[]): PlainBar {
  const volume = sum(group.map((bar) => bar.volume));
  const turnover = sum(
    group.map((bar) => (bar.wap === undefined || bar.volume === undefined ? undefined : bar.wap * bar.volume)),
  );
  return {
    ...extremes(group),
    open: (group[0] as PlainBar).open,
    close: (group.at(-1) as PlainBar).close,
    volume,
    wap: turnover !== undefined && volume !== undefined && volume > 0 ? rounded(turnover / volume) : undefined,
    count: sum(group.map((bar) => bar.count)),
  };
}

/**
 * Merges bars of bid and ask, whose open is the average bid and whose close is the average ask: averages weighted by time.
 * @param barMs how long a bar lasts, unless the next one begins earlier
 * @param end when the last bar ends at the latest, epoch milliseconds
 */
export function quoteMerger(barMs: number, end: number): Merge {
  return (group, next) => {
    const starts = [...group, ...(next ? [next] : [])].map(({ time }) => Date.parse(time));
    const weights = group.map((_, index) =>
      Math.max(1, Math.min(barMs, (starts[index + 1] ?? end) - (starts[index] ?? 0))),
    );
    const whole = weights.reduce((total, weight) => total + weight, 0);
    const average = (of: (bar: PlainBar) => number): number =>
      rounded(group.reduce((total, bar, index) => total + of(bar) * (weights[index] ?? 0), 0) / whole);
    return { ...extremes(group), open: average(({ open }) => open), close: average(({ close }) => close) };
  };
}

function extremes(group: readonly PlainBar[]): Pick<PlainBar, 'time' | 'high' | 'low'> {
  return {
    time: (group[0] as PlainBar).time,
    high: Math.max(...group.map((bar) => bar.high)),
    low: Math.min(...group.map((bar) => bar.low)),
  };
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    total += value;
  }
  return rounded(total);
}

/** Sizes and prices are decimals with few digits; computing with binary fractions must not invent more. */
function rounded(value: number): number {
  return Number(value.toFixed(8));
}
