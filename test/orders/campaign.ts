import { startWorker, type TestWorker } from '../support/worker.ts';
import { Arena } from './arena.ts';
import { check } from './checker.ts';
import type { Violation } from './history.ts';
import { type Outcome, plan, run } from './schedule.ts';

/** Many schedules on few sets of processes: they share one Worker, and each set takes one schedule after the other. */

export interface CampaignOptions {
  readonly schedules: number;
  readonly firstSeed: number;
  /** Sets of processes at the same time, and after how many schedules a set is replaced. */
  readonly arenas: number;
  readonly perArena: number;
  /** By when after healing outcomes must be known, milliseconds. */
  readonly resolveWithin: number;
  /** No further schedule begins after so many milliseconds. */
  readonly withinMs: number;
  /** The relay's program; default: the product's. */
  readonly main?: string;
  readonly report?: (outcome: Outcome) => void;
}

export interface Campaign {
  readonly outcomes: readonly Outcome[];
  /** Over the whole life of each set of processes. */
  readonly overall: readonly Violation[];
}

export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const worker = await startWorker();
  const seeds = Array.from({ length: options.schedules }, (_, index) => options.firstSeed + index);
  const deadline = Date.now() + options.withinMs;
  const outcomes: Outcome[] = [];
  const overall: Violation[] = [];
  try {
    const work = async (): Promise<void> => {
      while (seeds.length > 0 && Date.now() < deadline) {
        const own = seeds.splice(0, options.perArena);
        overall.push(...(await life(worker, own, deadline, options, outcomes)));
      }
    };
    await Promise.all(Array.from({ length: options.arenas }, work));
  } finally {
    await worker.close();
  }
  return { outcomes, overall };
}

/** One set of processes. What it leaves undecided stays in its history, so late orders are seen. */
async function life(
  worker: TestWorker,
  seeds: readonly number[],
  deadline: number,
  { main, resolveWithin, report }: CampaignOptions,
  outcomes: Outcome[],
): Promise<Violation[]> {
  const arena = await Arena.start({ worker, approval: 'ticket', ...(main === undefined ? {} : { main }) });
  try {
    for (const [index, seed] of seeds.entries()) {
      if (Date.now() > deadline) break;
      const outcome = await run(arena, plan(seed, index), resolveWithin);
      outcomes.push(outcome);
      report?.(outcome);
    }
    const history = arena.history(0, { faults: ['any'], healedAt: Infinity, resolveWithin, silent: [] });
    return check(history);
  } finally {
    await arena.close();
  }
}

/** A table of what was met and how it ended. */
export function summary({ outcomes, overall }: Campaign): string {
  const byFault = new Map<string, { schedules: number; ambiguous: number; open: number; bad: number }>();
  for (const { plan: drawn, ambiguous, open, violations } of outcomes) {
    const name = drawn.fault ?? 'none';
    const row = byFault.get(name) ?? { schedules: 0, ambiguous: 0, open: 0, bad: 0 };
    row.schedules += 1;
    row.ambiguous += ambiguous > 0 ? 1 : 0;
    row.open += open;
    row.bad += violations.length;
    byFault.set(name, row);
  }
  const ends = new Map<string, number>();
  for (const outcome of outcomes)
    for (const [state, count] of Object.entries(outcome.ends)) ends.set(state, (ends.get(state) ?? 0) + count);
  return [
    `${outcomes.length} schedules, ${[...ends.values()].reduce((sum, count) => sum + count, 0)} tickets: ${[...ends].map(([state, count]) => `${count} ${state}`).join(', ')}`,
    '| Fault | Schedules | With an answer that was not yet known | Tickets left undecided | Violations |',
    '|---|---|---|---|---|',
    ...[...byFault].map(
      ([fault, { schedules, ambiguous, open, bad }]) => `| ${fault} | ${schedules} | ${ambiguous} | ${open} | ${bad} |`,
    ),
    ...outcomes.flatMap(({ plan: drawn, violations }) =>
      violations.map(({ invariant, what }) => `seed ${drawn.seed} (${drawn.fault}): ${invariant} ${what}`),
    ),
    ...overall.map(({ invariant, what }) => `over all: ${invariant} ${what}`),
  ].join('\n');
}
