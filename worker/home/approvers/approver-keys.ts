import { fingerprintOf } from '../../../shared/approvers/fingerprint.ts';
import type { PasskeyKey, RelyingParty } from '../../../shared/passkeys/passkey.ts';

const maxKeys = 10;

/** A key that approves orders, as its person sees it. */
export interface ApproverView {
  readonly fingerprint: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly usedAt: number | undefined;
  /** Whether a password manager or a cloud keeps a copy. */
  readonly backedUp: boolean;
}

/** A key that approves orders, with where it was made. */
export interface ApproverKey extends PasskeyKey {
  readonly fingerprint: string;
  readonly name: string;
  readonly createdAt: number;
  readonly party: RelyingParty;
}

/**
 * The keys with which one user approves orders, in their Home's SQLite. They sign nobody in, and what they sign is checked
 * at home, by relays that have pinned them.
 */
export class ApproverKeys {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE approver (
      fingerprint TEXT PRIMARY KEY, id TEXT NOT NULL, public_key TEXT NOT NULL, counter INTEGER NOT NULL,
      transports TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER,
      backed_up INTEGER NOT NULL, rp_id TEXT NOT NULL, origin TEXT NOT NULL
    ) WITHOUT ROWID`);
  }

  views(): ApproverView[] {
    return this.#rows().map(({ fingerprint, name, created_at, used_at, backed_up }) => ({
      fingerprint,
      name,
      createdAt: created_at,
      usedAt: used_at ?? undefined,
      backedUp: backed_up === 1,
    }));
  }

  /** In the order in which they were made. */
  keys(): ApproverKey[] {
    return this.#rows().map(keyOf);
  }

  /** @returns a sentence when it cannot be added */
  add(key: PasskeyKey & { backedUp: boolean }, name: string, party: RelyingParty): string {
    if (this.#rows().length >= maxKeys) {
      return `There are ${maxKeys} keys that approve orders already. Remove one first.`;
    }
    const added = this.#sql.exec(
      `INSERT INTO approver
         (fingerprint, id, public_key, counter, transports, name, created_at, backed_up, rp_id, origin)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
      fingerprintOf(key),
      key.id,
      key.publicKey,
      key.counter,
      JSON.stringify(key.transports),
      name,
      Date.now(),
      key.backedUp ? 1 : 0,
      party.id,
      party.origin,
    );
    return added.toArray().length > 0 ? '' : 'This key is here already.';
  }

  /** @returns the key that was removed */
  remove(fingerprint: string): ApproverKey | undefined {
    const [row] = this.#sql
      .exec<ApproverRow>('DELETE FROM approver WHERE fingerprint = ? RETURNING *', fingerprint)
      .toArray();
    return row && keyOf(row);
  }

  #rows(): ApproverRow[] {
    return this.#sql.exec<ApproverRow>('SELECT * FROM approver ORDER BY created_at, fingerprint').toArray();
  }
}

interface ApproverRow extends Record<string, SqlStorageValue> {
  fingerprint: string;
  id: string;
  public_key: string;
  counter: number;
  transports: string;
  name: string;
  created_at: number;
  used_at: number | null;
  backed_up: number;
  rp_id: string;
  origin: string;
}

function keyOf({ fingerprint, id, public_key, counter, transports, name, ...row }: ApproverRow): ApproverKey {
  return {
    ...{ fingerprint, id, counter, name },
    publicKey: public_key,
    transports: JSON.parse(transports) as string[],
    createdAt: row.created_at,
    party: { id: row.rp_id, origin: row.origin },
  };
}
