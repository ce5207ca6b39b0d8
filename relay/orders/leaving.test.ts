import { describe, expect, it } from 'vitest';
import { mayStillLeave, slept } from './leaving.ts';

const heartbeat = { monotonic: 1_000, wall: 50_000 };
const leave = { monotonic: 3_000, wall: 52_000, heartbeat, apart: 2_000 };

describe('what was decided may still leave', () => {
  it.each<[string, number, number, boolean]>([
    ['at once', 1_000, 50_000, true],
    ['in the last moment of both clocks', 3_000, 52_000, true],
    ['not after the monotonic clock’s', 3_001, 52_000, false],
    ['not after the wall clock’s', 3_000, 52_001, false],
    ['not when the wall clock was put back, and the other one is over', 3_001, 50_001, false],
    ['not when the wall clock ran ahead', 1_001, 52_001, false],
    ['while the clocks are two seconds apart', 2_000, 49_000, true],
    ['not when they are more', 2_000, 48_999, false],
  ])('%s', (_, monotonic, wall, may) => {
    expect(mayStillLeave(leave, { monotonic, wall })).toBe(may);
  });
});

describe('a machine slept', () => {
  it.each<[string, number, number, boolean]>([
    ['not when both clocks went as far', 9_000, 58_000, false],
    ['not when they are as far apart as they may be', 2_000, 53_000, false],
    ['when the wall clock went further', 2_000, 53_001, true],
    ['when somebody put it back', 4_000, 50_999, true],
  ])('%s', (_, monotonic, wall, did) => {
    expect(slept(heartbeat, { monotonic, wall }, 2_000)).toBe(did);
  });
});
