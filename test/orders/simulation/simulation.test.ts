import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { type Planted, plantedFaults } from './faults.ts';
import { runSchedule } from './schedule.ts';
import { exchangeSituations, situations } from './situations.ts';
import { foundIn, type Tallied, together } from './tally.ts';

const threads = 2;
const wanted = Number(process.env.ORDER_SCHEDULES ?? 10_000);
const minOfEach = Math.floor(wanted / 1_000);
const minOnExchange = Math.min(20, Math.floor(wanted / 1_000));

function inThread(from: number): Promise<Tallied> {
  const workerData = { from, step: threads, wanted: Math.ceil(wanted / threads) };
  // What a schedule leaves behind is gone after it: with room for many of them little is ever moved.
  const resourceLimits = { maxYoungGenerationSizeMb: 64 };
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), { workerData, resourceLimits });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

describe('everything that decides about orders, in virtual time', () => {
  test(`keeps its promises in ${wanted} schedules, each of which can be run again by its seed`, async () => {
    const all = together(await Promise.all(Array.from({ length: threads }, (_, index) => inThread(index + 1))));
    const days = all.lived / 86_400_000;
    console.log(
      `orders: ${all.counted} schedules (${all.run} run, ${all.repeated} twice), ${(all.effects / all.counted).toFixed(0)} effects each, ` +
        `${days.toFixed(0)} simulated days, ${((days / all.cpuMs) * 60_000).toFixed(0)} a CPU minute; ` +
        `of one trouble that heals ${((all.healing.resolved / all.healing.consumed) * 100).toFixed(2)} % known without a person`,
    );
    const { exchange } = all;
    console.log(
      `orders: ${all.counted - exchange.counted} of them on the small model of a gateway, ${exchange.counted} on the simulator's exchange; ` +
        'the tunnel’s machines in all',
    );
    expect(all.violations).toEqual([]);
    expect(all.counted).toBeGreaterThanOrEqual(wanted);
    const rare = situations.filter((name) => (all.situations[name] ?? 0) < minOfEach);
    expect(rare.map((name) => `${name}: ${all.situations[name] ?? 0}`)).toEqual([]);
    const seldom = exchangeSituations.filter((name) => (exchange.situations[name] ?? 0) < minOnExchange);
    expect(seldom.map((name) => `on the exchange ${name}: ${exchange.situations[name] ?? 0}`)).toEqual([]);
    expect(all.healing.resolved / all.healing.consumed).toBeGreaterThanOrEqual(0.95);
  }, 600_000);

  test('places every order that is within its limits when nothing goes wrong', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const { violations, consumed } = runSchedule(seed, { only: [] });
      expect({ seed, violations }).toEqual({ seed, violations: [] });
      expect(consumed).toBeGreaterThan(0);
    }
  });

  test.each(Object.entries(plantedFaults))(
    'finds the planted fault “%s”',
    (planted, troubles) => {
      expect(foundIn(planted as Planted, troubles, 3_000)).toBeDefined();
    },
    60_000,
  );
});
