import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import type { Simulator } from '../server/server.ts';
import type { Logger } from '../world/logger.ts';
import { readyMade } from './ready-made.ts';
import { ScenarioRunner, type ScenarioStatus } from './runner.ts';
import { type Scenario, scenarioSchema } from './scenario.ts';

const byName = z
  .strictObject({
    name: z.string().refine((name) => readyMade.has(name), {
      error: ({ input }) =>
        `there is no scenario ${JSON.stringify(input)}; did you mean ${closest(String(input), [...readyMade.keys()])}?`,
    }),
  })
  .transform(({ name }) => readyMade.get(name) as Scenario);

export interface ScenariosStatus {
  readonly running: ScenarioStatus | null;
  /** What the ready-made ones do, by name. */
  readonly readyMade: Readonly<Record<string, string>>;
}

/** Where scenarios are started and stopped. One runs at a time. */
export class ScenarioDesk {
  readonly #simulator: Simulator;
  readonly #log: Logger;
  #runner: ScenarioRunner | undefined;

  constructor(simulator: Simulator, log: Logger) {
    this.#simulator = simulator;
    this.#log = log;
  }

  /**
   * Starts a scenario in place of the one that runs.
   * @param wanted `{name}` of a ready-made one, or a whole scenario with its steps
   * @throws {z.ZodError} when it is neither
   */
  async start(wanted: unknown): Promise<ScenarioStatus> {
    const hasSteps = typeof wanted === 'object' && wanted !== null && 'steps' in wanted;
    const scenario = hasSteps ? scenarioSchema.parse(wanted) : byName.parse(wanted);
    await this.stop();
    this.#runner = new ScenarioRunner(this.#simulator, scenario, this.#log);
    return this.#runner.status;
  }

  /** Does no further step. What has been done stays done: `heal` undoes faults. */
  async stop(): Promise<void> {
    const runner = this.#runner;
    this.#runner = undefined;
    await runner?.stop();
  }

  status(): ScenariosStatus {
    return {
      running: this.#runner?.status ?? null,
      readyMade: Object.fromEntries([...readyMade].map(([name, { description }]) => [name, description])),
    };
  }
}
