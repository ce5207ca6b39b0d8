import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistoryPacing, type PacedRequest } from './history-pacing.ts';

let serial = 0;
const request = (changes: Partial<PacedRequest> = {}): PacedRequest => ({
  identity: `request ${serial++}`,
  series: `series ${serial}`,
  weight: 1,
  ...changes,
});

describe('HistoryPacing', () => {
  it('refuses an identical request for fifteen seconds, refused ones not counting', () => {
    const pacing = new HistoryPacing();
    const same = request();
    expect([0, 5000, 14_999, 15_000].map((now) => pacing.admit(same, now))).toEqual([true, false, false, true]);
  });

  it('refuses the sixth request for one series within two seconds', () => {
    const pacing = new HistoryPacing();
    const admitted = [0, 300, 600, 900, 1200, 1500, 1999, 2000].map((now) =>
      pacing.admit(request({ series: 'AAPL' }), now),
    );
    expect(admitted).toEqual([true, true, true, true, true, false, false, true]);
    expect(pacing.admit(request({ series: 'MSFT' }), 2000)).toBe(true);
  });

  it('refuses the sixty-first request within ten minutes', () => {
    const pacing = new HistoryPacing();
    for (let index = 0; index < 60; index += 1) expect(pacing.admit(request(), index * 1000)).toBe(true);
    expect(pacing.admit(request(), 60_000)).toBe(false);
    expect(pacing.admit(request(), 599_999)).toBe(false);
    expect(pacing.admit(request(), 600_000)).toBe(true);
  });

  it('counts BID_ASK twice', () => {
    const pacing = new HistoryPacing();
    for (let index = 0; index < 30; index += 1) expect(pacing.admit(request({ weight: 2 }), index)).toBe(true);
    expect(pacing.admit(request(), 100)).toBe(false);
  });

  it('forgets what lies in the future of a clock that was set back', () => {
    const pacing = new HistoryPacing();
    const same = request();
    expect(pacing.admit(same, 100_000)).toBe(true);
    expect(pacing.admit(same, 90_000)).toBe(true);
  });

  it('never admits more than the limits allow, whatever comes', () => {
    const anArrival = fc.record({
      gap: fc.integer({ min: 0, max: 4000 }),
      identity: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'),
      series: fc.constantFrom('x', 'y'),
      weight: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(fc.array(anArrival, { maxLength: 150 }), (arrivals) => {
        const pacing = new HistoryPacing();
        let now = 0;
        const admitted: (PacedRequest & { time: number })[] = [];
        for (const { gap, ...arrival } of arrivals) {
          now += gap;
          if (pacing.admit(arrival, now)) admitted.push({ ...arrival, time: now });
        }
        for (const [index, { time, identity, series }] of admitted.entries()) {
          const until = (milliseconds: number) =>
            admitted.slice(0, index + 1).filter((earlier) => time - earlier.time < milliseconds);
          expect(until(15_000).filter((earlier) => earlier.identity === identity)).toHaveLength(1);
          expect(until(2000).filter((earlier) => earlier.series === series).length).toBeLessThan(6);
          expect(until(600_000).reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(60);
        }
      }),
    );
  });
});
