import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { campaign, failures } from './campaign.ts';
import { faults } from './faults.ts';

/** As many seeds in a row as there are faults, and one more: each fault once, and one schedule without. */
const schedules = Math.max(30, faults.length + 1);

/** A minute on two quiet cores; on busy ones its waiting times are the last that may break. */
const mostMs = 540_000;

test(
  `${schedules} schedules of orders over real processes meet every fault, and break no promise`,
  async () => {
    const result = await campaign({
      schedules,
      firstSeed: 1,
      arenas: 5,
      perArena: Infinity,
      resolveWithin: 15_000,
      withinMs: mostMs - 60_000,
      main: resolve(import.meta.dirname, '../support/fast-relay.ts'),
    });
    expect(failures(result, { schedules })).toEqual([]);
  },
  mostMs,
);
