import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downsample, type PlainBar, quoteMerger } from './downsample.ts';

const bar = fc.record({
  time: fc.string(),
  open: fc.double({ min: 1, max: 100, noNaN: true }),
  high: fc.double({ min: 100, max: 200, noNaN: true }),
  low: fc.double({ min: 0, max: 1, noNaN: true }),
  close: fc.double({ min: 1, max: 100, noNaN: true }),
  volume: fc.integer({ min: 0, max: 1_000_000 }),
  count: fc.integer({ min: 0, max: 1_000 }),
});

describe('downsample', () => {
  it('keeps the open, the extremes, the close and the totals', () => {
    fc.assert(
      fc.property(fc.array(bar, { minLength: 1, maxLength: 200 }), fc.integer({ min: 2, max: 50 }), (bars, max) => {
        const result = downsample(bars, max);
        expect(result.bars.length).toBeLessThanOrEqual(max);
        expect(result.bars.length).toBe(Math.ceil(bars.length / result.merged));
        expect(result.bars[0]?.open).toBe(bars[0]?.open);
        expect(result.bars[0]?.time).toBe(bars[0]?.time);
        expect(result.bars.at(-1)?.close).toBe(bars.at(-1)?.close);
        expect(Math.max(...result.bars.map((b) => b.high))).toBe(Math.max(...bars.map((b) => b.high)));
        expect(Math.min(...result.bars.map((b) => b.low))).toBe(Math.min(...bars.map((b) => b.low)));
        const total = (list: readonly PlainBar[]) => list.reduce((sum, b) => sum + (b.volume ?? 0), 0);
        expect(total(result.bars)).toBe(total(bars));
      }),
    );
  });

  it('weights the average price by volume, and drops it where it cannot be known', () => {
    const at = (wap: number | undefined, volume: number): PlainBar => ({
      time: 't',
      open: 1,
      high: 1,
      low: 1,
      close: 1,
      wap,
      volume,
    });
    expect(downsample([at(10, 1), at(20, 3), at(1, 1), at(1, 1)], 2).bars[0]?.wap).toBe(17.5);
    expect(downsample([at(10, 1), at(undefined, 3), at(1, 1), at(1, 1)], 2).bars[0]?.wap).toBeUndefined();
    expect(downsample([at(10, 0), at(20, 0), at(1, 1), at(1, 1)], 2).bars[0]?.wap).toBeUndefined();
  });

  it('weights the averages of bid and ask by time, and keeps their extremes', () => {
    const at = (time: string, bid: number, ask: number): PlainBar => ({
      time: `2026-11-20T${time}:00-05:00`,
      open: bid,
      high: ask + 1,
      low: bid - 1,
      close: ask,
    });
    const hours = [at('09:30', 10, 20), at('10:00', 40, 80), at('11:00', 50, 60), at('12:00', 60, 70)];
    const end = Date.parse('2026-11-20T12:15:00-05:00');
    expect(downsample(hours, 2, quoteMerger(3_600_000, end))).toEqual({
      merged: 2,
      bars: [
        { time: hours[0]?.time, open: 30, high: 81, low: 9, close: 60 },
        { time: hours[2]?.time, open: 52, high: 71, low: 49, close: 62 },
      ],
    });
  });
});
