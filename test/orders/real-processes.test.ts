import { expect, test } from 'vitest';
import { campaign, failures } from './campaign.ts';
import { faults } from './faults.ts';

/** As many seeds in a row as there are faults, and more: each fault once, and schedules without. */
const schedules = Math.max(30, faults.length + 2);

/**
 * What is known to happen, rarely and never at IBKR, and is not repaired yet: see "Real processes" in docs/order-safety.md. Few
 * of them are told and not counted, so that a change is not blamed for what it has not done.
 */
const open = [/: S10 \S+ was not_placed, then expired/];
const mostOpen = 4;

/** A minute on two quiet cores; on busy ones its waiting times are the last that may break. */
const mostMs = 900_000;

test(
  `${schedules} schedules of orders over real processes meet every fault, and break no promise but open ones`,
  async () => {
    const result = await campaign({
      schedules,
      firstSeed: 1,
      arenas: 4,
      perArena: Infinity,
      resolveWithin: 30_000,
      withinMs: mostMs - 240_000,
    });
    const all = failures(result, { schedules });
    const known = all.filter((line) => open.some((one) => one.test(line)));
    if (known.length > 0) console.log(`orders: open, as docs/order-safety.md says: ${known.join('; ')}`);
    expect(all.filter((line) => !known.includes(line))).toEqual([]);
    expect(known.length).toBeLessThanOrEqual(mostOpen);
  },
  mostMs,
);
