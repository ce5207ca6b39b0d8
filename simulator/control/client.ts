import type { ActionName, ActionParameters } from '../actions/actions.ts';
import type { ScenariosStatus } from '../scenarios/desk.ts';
import type { ScenarioStatus } from '../scenarios/runner.ts';
import type { ScenarioInput } from '../scenarios/scenario.ts';
import type { SavedState } from '../state/state.ts';
import type { ViewName, ViewOf } from './views.ts';

/** The control API refused a request. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;
  readonly details: readonly string[];

  constructor(status: number, message: string, details: readonly string[]) {
    super([message, ...details].join(' '));
    this.status = status;
    this.details = details;
  }
}

interface ErrorBody {
  readonly error: string;
  readonly details?: readonly string[];
}

/** A typed client of the control API of a gateway in another process. Every method throws {@link ControlError} on refusal. */
export class ControlClient {
  readonly #origin: string;

  constructor(port: number) {
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Every endpoint with what it does. */
  async endpoints(): Promise<Readonly<Record<string, string>>> {
    const { endpoints } = (await this.#call('GET', '/')) as { endpoints: Record<string, string> };
    return endpoints;
  }

  async see<N extends ViewName>(name: N): Promise<ViewOf<N>> {
    return (await this.#call('GET', `/${name}`)) as ViewOf<N>;
  }

  /** Does something; actions that answer say so in their description. */
  do<N extends ActionName>(name: N, parameters?: ActionParameters<N>): Promise<unknown> {
    return this.#call('POST', `/actions/${name}`, parameters);
  }

  async state(): Promise<SavedState> {
    return (await this.#call('GET', '/state')) as SavedState;
  }

  async restore(state: SavedState): Promise<void> {
    await this.#call('POST', '/state', state);
  }

  async startScenario(scenario: ScenarioInput | { readonly name: string }): Promise<ScenarioStatus> {
    return (await this.#call('POST', '/scenario', scenario)) as ScenarioStatus;
  }

  async stopScenario(): Promise<void> {
    await this.#call('DELETE', '/scenario');
  }

  async scenario(): Promise<ScenariosStatus> {
    return (await this.#call('GET', '/scenario')) as ScenariosStatus;
  }

  async #call(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${this.#origin}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
    });
    const answer: unknown = await response.json();
    if (response.ok) return answer;
    const { error, details = [] } = answer as ErrorBody;
    throw new ControlError(response.status, error, details);
  }
}
