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
  /** The relay's program; default: the product's. */
  readonly main?: string;
  readonly report?: (outcome: Outcome) => void;
}

export interface Campaign {
  readonly outcomes: readonly Outcome[];
  /** Over the whole life of each set of processes. */
  readonly overall: readonly Violation[];
  /** Schedules that could not be carried out to their end, and why. */
  readonly broken: readonly string[];
}

export async function campaign(options: CampaignOptions): Promise<Campaign> {
  const { schedules, firstSeed, arenas, withinMs } = options;
  const queue = Array.from({ length: schedules }, (_, index) => firstSeed + index);
  const deadline = Date.now() + withinMs;
  const outcomes: Outcome[] = [];
  const overall: Violation[] = [];
  const broken: string[] = [];
  const work = async (): Promise<void> => {
    while (queue.length > 0 && Date.now() < deadline) {
      const found = await life({ queue, deadline, outcomes, broken }, options).catch((error: unknown) => {
        broken.push(`a set of processes broke: ${String(error)}`);
        return [];
      });
      overall.push(...found);
    }
  };
  await Promise.all(Array.from({ length: arenas }, work));
  return { outcomes, overall, broken };
}

interface Work {
  readonly queue: number[];
  readonly deadline: number;
  readonly outcomes: Outcome[];
  readonly broken: string[];
}

/** A schedule whose fault met nothing counts for nothing: another with that fault takes its place, twice at most. */
const anotherTry = 10_000 * (faults.length + 1);

/** One set of processes. What it leaves undecided stays in its history, so late orders are seen. */
async function life(
  { queue, deadline, outcomes, broken }: Work,
  { main, perArena, resolveWithin, report }: CampaignOptions,
): Promise<Violation[]> {
  const arena = await started({ approval: 'ticket', ...(main === undefined ? {} : { main }) });
  try {
    for (let done = 0; done < perArena && Date.now() < deadline; done += 1) {
      const seed = queue.shift();
      if (seed === undefined) break;
      const outcome = await run(arena, plan(seed), resolveWithin).catch((error: unknown) => {
        const { message, cause } = error as Error;
        broken.push(`seed ${seed} (${plan(seed).fault?.name}) broke off: ${message} ${cause ?? ''}`);
      });
      // What these processes are in is not known.
      if (!outcome) break;
      outcomes.push(outcome);
      report?.(outcome);
      if (!outcome.hit && seed < 2 * anotherTry) queue.push(seed + anotherTry);
    }
    return check(arena.history(0, { faults: ['any'], healedAt: Infinity, resolveWithin, silent: [] }));
  } finally {
    await arena.close().catch((error: unknown) => broken.push(`a set of processes did not end: ${String(error)}`));
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
    ...outcomes
      .filter(({ submitted }) => submitted === 0)
      .map(({ plan: { seed } }) => `seed ${seed} submitted nothing`),
    ...(counted < wanted.schedules ? [`only ${counted} of ${wanted.schedules} schedules met their fault`] : []),
    ...(wanted.schedules > faults.length
      ? faults.filter(({ name }) => !hit.has(name)).map(({ name }) => `${name}: never hit an order on its way`)
      : []),
  ];
}

/** A table of what was met and how it ended. */
export function summary({ outcomes }: Campaign): string {
  const names = [undefined, ...faults.map(({ name }) => name)];
  const rows = names.map((name) => {
    const own = outcomes.filter(({ plan: { fault } }) => fault?.name === name);
    const hit = own.filter(({ hit: isHit }) => isHit).length;
    const restarts = own.reduce((sum, { afterRestart }) => sum + afterRestart, 0);
    const bad = own.reduce((sum, { violations }) => sum + violations.length, 0);
    return `| ${name ?? 'none'} | ${own.length} | ${hit} | ${told(own.map(({ ambiguous }) => ambiguous))} | ${restarts} | ${bad} |`;
  });
  return [
    `${outcomes.length} schedules; tickets: ${told(outcomes.map(({ ends }) => ends))}`,
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
