import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HistoryPacing } from './history-pacing.ts';

describe('HistoryPacing', () => {
  it('never lets requests break IB’s rules, and never waits for ever', () => {
    const request = fc.record({
      identity: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
      series: fc.constantFrom('AAPL', 'SPY'),
      weight: fc.constantFrom(1, 2),
    });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 150 }), (requests) => {
        const pacing = new HistoryPacing();
        let now = 1_000_000;
        const log: { at: number; identity: string; series: string; weight: number }[] = [];
        for (const r of requests) {
          const full = { ...r, identity: `${r.series} ${r.identity}` };
          const delay = pacing.delayFor(full, now);
          expect(delay).toBeLessThanOrEqual(600_250);
          now += delay;
          expect(pacing.delayFor(full, now)).toBe(0);
          const since = (ms: number) => log.filter((entry) => now - entry.at < ms);
          expect(since(15_000).some((entry) => entry.identity === full.identity)).toBe(false);
          expect(since(2_000).filter((entry) => entry.series === full.series).length).toBeLessThan(6);
          expect(since(600_000).reduce<number>((sum, entry) => sum + entry.weight, full.weight)).toBeLessThanOrEqual(
            60,
          );
          pacing.reserve(full)(now);
          log.push({ at: now, ...full });
        }
      }),
      { numRuns: 100 },
    );
  });

  it('counts a request that still waits to be sent as sent now', () => {
    const pacing = new HistoryPacing();
    const request = (identity: string) => ({ identity, series: 'AAPL', weight: 1 });
    const sent = ['a', 'b', 'c', 'd', 'e'].map((identity) => pacing.reserve(request(identity)));
    expect(pacing.delayFor(request('f'), 60_000)).toBe(2_250);
    for (const tell of sent) tell(61_000);
    expect(pacing.delayFor(request('f'), 62_000)).toBe(1_250);
    expect(pacing.delayFor(request('f'), 63_250)).toBe(0);
  });

  it('counts from the answer once that is there: it may have arrived long after it was sent', () => {
    const pacing = new HistoryPacing();
    const request = (identity: string) => ({ identity, series: 'AAPL', weight: 1 });
    const [slow, ...others] = ['a', 'b', 'c', 'd', 'e'].map((identity) => pacing.reserve(request(identity)));
    for (const tell of [slow, ...others]) tell?.(60_000);
    expect(pacing.delayFor(request('f'), 60_000)).toBe(2_250);
    for (const tell of others) tell(60_400);
    slow?.(60_900);
    expect(pacing.delayFor(request('f'), 62_000)).toBe(650);
    expect(pacing.delayFor(request('a'), 62_000)).toBe(14_150);
  });

  it('knows how much will fit until later, and what frees itself meanwhile', () => {
    const pacing = new HistoryPacing();
    const request = { identity: 'a', series: 'AAPL', weight: 2 };
    pacing.reserve(request)(100_000);
    pacing.reserve(request)(500_000);
    expect(pacing.roomUntil(650_000, 600_000)).toBe(56);
    expect(pacing.roomUntil(700_250, 600_000)).toBe(58);
    pacing.reserve(request);
    expect(pacing.roomUntil(700_250, 600_000)).toBe(56);
  });
});
