import { DurableObject } from 'cloudflare:workers';
import { Attempts } from './edge/attempts.ts';
import { equalSecrets, randomToken } from './edge/secrets.ts';
import type { Home } from './home/home.ts';
import { StorageError } from './storage/errors.ts';
import { type Migration, openSchema } from './storage/migrations.ts';

/** What the Directory needs of the Worker's environment. */
export interface DirectoryEnv {
  /** One object per user. */
  readonly HOME: DurableObjectNamespace<Home>;
  /** Secret: the one-time word that makes its holder the owner of a deployment. */
  readonly SETUP_CODE?: string;
}

const maxUsers = 10_000;

/** Never edit a step that has shipped; add another. */
const migrations: readonly Migration[] = [
  (sql) => {
    // Both may be there: the first release made them and wrote no version.
    sql.exec('CREATE TABLE IF NOT EXISTS identity (subject TEXT PRIMARY KEY, user_id TEXT NOT NULL) WITHOUT ROWID');
    Attempts.createTable(sql);
  },
];

/**
 * Maps identities (`local:demo`, `setup-code:owner`, later passkeys and OIDC subjects) to opaque user ids, and slows
 * down guessing. One object for the deployment; touched only while signing in.
 */
export class Directory extends DurableObject<DirectoryEnv> {
  readonly #codes: Attempts;
  readonly #registrations: Attempts;
  readonly #documents: Attempts;

  constructor(ctx: DurableObjectState, env: DirectoryEnv) {
    super(ctx, env);
    openSchema(ctx.storage, migrations);
    this.#codes = new Attempts(ctx.storage.sql, { max: 10, windowMs: 15 * 60_000 });
    this.#registrations = new Attempts(ctx.storage.sql, { max: 60, windowMs: 3_600_000 });
    this.#documents = new Attempts(ctx.storage.sql, { max: 60, windowMs: 3_600_000 });
  }

  /** The user id of an identity, created with its Home on first use. @throws StorageError when there are too many */
  async userFor(subject: string): Promise<string> {
    const userId = this.#find(subject) ?? this.#add(subject);
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

  /** Whether one more OAuth client may be registered from this network: sixty in an hour. Counts it. */
  countRegistration(from: string): boolean {
    return count(this.#registrations, `register ${from}`);
  }

  /** Whether one more client's document may be fetched for this network: sixty in an hour. Counts it. */
  countDocumentFetch(from: string): boolean {
    return count(this.#documents, `document ${from}`);
  }

  #find(subject: string): string | undefined {
    return this.ctx.storage.sql
      .exec<{ user_id: string }>('SELECT user_id FROM identity WHERE subject = ?', subject)
      .toArray()[0]?.user_id;
  }

  #add(subject: string): string {
    const { sql } = this.ctx.storage;
    const { users } = sql.exec<{ users: number }>('SELECT count(*) AS users FROM identity').one();
    if (users >= maxUsers) {
      throw new StorageError('storage_full', `This server has ${maxUsers} users already. Deploy one of your own.`);
    }
    const userId = randomToken(16);
    sql.exec('INSERT INTO identity (subject, user_id) VALUES (?, ?)', subject, userId);
    return userId;
  }
}

function count(attempts: Attempts, key: string): boolean {
  if (!attempts.allowed(key)) return false;
  attempts.record(key);
  return true;
}
