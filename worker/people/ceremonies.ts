import { hashSecret, randomToken } from '../edge/secrets.ts';
import { ceremonyMs } from './ceremony-time.ts';

/** What a passkey is asked for; an answer to one question is no answer to another. */
export type CeremonyPurpose = 'sign-in' | 'step-up' | 'add' | 'enrol' | 'approver' | 'endorse';

/** With more open ones, the oldest give way; openings are counted by network as well. */
const maxOpen = 10_000;

/** A question put to a person's authenticator. */
export interface Ceremony {
  /** What is to be signed, base64url, 32 random bytes. */
  readonly challenge: string;
  /** Whose answer counts; undefined: whoever signs in. */
  readonly userId: string | undefined;
  /** For `enrol`: what lets the person in. */
  readonly basis: Enrolment | undefined;
}

/** On what ground a person gets their first passkey, or a new one after losing all. */
export interface Enrolment {
  readonly name: string;
  readonly role: Role;
  /** Hash of the invitation; undefined: the setup code. */
  readonly invitation: string | undefined;
}

/** `owner`: may invite and remove people. */
export type Role = 'owner' | 'member';

/** Open questions to authenticators, each of which is answered once, within five minutes. In the Directory's SQLite. */
export class Ceremonies {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE ceremony (
      hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, challenge TEXT NOT NULL, user_id TEXT, basis TEXT, expires_at INTEGER NOT NULL
    )`);
  }

  /** @returns the secret with which the answer comes back, and the challenge */
  async open(
    purpose: CeremonyPurpose,
    userId?: string,
    basis?: Enrolment,
  ): Promise<{ secret: string; challenge: string }> {
    const [secret, challenge] = [randomToken(), randomToken()];
    const hash = await hashSecret(secret);
    this.#sql.exec('DELETE FROM ceremony WHERE expires_at <= ?', Date.now());
    this.#sql.exec(
      'INSERT INTO ceremony (hash, purpose, challenge, user_id, basis, expires_at) VALUES (?, ?, ?, ?, ?, ?)',
      hash,
      purpose,
      challenge,
      userId ?? null,
      basis ? JSON.stringify(basis) : null,
      Date.now() + ceremonyMs,
    );
    this.#sql.exec('DELETE FROM ceremony WHERE rowid <= (SELECT max(rowid) FROM ceremony) - ?', maxOpen);
    return { secret, challenge };
  }

  /** As their person is removed. */
  forget(userId: string): void {
    this.#sql.exec('DELETE FROM ceremony WHERE user_id = ?', userId);
  }

  /** Takes the question that this secret answers; the second time there is none. */
  async take(secret: string, purpose: CeremonyPurpose): Promise<Ceremony | undefined> {
    const row = this.#sql
      .exec<{ challenge: string; user_id: string | null; basis: string | null; purpose: string; expires_at: number }>(
        'DELETE FROM ceremony WHERE hash = ? RETURNING challenge, user_id, basis, purpose, expires_at',
        await hashSecret(secret),
      )
      .toArray()[0];
    if (!row || row.purpose !== purpose || row.expires_at <= Date.now()) return undefined;
    return {
      challenge: row.challenge,
      userId: row.user_id ?? undefined,
      basis: row.basis === null ? undefined : (JSON.parse(row.basis) as Enrolment),
    };
  }
}
