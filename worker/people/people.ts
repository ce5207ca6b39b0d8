import { hashSecret, randomToken } from '../edge/secrets.ts';
import { StorageError } from '../storage/errors.ts';
import type { Enrolment, Role } from './ceremonies.ts';
import { newTypedCode, readTypedCode } from './typed-code.ts';

const invitationMs = 7 * 86_400_000;
const maxInvitations = 100;
const maxPeople = 10_000;

/** Somebody with a Home of their own. */
export interface Person {
  readonly userId: string;
  readonly name: string;
  readonly role: Role;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** An invitation that has not been used; its code is known only to whoever was given it. */
export interface Invitation {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly expiresAt: number;
}

/** Who belongs to this deployment, and who is invited. In the Directory's SQLite. */
export class People {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static createTables(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE person (
      user_id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, created_at INTEGER NOT NULL
    ) WITHOUT ROWID`);
    sql.exec(`CREATE TABLE invitation (
      hash TEXT PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID`);
  }

  list(): Person[] {
    return this.#sql
      .exec<PersonRow>('SELECT user_id, name, role, created_at FROM person ORDER BY created_at, user_id')
      .toArray()
      .map(personOf);
  }

  find(userId: string): Person | undefined {
    const row = this.#sql
      .exec<PersonRow>('SELECT user_id, name, role, created_at FROM person WHERE user_id = ?', userId)
      .toArray()[0];
    return row && personOf(row);
  }

  owner(): Person | undefined {
    const row = this.#sql
      .exec<PersonRow>(
        "SELECT user_id, name, role, created_at FROM person WHERE role = 'owner' ORDER BY created_at LIMIT 1",
      )
      .toArray()[0];
    return row && personOf(row);
  }

  /** @throws StorageError when there are too many */
  add(userId: string, name: string, role: Role): void {
    const { people } = this.#sql.exec<{ people: number }>('SELECT count(*) AS people FROM person').one();
    if (people >= maxPeople) {
      throw new StorageError('storage_full', `This server has ${maxPeople} people already. Deploy one of your own.`);
    }
    this.#sql.exec(
      'INSERT INTO person (user_id, name, role, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (user_id) DO NOTHING',
      userId,
      name,
      role,
      Date.now(),
    );
  }

  remove(userId: string): void {
    this.#sql.exec('DELETE FROM person WHERE user_id = ?', userId);
  }

  /** @returns the code to hand over, in groups that can be read out */
  async invite(name: string, role: Role): Promise<string> {
    const code = newTypedCode(20);
    this.#sweep();
    this.#sql.exec(
      'INSERT INTO invitation (hash, id, name, role, expires_at) VALUES (?, ?, ?, ?, ?)',
      await hashSecret(readTypedCode(code)),
      randomToken(8),
      name,
      role,
      Date.now() + invitationMs,
    );
    this.#sql.exec(
      'DELETE FROM invitation WHERE hash IN (SELECT hash FROM invitation ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
      maxInvitations,
    );
    return code;
  }

  invitations(): Invitation[] {
    this.#sweep();
    return this.#sql
      .exec<{ id: string; name: string; role: Role; expires_at: number }>(
        'SELECT id, name, role, expires_at FROM invitation ORDER BY expires_at',
      )
      .toArray()
      .map(({ id, name, role, expires_at }) => ({ id, name, role, expiresAt: expires_at }));
  }

  withdraw(id: string): void {
    this.#sql.exec('DELETE FROM invitation WHERE id = ?', id);
  }

  /** What an invitation gives, without using it up. @param code as somebody typed it */
  async invitation(code: string): Promise<Enrolment | undefined> {
    const hash = await hashSecret(readTypedCode(code));
    const row = this.#sql
      .exec<{ name: string; role: Role }>(
        'SELECT name, role FROM invitation WHERE hash = ? AND expires_at > ?',
        hash,
        Date.now(),
      )
      .toArray()[0];
    return row && { ...row, invitation: hash };
  }

  /** Uses an invitation up. @returns whether it was still there */
  use(hash: string): boolean {
    const rows = this.#sql.exec<{ expires_at: number }>(
      'DELETE FROM invitation WHERE hash = ? RETURNING expires_at',
      hash,
    );
    return rows.toArray().some(({ expires_at }) => expires_at > Date.now());
  }

  #sweep(): void {
    this.#sql.exec('DELETE FROM invitation WHERE expires_at <= ?', Date.now());
  }
}

interface PersonRow extends Record<string, SqlStorageValue> {
  user_id: string;
  name: string;
  role: string;
  created_at: number;
}

function personOf({ user_id, name, role, created_at }: PersonRow): Person {
  return { userId: user_id, name, role: role === 'owner' ? 'owner' : 'member', createdAt: created_at };
}
