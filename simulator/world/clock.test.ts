import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClockSettings, fastest, WorldClock } from './clock.ts';

/** A clock over a time that moves only when told to. */
function handClock(start = 1_000_000): { clock: WorldClock; pass: (milliseconds: number) => void } {
  let time = start;
  const clock = new WorldClock(
    () => time,
    () => time,
  );
  return {
    clock,
    pass: (milliseconds) => {
      time += milliseconds;
    },
  };
}

describe('a world clock', () => {
  it('follows its source, then runs faster, stands still and goes on from there', () => {
    const { clock, pass } = handClock();
    pass(500);
    expect(clock.now()).toBe(1_000_500);
    clock.set({ speed: 3600 });
    pass(1000);
    expect(clock.now()).toBe(4_600_500);
    clock.set({ frozen: true });
    pass(1000);
    expect(clock.state).toEqual({ now: 4_600_500, speed: 3600, frozen: true });
    clock.advance(10);
    clock.set({ frozen: false, speed: 1 });
    pass(5);
    expect(clock.now()).toBe(4_600_515);
  });

  it('can be set to any instant, while intervals never go back', () => {
    const { clock, pass } = handClock();
    clock.set({ at: 5 });
    expect([clock.now(), clock.elapsed()]).toEqual([5, 0]);
    pass(7);
    clock.set({ at: 100 });
    expect([clock.now(), clock.elapsed()]).toEqual([100, 95]);
  });

  it.each([[{ speed: 0 }], [{ speed: -1 }], [{ speed: fastest + 1 }], [{ at: Number.NaN }]])(
    'refuses %o and stays as it was',
    (settings: ClockSettings) => {
      const { clock } = handClock();
      expect(() => clock.set(settings)).toThrow(RangeError);
      expect(clock.state).toEqual({ now: 1_000_000, speed: 1, frozen: false });
    },
  );

  it('refuses to advance backwards', () => {
    expect(() => handClock().clock.advance(-1)).toThrow(RangeError);
  });

  it('never goes back unless it is set back, and intervals never do', () => {
    const step = fc.oneof(
      fc.record({ pass: fc.nat(10_000) }),
      fc.record({ advance: fc.nat(10_000) }),
      fc.record({ set: fc.record({ speed: fc.double({ min: 0.1, max: 1000, noNaN: true }), frozen: fc.boolean() }) }),
      fc.record({ at: fc.integer({ min: -10_000, max: 10_000 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, pass } = handClock();
        for (const action of steps) {
          const before = { now: clock.now(), elapsed: clock.elapsed() };
          if ('pass' in action) pass(action.pass);
          else if ('advance' in action) clock.advance(action.advance);
          else if ('set' in action) clock.set(action.set);
          else clock.set({ at: before.now + action.at });
          expect(clock.elapsed()).toBeGreaterThanOrEqual(before.elapsed);
          if (!('at' in action)) expect(clock.now()).toBeGreaterThanOrEqual(before.now);
        }
      }),
    );
  });
});
