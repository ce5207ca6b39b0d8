/**
 * Random schedules of orders and faults over real processes, judged by the checker: `npm run prove:orders`. Ends with 1 when
 * an invariant was broken, or when the run proves nothing. `-- COUNT FIRST_SEED` repeats some of them;
 * sets of processes at the same time, and minutes, come after that.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { campaign, failures, summary } from './campaign.ts';
import { impossibleHere } from './faults-machine.ts';

const [count = '520', firstSeed = '1', arenas = '6', minutes = '58'] = process.argv.slice(2);
const start = Date.now();
const schedules = Number(count);
const result = await campaign({
  schedules,
  firstSeed: Number(firstSeed),
  arenas: Number(arenas),
  perArena: 20,
  resolveWithin: 30_000,
  withinMs: Number(minutes) * 60_000,
  evidence: join(tmpdir(), `prove-orders-${process.pid}`),
  report: ({ plan: { seed, fault }, ends, hit, violations, ms }) => {
    const words = Object.entries(ends).map(([state, tickets]) => `${tickets} ${state}`);
    const bad = violations.map(({ invariant, what }) => `\n  VIOLATED ${invariant} ${what}`);
    console.log(
      `${seed} ${fault?.name ?? 'no fault'}${hit ? '' : ' (missed)'}: ${words.join(', ')}, ${ms} ms${bad.join('')}`,
    );
  },
});
console.log(summary(result));
for (const each of impossibleHere) console.log(`not possible here: ${each}`);
const wrong = failures(result, { schedules });
for (const each of wrong) console.log(each);
console.log(
  `${Math.round((Date.now() - start) / 1_000)} s, ${wrong.length === 0 ? 'nothing wrong' : `${wrong.length} wrong`}`,
);
process.exit(wrong.length === 0 ? 0 : 1);
