/**
 * Random schedules of orders and faults over real processes, judged by the checker: `npm run prove:orders`. Ends with 1 when
 * an invariant was broken. `-- COUNT FIRST_SEED` repeats some of them.
 */
import { resolve } from 'node:path';
import { campaign, summary } from './campaign.ts';

const [count = '520', firstSeed = '1'] = process.argv.slice(2);
const start = Date.now();
const result = await campaign({
  schedules: Number(count),
  firstSeed: Number(firstSeed),
  arenas: 4,
  perArena: 15,
  resolveWithin: 15_000,
  withinMs: 58 * 60_000,
  main: resolve(import.meta.dirname, '../support/fast-relay.ts'),
  report: ({ plan, ends, violations }) => {
    const words = Object.entries(ends).map(([state, tickets]) => `${tickets} ${state}`);
    console.log(`${plan.seed} ${plan.fault ?? 'no fault'}: ${words.join(', ')}${violations.length ? ' VIOLATED' : ''}`);
    for (const { invariant, what } of violations) console.log(`  ${invariant} ${what}`);
  },
});
console.log(summary(result));
console.log(`${Math.round((Date.now() - start) / 1_000)} s`);
if (result.overall.length > 0 || result.outcomes.some(({ violations }) => violations.length > 0)) process.exitCode = 1;
