import { planCalls } from './assistants.ts';
import type { Planted } from './faults.ts';
import type { GatewaySide } from './gateway-side.ts';
import { heal, planTrouble } from './going-wrong.ts';
import { brokenPromises } from './promises.ts';
import { Random } from './random.ts';
import { gatewayTroubles, needsPerson, type Trouble, troubles } from './troubles.ts';
import { World } from './world.ts';

export interface ScheduleResult {
  readonly seed: number;
  readonly gateway: GatewaySide['kind'];
  readonly violations: readonly string[];
  readonly situations: ReadonlyMap<string, number>;
  readonly effects: number;
  readonly tickets: number;
  readonly troubles: readonly Trouble[];
  /** Of tickets that were consumed, how many are known without a person. */
  readonly resolved: number;
  readonly consumed: number;
  readonly healing: boolean;
  /** Virtual milliseconds that went by. */
  readonly lived: number;
  readonly logHash: string;
  readonly log: readonly string[];
}

const healedAt = 60_000;
const end = 420_000;
/** What comes late comes within this time, if anything is still open: nothing is looked at for nothing. */
const quietAfter = 100_000;

/** One in so many schedules runs on the simulator's exchange, which takes several times as long as the small model. */
const exchangeEvery = 40;
/** Of the troubles on the exchange so many are the gateway's own: the others are the same in front of either model. */
const gatewayShare = 0.7;

const isWithExchange = (seed: number): boolean => seed % exchangeEvery === 7;

/** One schedule, which its seed decides alone: some calls, some troubles, and what they come to. */
export function runSchedule(
  seed: number,
  {
    planted,
    only,
    keepLog = false,
    withExchange = only === undefined && isWithExchange(seed),
  }: {
    readonly planted?: Planted | undefined;
    /** These troubles instead of random ones. */
    readonly only?: readonly Trouble[] | undefined;
    readonly keepLog?: boolean;
    /** The simulator's exchange instead of the small model. */
    readonly withExchange?: boolean;
  } = {},
): ScheduleResult {
  const random = new Random(seed);
  const trouble = (): Trouble => random.pick(withExchange && random.chance(gatewayShare) ? gatewayTroubles : troubles);
  const planned = only ?? Array.from({ length: random.pick([1, 1, 1, 2, 2, 3]) }, trouble);
  const world = new World(random, { planted, keepLog, withExchange });
  world.runUntil(2_000);
  for (const trouble of planned) planTrouble(world, trouble);
  planCalls(world);
  world.runUntil(healedAt);
  heal(world);
  let now = healedAt;
  while (now < end && !(now >= quietAfter && world.isQuiet)) {
    now += 10_000;
    world.runUntil(now);
  }
  const { situations, effects, log } = world;
  const tickets = [...world.home.state.tickets.values()];
  const consumed = tickets.filter(({ consumedAt }) => consumedAt !== undefined);
  // Nothing of it stays in memory.
  world.gateway.drop();
  return {
    gateway: world.gateway.kind,
    ...{ seed, situations, effects, troubles: planned, lived: now },
    violations: [...brokenPromises(world, planned)],
    tickets: tickets.length,
    resolved: consumed.filter(({ state }) => state !== 'unknown' && state !== 'submitting').length,
    consumed: consumed.length,
    healing: !planned.some((trouble) => needsPerson.has(trouble)),
    logHash: log.hash,
    log: log.lines,
  };
}
