import { expect, test } from 'vitest';
import { campaign, failures } from './campaign.ts';
import { faults } from './faults.ts';

/** As many seeds in a row as there are faults, and more: each fault once, and schedules without. */
const schedules = Math.max(30, faults.length + 2);

/** A minute on two quiet cores; on busy ones its waiting times are the last that may break. */
const mostMs = 900_000;

test(
  `${schedules} schedules of orders over real processes meet every fault, and break no promise`,
  async () => {
    const result = await campaign({
      schedules,
      firstSeed: 1,
      arenas: 4,
      perArena: Infinity,
      resolveWithin: 30_000,
      withinMs: mostMs - 240_000,
    });
    expect(failures(result, { schedules })).toEqual([]);
  },
  mostMs,
);
