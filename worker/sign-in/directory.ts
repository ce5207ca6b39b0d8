import { DurableObject } from 'cloudflare:workers';
import { Attempts } from '../edge/attempts.ts';
import { equalSecrets, randomToken } from '../edge/secrets.ts';
import type { Env } from '../env.ts';

/**
 * Maps identities (`local:demo`, `setup-code:owner`, later passkeys and OIDC subjects) to opaque user ids, and slows
 * down guessing. One object for the deployment; touched only while signing in.
 */
export class Directory extends DurableObject<Env> {
  readonly #codes: Attempts;
  readonly #registrations: Attempts;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    ctx.storage.sql.exec(
      'CREATE TABLE IF NOT EXISTS identity (subject TEXT PRIMARY KEY, user_id TEXT NOT NULL) WITHOUT ROWID',
    );
    Attempts.createTable(ctx.storage.sql);
    this.#codes = new Attempts(ctx.storage.sql, { max: 10, windowMs: 15 * 60_000 });
    this.#registrations = new Attempts(ctx.storage.sql, { max: 60, windowMs: 3_600_000 });
  }

  /** The user id of an identity, created with its Home on first use. */
  async userFor(subject: string): Promise<string> {
    this.ctx.storage.sql.exec(
      'INSERT OR IGNORE INTO identity (subject, user_id) VALUES (?, ?)',
      subject,
      randomToken(16),
    );
    const { user_id: userId } = this.ctx.storage.sql
      .exec<{ user_id: string }>('SELECT user_id FROM identity WHERE subject = ?', subject)
      .one();
    // Every time: should it have failed at the first sign-in, the next one makes up for it.
    await this.env.HOME.getByName(userId).initialise(userId);
    return userId;
  }

  /**
   * Checks the setup code of the deployment. `from` (the caller's address) is allowed ten wrong codes in fifteen
   * minutes.
   */
  async checkSetupCode(given: string, from: string): Promise<'ok' | 'wrong' | 'too-many-attempts' | 'not-configured'> {
    const expected = this.env.SETUP_CODE;
    if (!expected || expected.length < 16) return 'not-configured';
    if (!this.#codes.allowed(`code ${from}`)) return 'too-many-attempts';
    if (await equalSecrets(given, expected)) return 'ok';
    this.#codes.record(`code ${from}`);
    return 'wrong';
  }

  /** Whether one more OAuth client may be registered from this address: sixty in an hour. Counts it. */
  countRegistration(from: string): boolean {
    const key = `register ${from}`;
    if (!this.#registrations.allowed(key)) return false;
    this.#registrations.record(key);
    return true;
  }
}
