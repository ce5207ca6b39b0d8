import type { Planted } from './faults.ts';
import { runSchedule, type ScheduleResult } from './schedule.ts';

const minEffects = 30;
const minTickets = 2;
/** Every so many schedules one is run twice. */
const repeatEvery = 500;

/** What many schedules came to. */
export interface Tallied {
  /** Schedules with enough happening in them: at least 30 effects, two tickets and one trouble. */
  readonly counted: number;
  readonly run: number;
  readonly violations: readonly string[];
  /** In how many schedules each situation came up. */
  readonly situations: Readonly<Record<string, number>>;
  /** Those of them that ran on the simulator's exchange. */
  readonly exchange: { readonly counted: number; readonly situations: Readonly<Record<string, number>> };
  /** Schedules with one trouble that heals by itself: tickets that were consumed, and those known without a person. */
  readonly healing: { readonly consumed: number; readonly resolved: number };
  readonly effects: number;
  /** Simulated milliseconds. */
  readonly lived: number;
  readonly repeated: number;
  readonly cpuMs: number;
}

function isCounted({ effects, tickets, troubles }: ScheduleResult): boolean {
  return effects >= minEffects && tickets >= minTickets && troubles.length > 0;
}

/** Seeds `from`, `from + step` … until `wanted` schedules count. */
export function tallySchedules(from: number, step: number, wanted: number): Tallied {
  const begun = process.cpuUsage();
  const violations: string[] = [];
  const situations = new Map<string, number>();
  const onExchange = new Map<string, number>();
  let exchanges = 0;
  const healing = { consumed: 0, resolved: 0 };
  let [counted, run, effects, lived, repeated] = [0, 0, 0, 0, 0];
  for (let seed = from; counted < wanted && violations.length < 20; seed += step) {
    const result = runSchedule(seed);
    run += 1;
    if (!isCounted(result)) continue;
    counted += 1;
    effects += result.effects;
    lived += result.lived;
    for (const violation of result.violations) {
      violations.push(`seed ${seed} (${result.troubles.join(', ')}): ${violation}`);
    }
    const isOnExchange = result.gateway === 'exchange';
    if (isOnExchange) exchanges += 1;
    for (const name of result.situations.keys()) {
      situations.set(name, (situations.get(name) ?? 0) + 1);
      if (isOnExchange) onExchange.set(name, (onExchange.get(name) ?? 0) + 1);
    }
    if (result.healing && result.troubles.length === 1) {
      healing.consumed += result.consumed;
      healing.resolved += result.resolved;
    }
    if (counted % repeatEvery !== 0) continue;
    repeated += 1;
    if (runSchedule(seed).logHash !== result.logHash) violations.push(`seed ${seed}: a second run went another way`);
  }
  const { user, system } = process.cpuUsage(begun);
  return {
    ...{ counted, run, violations, healing, effects, lived, repeated },
    situations: Object.fromEntries(situations),
    exchange: { counted: exchanges, situations: Object.fromEntries(onExchange) },
    cpuMs: (user + system) / 1_000,
  };
}

export function together(parts: readonly Tallied[]): Tallied {
  const sum = (of: (part: Tallied) => number) => parts.reduce((total, part) => total + of(part), 0);
  const added = (of: (part: Tallied) => Tallied['situations']) => {
    const names = new Set(parts.flatMap((part) => Object.keys(of(part))));
    return Object.fromEntries([...names].map((name) => [name, sum((part) => of(part)[name] ?? 0)]));
  };
  return {
    counted: sum(({ counted }) => counted),
    run: sum(({ run }) => run),
    violations: parts.flatMap(({ violations }) => violations),
    situations: added(({ situations }) => situations),
    exchange: {
      counted: sum(({ exchange }) => exchange.counted),
      situations: added(({ exchange }) => exchange.situations),
    },
    healing: { consumed: sum(({ healing }) => healing.consumed), resolved: sum(({ healing }) => healing.resolved) },
    effects: sum(({ effects }) => effects),
    lived: sum(({ lived }) => lived),
    repeated: sum(({ repeated }) => repeated),
    // All threads of a process share one count.
    cpuMs: Math.max(...parts.map(({ cpuMs }) => cpuMs)),
  };
}

/** The first schedule in which a planted fault is found, or undefined. */
export function foundIn(
  planted: Planted,
  troubles: readonly ScheduleResult['troubles'][number][],
  seeds: number,
): number | undefined {
  for (let seed = 1; seed <= seeds; seed += 1) {
    if (runSchedule(seed, { planted, only: troubles }).violations.length > 0) return seed;
  }
  return undefined;
}
