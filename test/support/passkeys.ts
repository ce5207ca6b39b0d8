import { Authenticator, type Lies } from './authenticator.ts';
import { Browser } from './browser.ts';

/** The passkey ceremonies as the pages' script does them, from a browser without one. */
export class PasskeyPerson {
  readonly browser: Browser;
  readonly authenticator: Authenticator;
  readonly #origin: string;

  /** @param origin of the Worker; passkeys need the name `localhost` */
  constructor(origin: string, authenticator = new Authenticator(origin), browser = new Browser()) {
    this.#origin = origin;
    this.browser = browser;
    this.authenticator = authenticator;
  }

  /** The first passkey, with a setup code or an invitation. @returns where to go on, or the problem */
  async enrol(fields: { by: 'setup' | 'invitation'; code: string; name?: string }, lies?: Lies): Promise<Outcome> {
    return this.#ceremony('enrol', fields, lies);
  }

  async signIn(lies?: Lies, fields: Record<string, string> = {}): Promise<Outcome> {
    return this.#ceremony('sign-in', fields, lies);
  }

  async stepUp(lies?: Lies): Promise<Outcome> {
    return this.#ceremony('step-up', {}, lies);
  }

  async addPasskey(name: string, other: Authenticator): Promise<Outcome> {
    return this.#ceremony('add', { name }, undefined, other);
  }

  /** Makes a key that approves orders. */
  async addApprover(name: string, authenticator: Authenticator, lies?: Lies): Promise<Outcome> {
    return this.#ceremony('approver', { name }, lies, authenticator);
  }

  /** Has a key that is pinned vouch for another. */
  async endorse(fingerprint: string, authenticator: Authenticator, lies?: Lies): Promise<Outcome> {
    return this.#ceremony('endorse', { fingerprint }, lies, authenticator);
  }

  /** One request of the script. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Outcome> {
    const page = await this.browser.open(new URL(`/passkeys/${path}`, this.#origin), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: this.#origin, ...headers },
      body: JSON.stringify(body),
    });
    return { status: page.response.status, ...(JSON.parse(page.html || '{}') as object) };
  }

  async #ceremony(
    path: string,
    fields: Record<string, string>,
    lies?: Lies,
    authenticator = this.authenticator,
  ): Promise<Outcome> {
    const options = await this.post(`${path}/options`, fields);
    if (options.problem !== undefined) return options;
    const { secret, registration, assertion } = options;
    const response = registration
      ? authenticator.register(registration, lies)
      : authenticator.assert(assertion as never, lies);
    return this.post(path, { ...fields, secret, response });
  }
}

/** What the server answered: `to` on success, `problem` otherwise; options have the ceremony. */
export interface Outcome {
  status: number;
  to?: string;
  problem?: string;
  secret?: string;
  registration?: { challenge: string; rp: { id: string }; user: { id: string } };
  assertion?: { challenge: string; rpId: string };
}
