import { ask } from './assistants.ts';
import { heal } from './going-wrong.ts';
import { pool } from './orders.ts';
import { type OutcomeName, outcomes, waitsForPerson } from './outcomes.ts';
import { brokenPromises } from './promises.ts';
import { Random } from './random.ts';
import type { Trouble } from './troubles.ts';
import { World } from './world.ts';

/** Right before the effect of that number, counted from the call. */
export interface Crash {
  readonly before: number;
  readonly how: 'relay killed' | 'power cut';
}

/** Nothing is left to chance. */
class Steady extends Random {
  #named = 0;

  override next(): number {
    return 0.59;
  }

  override hex(digits: number): string {
    this.#named += 1;
    return this.#named.toString(16).padStart(digits, '0').slice(-digits);
  }
}

const askedAt = 3_000;
const healedAt = 63_000;
const end = 423_000;
/** Effects that are nothing but memory: a crash before them is a crash before what follows. */
const inMemory: ReadonlySet<string> = new Set(['timer', 'clear-timer', 'note', 'reply']);

/** One order on its way, whatever the gateway makes of it, and perhaps one crash of the relay. */
export function runOneTicket(
  kind: 'single' | 'bracket',
  outcome: OutcomeName,
  crash?: Crash,
): { readonly effects: number; readonly violations: readonly string[] } {
  const world = new World(new Steady(1), {});
  world.runUntil(askedAt);
  let effects = 0;
  world.beforeEffect = (relay, { type }) => {
    if (inMemory.has(type)) return;
    effects += 1;
    if (effects !== crash?.before) return;
    world.killRelay(crash.how === 'power cut');
    relay.alive = false;
    world.timeline.after(3_000, () => world.restartRelay());
  };
  outcomes[outcome](world);
  const order = pool.find(
    (one) => one.order.kind === 'place' && (one.order.stopLoss !== undefined) === (kind === 'bracket'),
  );
  if (order) ask(world, order, 'ask', 0);
  world.runUntil(healedAt);
  heal(world);
  let now = healedAt;
  while (now < end && !(now >= healedAt + 40_000 && world.isQuiet)) {
    now += 10_000;
    world.runUntil(now);
  }
  const troubles: readonly Trouble[] = crash
    ? ['relay killed at an effect', 'gateway restarted']
    : ['gateway restarted'];
  const violations = [...brokenPromises(world, troubles)];
  if (world.home.state.tickets.size !== 1) violations.push(`${world.home.state.tickets.size} tickets instead of one`);
  const isUnknown = [...world.home.state.tickets.values()].some(({ state }) => state === 'unknown');
  if (isUnknown && !(crash && waitsForPerson[kind].has(outcome))) violations.push('it waits for a person');
  return { effects, violations };
}
