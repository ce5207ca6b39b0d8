import { expect, test } from 'vitest';
import { runOneTicket } from './one-ticket.ts';
import { outcomeNames } from './outcomes.ts';

test.each(['single', 'bracket'] as const)(
  'a %s keeps every promise, before whichever effect of the relay it is killed or its power cut',
  (kind) => {
    let runs = 0;
    const broken: string[] = [];
    // What becomes of a bracket whose connection breaks within it, and whose relay is killed then, is not decided.
    const decided = outcomeNames.filter((name) => kind === 'single' || name !== 'the connection breaks after it');
    for (const outcome of decided) {
      const { effects, violations } = runOneTicket(kind, outcome);
      expect(effects).toBeGreaterThan(0);
      broken.push(...violations.map((what) => `${outcome}: ${what}`));
      for (let before = 1; before <= effects; before += 1) {
        for (const how of ['relay killed', 'power cut'] as const) {
          runs += 1;
          const one = runOneTicket(kind, outcome, { before, how });
          broken.push(...one.violations.map((what) => `${outcome}, ${how} before ${before}: ${what}`));
        }
      }
    }
    console.log(`orders: one ${kind}, ${decided.length} outcomes, ${runs} runs with one crash`);
    expect(broken).toEqual([]);
    expect(runs).toBeGreaterThan(150);
  },
  120_000,
);
