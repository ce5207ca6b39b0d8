import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StreamWindow } from './stream-window.ts';

const whole = (now: number): number => Math.floor(now / 1000) * 1000;

describe('StreamWindow', () => {
  it('hands out every stretch of time once, however often it is looked at and held', () => {
    const aLook = fc.record({ gap: fc.integer({ min: 0, max: 3000 }), held: fc.boolean() });
    fc.assert(
      fc.property(fc.array(aLook), (looks) => {
        const window = new StreamWindow(whole, 0, 1e9);
        let now = 0;
        let reached = 0;
        for (const { gap, held } of looks) {
          now += gap;
          const next = window.next(now, held);
          if (!next) continue;
          expect(next).toEqual({ from: reached, to: whole(now) });
          reached = next.to;
        }
        if (looks.at(-1)?.held === false) expect(reached).toBe(whole(now));
      }),
    );
  });

  it('makes up for no more than the longest backlog', () => {
    const window = new StreamWindow(whole, 0, 5000);
    expect(window.next(60_000, false)).toEqual({ from: 55_000, to: 60_000 });
  });

  it('starts again from a clock that was set back', () => {
    const window = new StreamWindow(whole, 60_000, 1e9);
    expect(window.next(10_000, false)).toBeUndefined();
    expect(window.next(12_000, false)).toEqual({ from: 10_000, to: 12_000 });
  });

  it('does not make up for what was skipped', () => {
    const window = new StreamWindow(whole, 0, 1e9);
    window.skip(10_000);
    expect(window.next(10_000, false)).toBeUndefined();
    expect(window.next(11_000, false)).toEqual({ from: 10_000, to: 11_000 });
  });
});
