import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candle, divide, ownIncrements, partAt } from './candle.ts';
import { unit } from './noise.ts';

const price = fc.double({ min: 0.01, max: 10_000, noNaN: true });
const candle: fc.Arbitrary<Candle> = fc
  .record({
    prices: fc.tuple(price, price, price, price),
    volume: fc.nat({ max: 1e9 }),
    trades: fc.nat({ max: 1e6 }),
  })
  .map(({ prices: [a, b, c, d], volume, trades }) => ({
    open: a,
    close: b,
    high: Math.max(a, b, c, d),
    low: Math.min(a, b, c, d),
    volume,
    trades,
  }));

describe('divide', () => {
  it('gives parts that make up the whole again', () => {
    fc.assert(
      fc.property(candle, fc.integer({ min: 1, max: 400 }), fc.integer(), (whole, length, key) => {
        const parts = divide(whole, length, key, ownIncrements(key), (part) => 0.1 + unit(key, part));
        const all = Array.from({ length }, (_, index) => partAt(parts, index));
        expect(all[0]?.open).toBe(whole.open);
        expect(all.at(-1)?.close).toBe(whole.close);
        expect(Math.max(...all.map(({ high }) => high))).toBe(whole.high);
        expect(Math.min(...all.map(({ low }) => low))).toBe(whole.low);
        expect(all.reduce((sum, { volume }) => sum + volume, 0)).toBe(whole.volume);
        expect(all.reduce((sum, { trades }) => sum + trades, 0)).toBe(whole.trades);
        for (const [index, part] of all.entries()) {
          expect(part.low).toBeLessThanOrEqual(Math.min(part.open, part.close));
          expect(part.high).toBeGreaterThanOrEqual(Math.max(part.open, part.close));
          expect(part.volume).toBeGreaterThanOrEqual(0);
          if (index > 0) expect(part.open).toBe(all[index - 1]?.close);
        }
      }),
    );
  });
});
