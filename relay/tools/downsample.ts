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

/**
 * Merges neighbouring bars so that at most `maxPoints` remain: first open, highest high, lowest low, last close, volume
 * and count summed, the average price weighted by volume. A value that a member lacks is dropped, never guessed.
 * @returns the bars and how many were merged into each (the last may hold fewer)
 */
export function downsample(
  bars: readonly PlainBar[],
  maxPoints: number,
): { bars: readonly PlainBar[]; merged: number } {
  const merged = Math.ceil(bars.length / maxPoints);
  if (merged <= 1) return { bars, merged: 1 };
  const result: PlainBar[] = [];
  for (let index = 0; index < bars.length; index += merged) result.push(merge(bars.slice(index, index + merged)));
  return { bars: result, merged };
}

function merge(group: readonly PlainBar[]): PlainBar {
  const first = group[0] as PlainBar;
  const last = group.at(-1) as PlainBar;
  const volume = sum(group.map((bar) => bar.volume));
  const turnover = sum(
    group.map((bar) => (bar.wap === undefined || bar.volume === undefined ? undefined : bar.wap * bar.volume)),
  );
  return {
    time: first.time,
    open: first.open,
    high: Math.max(...group.map((bar) => bar.high)),
    low: Math.min(...group.map((bar) => bar.low)),
    close: last.close,
    volume,
    wap:
      turnover !== undefined && volume !== undefined && volume > 0 ? Number((turnover / volume).toFixed(8)) : undefined,
    count: sum(group.map((bar) => bar.count)),
  };
}

function sum(values: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const value of values) {
    if (value === undefined) return undefined;
    total += value;
  }
  // Sizes are decimals with few digits; adding binary fractions must not invent more.
  return Number(total.toFixed(8));
}
