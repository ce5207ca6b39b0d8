import { beforeEach, expect, it } from 'vitest';
import { MarketClock } from './market-clock.ts';

const hour = 3_600_000;

let wall: number;
let monotonic: number;
let clock: MarketClock;

beforeEach(() => {
  wall = 1_000_000;
  monotonic = 50;
  clock = new MarketClock(
    () => wall,
    () => monotonic,
  );
});

const pass = (ms: number) => {
  wall += ms;
  monotonic += ms;
};

it('is the machine’s clock, also when that is put right, until the gateway has told its time', () => {
  pass(300);
  expect(clock.now()).toBe(1_000_300);
  wall += hour;
  expect(clock.now()).toBe(1_000_300 + hour);
});

it('is the gateway’s clock where the two differ, and goes on', () => {
  clock.set(2_000);
  pass(250);
  expect(clock.now()).toBe(2_000_750);
});

it('is the finer clock of the machine where the two agree to the second', () => {
  pass(700);
  clock.set(1_000);
  expect(clock.now()).toBe(1_000_700);
});

it('goes on without a jump where the gateway says the same to the second', () => {
  clock.set(2_000);
  pass(1_900);
  clock.set(2_001);
  expect(clock.now()).toBe(2_002_400);
  pass(60_000);
  clock.set(2_070);
  expect(clock.now()).toBe(2_070_500);
});

it.each([24 * hour, -24 * hour])('does not notice when the machine’s clock is set by %i ms', (step) => {
  clock.set(1_000);
  wall += step;
  pass(1_000);
  expect(clock.now()).toBe(1_001_000);
  clock.set(1_001);
  expect(clock.now()).toBe(1_001_000);
});

it('knows the zone of the gateway’s clock by its greeting, however late its time is told', () => {
  expect(clock.zone()).toBeUndefined();
  clock.greet('19700101 08:16:40 CST');
  expect(clock.zone()).toBe('Asia/Shanghai');
  pass(3 * hour);
  expect(clock.zone()).toBe('Asia/Shanghai');
  clock.set(14 * 3_600 + 1_000 + 3 * 3_600);
  expect(clock.zone()).toBe('America/Chicago');
});
