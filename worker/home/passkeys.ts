import type { PasskeyKey } from '../../shared/passkeys/passkey.ts';

const maxPasskeys = 20;

/** A passkey as its person sees it. */
export interface PasskeyView {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly usedAt: number | undefined;
  /** Whether a password manager or a cloud keeps a copy. */
  readonly backedUp: boolean;
}

/** The sign-in passkeys of one user, in their Home's SQLite. */
export class Passkeys {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE passkey (
      id TEXT PRIMARY KEY, public_key TEXT NOT NULL, counter INTEGER NOT NULL, transports TEXT NOT NULL,
      name TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER, backed_up INTEGER NOT NULL
    ) WITHOUT ROWID`);
  }

  list(): PasskeyView[] {
    return this.#sql
      .exec<PasskeyRow>('SELECT * FROM passkey ORDER BY created_at, id')
      .toArray()
      .map(({ id, name, created_at, used_at, backed_up }) => ({
        id,
        name,
        createdAt: created_at,
        usedAt: used_at ?? undefined,
        backedUp: backed_up === 1,
      }));
  }

  keys(): PasskeyKey[] {
    return this.#sql.exec<PasskeyRow>('SELECT * FROM passkey ORDER BY created_at, id').toArray().map(keyOf);
  }

  /** @returns a sentence when it cannot be added */
  add({ id, publicKey, counter, transports, backedUp }: PasskeyKey & { backedUp: boolean }, name: string): string {
    if (this.keys().length >= maxPasskeys) return `There are ${maxPasskeys} passkeys already. Remove one first.`;
    const added = this.#sql.exec(
      `INSERT INTO passkey (id, public_key, counter, transports, name, created_at, backed_up)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING id`,
      id,
      publicKey,
      counter,
      JSON.stringify(transports),
      name,
      Date.now(),
      backedUp ? 1 : 0,
    );
    return added.toArray().length > 0 ? '' : 'This passkey is here already.';
  }

  /** Notes a signature. @returns false when a later one was noted meanwhile, which a copy of the key would cause */
  used(id: string, counter: number): boolean {
    return (
      this.#sql
        .exec(
          `UPDATE passkey SET counter = ?, used_at = ? WHERE id = ? AND (counter < ? OR (counter = 0 AND ? = 0))
           RETURNING id`,
          counter,
          Date.now(),
          id,
          counter,
          counter,
        )
        .toArray().length > 0
    );
  }

  rename(id: string, name: string): void {
    this.#sql.exec('UPDATE passkey SET name = ? WHERE id = ?', name, id);
  }

  /** Removes one that is not the last. @returns whether it did */
  remove(id: string): boolean {
    return (
      this.#sql
        .exec('DELETE FROM passkey WHERE id = ? AND (SELECT count(*) FROM passkey) > 1 RETURNING id', id)
        .toArray().length > 0
    );
  }
}

interface PasskeyRow extends Record<string, SqlStorageValue> {
  id: string;
  public_key: string;
  counter: number;
  transports: string;
  name: string;
  created_at: number;
  used_at: number | null;
  backed_up: number;
}

function keyOf({ id, public_key, counter, transports }: PasskeyRow): PasskeyKey {
  return { id, publicKey: public_key, counter, transports: JSON.parse(transports) as string[] };
}
