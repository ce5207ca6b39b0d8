import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Arena } from './arena.ts';
import { check } from './checker.ts';
import { faults } from './faults.ts';
import type { Violation } from './history.ts';
import { plan } from './plan.ts';
import { type Outcome, run } from './schedule.ts';

/** Many schedules on few sets of processes: each set takes one schedule after the other. */

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
  readonly report?: (outcome: Outcome) => void;
  /** A folder for what is known of each schedule that went wrong. */
  readonly evidence?: string;
}

export interface Campaign {
  readonly outcomes: readonly Outcome[];
  /** Over the whole life of each set of processes. */
  readonly overall: readonly Violation[];
  /** Schedules that waited in vain and were begun once more on other processes, and why. */
  readonly repeated: readonly string[];
  /** What could not be carried out to its end twice, and why. */
  readonly broken: readonly string[];
}

interface Entry {
  readonly seed: number;
  /** It has waited in vain once. */
  readonly again: boolean;
}

interface Work {
  readonly queue: Entry[];
  readonly deadline: number;
  readonly outcomes: Outcome[];
  readonly overall: Violation[];
  readonly repeated: string[];
  readonly broken: string[];
}

const support = resolve(import.meta.dirname, '../support');
/** The product with shorter waiting times. */
const programs = { relayMain: join(support, 'fast-relay.ts'), workerMain: join(support, 'fast-worker.ts') };

/** Sets of processes that did not start, or end, in a row: a machine on which that happens more often proves nothing. */
const mostFailures = 3;

export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const { schedules, firstSeed, arenas, withinMs } = options;
  const queue = Array.from({ length: schedules }, (_, index) => ({ seed: firstSeed + index, again: false }));
  const deadline = Date.now() + withinMs;
  const work: Work = { queue, deadline, outcomes: [], overall: [], repeated: [], broken: [] };
  const lane = async (): Promise<void> => {
    for (let failures = 0; queue.length > 0 && Date.now() < work.deadline && failures < mostFailures; ) {
      try {
        await life(work, options);
        failures = 0;
      } catch (error) {
        failures += 1;
        const text = `a set of processes did not start or end: ${String(error)}`;
        (failures < mostFailures ? work.repeated : work.broken).push(text);
      }
    }
  };
  await Promise.all(Array.from({ length: arenas }, lane));
  return work;
}

/** A schedule whose fault met nothing counts for nothing: another with that fault takes its place, twice at most. */
const anotherTry = 10_000 * (faults.length + 1);

/** One set of processes. What it leaves undecided stays in its history, so late orders are seen. */
async function life(
  { queue, deadline, outcomes, overall, repeated, broken }: Work,
  { perArena, resolveWithin, report, evidence }: CampaignOptions,
): Promise<void> {
  const arena = await started({ approval: 'ticket', ...programs });
  const keep = async (name: string, from: number): Promise<void> => {
    if (evidence === undefined) return;
    const folder = join(evidence, name);
    await mkdir(folder, { recursive: true });
    await arena.keep(folder, from);
  };
  try {
    for (let done = 0; done < perArena && Date.now() < deadline; done += 1) {
      const entry = queue.shift();
      if (entry === undefined) break;
      const { seed } = entry;
      const from = arena.calls.length;
      try {
        const outcome = await run(arena, plan(seed), resolveWithin);
        outcomes.push(outcome);
        report?.(outcome);
        if (outcome.violations.length > 0) await keep(`seed-${seed}`, from);
        if (!outcome.hit && seed < 2 * anotherTry) queue.push({ seed: seed + anotherTry, again: false });
      } catch (error) {
        const { message, cause } = error as Error;
        const text = `seed ${seed} (${plan(seed).fault?.name ?? 'no fault'}) broke off: ${message} ${cause ?? ''}`;
        (entry.again ? broken : repeated).push(text);
        await keep(`broken-${seed}`, from);
        if (!entry.again) queue.push({ seed, again: true });
        // What these processes are in is not known.
        break;
      }
    }
    const found = check(arena.history(0, { faults: ['any'], healedAt: Infinity, resolveWithin, silent: [] }));
    if (found.length > 0) await keep(`life-${outcomes.length}`, 0);
    overall.push(...found);
  } finally {
    await arena.close();
  }
}

let lastStart: Promise<unknown> = Promise.resolve();

/** One after the other: the first need not wait until the last has started. */
function started(options: Parameters<typeof Arena.start>[0]): Promise<Arena> {
  const arena = lastStart.then(() => Arena.start(options));
  lastStart = arena.catch(() => undefined);
  return arena;
}

/** Why a campaign proves nothing, or the opposite of what it should; none when all is well. */
export function failures(
  { outcomes, overall, broken }: Campaign,
  wanted: Pick<CampaignOptions, 'schedules'>,
): string[] {
  const hit = new Set(outcomes.flatMap(({ plan: { fault }, hit: isHit }) => (fault && isHit ? [fault.name] : [])));
  const counted = outcomes.filter(({ hit: isHit }) => isHit).length;
  return [
    ...outcomes.flatMap(({ plan: { seed, fault }, violations }) =>
      violations.map(({ invariant, what }) => `seed ${seed} (${fault?.name ?? 'no fault'}): ${invariant} ${what}`),
    ),
    ...overall.map(({ invariant, what }) => `over all: ${invariant} ${what}`),
    ...broken,
    ...(counted < wanted.schedules ? [`only ${counted} of ${wanted.schedules} schedules met their fault`] : []),
    ...(wanted.schedules > faults.length
      ? faults.filter(({ name }) => !hit.has(name)).map(({ name }) => `${name}: never hit an order on its way`)
      : []),
  ];
}

/** A table of what was met and how it ended. */
export function summary({ outcomes, repeated }: Campaign): string {
  const names = [undefined, ...faults.map(({ name }) => name)];
  const rows = names.map((name) => {
    const own = outcomes.filter(({ plan: { fault } }) => fault?.name === name);
    const hit = own.filter(({ hit: isHit }) => isHit).length;
    const restarts = own.reduce((sum, { afterRestart }) => sum + afterRestart, 0);
    const bad = own.reduce((sum, { violations }) => sum + violations.length, 0);
    return `| ${name ?? 'none'} | ${own.length} | ${hit} | ${told(own.map(({ ambiguous }) => ambiguous))} | ${restarts} | ${bad} |`;
  });
  return [
    ...repeated.map((why) => `repeated: ${why}`),
    `${outcomes.length} schedules, ${repeated.length} begun once more; tickets: ${told(outcomes.map(({ ends }) => ends))}`,
    `told “not known yet” on the way: ${told(outcomes.map(({ ambiguous }) => ambiguous))}`,
    '| Fault | Schedules | Hit | Not known on the way, and how that ended | Known after the gateway was restarted | Violations |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function told(counts: readonly Readonly<Record<string, number>>[]): string {
  const sums = new Map<string, number>();
  for (const each of counts)
    for (const [state, count] of Object.entries(each)) sums.set(state, (sums.get(state) ?? 0) + count);
  return [...sums].map(([state, count]) => `${count} ${state}`).join(', ') || '0';
}
