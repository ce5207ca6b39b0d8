import { perform } from '../actions/actions.ts';
import type { Simulator } from '../server/server.ts';
import type { Logger } from '../world/logger.ts';
import type { Scenario, Step } from './scenario.ts';

const dayMs = 86_400_000;

interface Planned {
  readonly step: Step;
  /** World time, epoch milliseconds; undefined once it will not be done again. */
  due: number | undefined;
  done: number;
}

export interface ScenarioStatus {
  readonly name: string;
  readonly startedAt: string;
  /** How many steps have been done, repetitions counted. */
  readonly done: number;
  readonly finished: boolean;
  readonly next: { readonly do: string; readonly at: string } | undefined;
  /** Why steps could not be done, the last ones. */
  readonly failures: readonly string[];
}

const rememberedFailures = 20;

/** Carries out a scenario in world time, in order, one step after the other. */
export class ScenarioRunner {
  readonly #simulator: Simulator;
  readonly #log: Logger;
  readonly #scenario: Scenario;
  readonly #startedAt: number;
  readonly #planned: readonly Planned[];
  readonly #failures: string[] = [];
  readonly #stopListening: () => void;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(simulator: Simulator, scenario: Scenario, log: Logger) {
    this.#simulator = simulator;
    this.#scenario = scenario;
    this.#log = log;
    this.#startedAt = simulator.world.now();
    this.#planned = plan(scenario, this.#startedAt, (time) => nextTimeOfDay(simulator, time));
    log.info({ scenario: scenario.name }, 'scenario started');
    this.#stopListening = simulator.onTick((instant) => this.#catchUp(instant));
    this.#catchUp(this.#startedAt);
  }

  /** Does no further step. What has been done stays done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#stopListening();
    await this.#running;
  }

  get status(): ScenarioStatus {
    const next = this.#next();
    return {
      name: this.#scenario.name,
      startedAt: new Date(this.#startedAt).toISOString(),
      done: this.#planned.reduce((sum, { done }) => sum + done, 0),
      finished: next === undefined,
      next: next?.due === undefined ? undefined : { do: next.step.do, at: new Date(next.due).toISOString() },
      failures: this.#failures,
    };
  }

  #catchUp(instant: number): void {
    if (this.#running || this.#stopped || (this.#next()?.due ?? Number.POSITIVE_INFINITY) > instant) return;
    this.#running = this.#doDue(instant).finally(() => {
      this.#running = undefined;
    });
  }

  async #doDue(instant: number): Promise<void> {
    for (;;) {
      const next = this.#next();
      if (this.#stopped || next?.due === undefined || next.due > instant) return;
      const { every, times } = next.step;
      next.done += 1;
      next.due = every === undefined || next.done === times ? undefined : next.due + every;
      await this.#do(next.step);
    }
  }

  async #do({ do: name, with: parameters }: Step): Promise<void> {
    const { name: scenario } = this.#scenario;
    this.#log.info({ scenario, step: name, parameters }, 'scenario step');
    try {
      await perform(this.#simulator, name, parameters);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#failures.push(`${name}: ${why}`);
      if (this.#failures.length > rememberedFailures) this.#failures.shift();
      this.#log.warn({ scenario, step: name, why }, 'a scenario step could not be done');
    }
  }

  /** The step that is due next; of two at the same time the one that is written first. */
  #next(): Planned | undefined {
    return this.#planned.reduce<Planned | undefined>(
      (earliest, planned) =>
        planned.due !== undefined && planned.due < (earliest?.due ?? Number.POSITIVE_INFINITY) ? planned : earliest,
      undefined,
    );
  }
}

function plan({ steps }: Scenario, start: number, next: (timeOfDay: string) => number): Planned[] {
  let previous = start;
  return steps.map((step) => {
    previous = momentOf(step, start, previous, next);
    return { step, due: previous, done: 0 };
  });
}

function momentOf({ after, since, at }: Step, start: number, previous: number, next: (time: string) => number): number {
  if (at !== undefined) return next(at);
  return since === undefined ? previous + (after ?? 0) : start + since;
}

/** The next instant at which clocks in New York show a time, epoch milliseconds. */
function nextTimeOfDay({ world }: Simulator, time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const now = world.now();
  const today = world.zone.instant(world.zone.day(now), hours * 60 + minutes);
  return today > now ? today : world.zone.instant(world.zone.day(now + dayMs), hours * 60 + minutes);
}
