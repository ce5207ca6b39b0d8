import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { fingerprintOf } from '../../../shared/approvers/fingerprint.ts';
import { type ApproversOffer, maxApprovers, maxRevoked } from '../../../shared/approvers/offer.ts';
import type { Assertion } from '../../../shared/passkeys/assertion-schema.ts';
import type { PasskeyKey, RelyingParty } from '../../../shared/passkeys/passkey.ts';

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

/** All keys of a person, for relays. */
export interface ApproverOffer extends Pick<ApproversOffer, 'keys' | 'revoked'> {
  /** Of exactly this list. */
  readonly name: string;
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

  static createTables(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE approver (
      fingerprint TEXT PRIMARY KEY, id TEXT NOT NULL, public_key TEXT NOT NULL, counter INTEGER NOT NULL,
      transports TEXT NOT NULL, name TEXT NOT NULL, created_at INTEGER NOT NULL, used_at INTEGER,
      backed_up INTEGER NOT NULL, rp_id TEXT NOT NULL, origin TEXT NOT NULL, endorsement TEXT
    ) WITHOUT ROWID`);
    sql.exec('CREATE TABLE approver_revoked (fingerprint TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID');
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
    if (this.#rows().length >= maxApprovers) {
      return `There are ${maxApprovers} keys that approve orders already. Remove one first.`;
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

  /** Removes a key; that it was is told to relays, for the newest of those. @returns the key that was removed */
  remove(fingerprint: string): ApproverKey | undefined {
    const [row] = this.#sql
      .exec<ApproverRow>('DELETE FROM approver WHERE fingerprint = ? RETURNING *', fingerprint)
      .toArray();
    if (!row) return undefined;
    this.#sql.exec('INSERT OR REPLACE INTO approver_revoked (fingerprint, at) VALUES (?, ?)', fingerprint, Date.now());
    this.#sql.exec(
      `DELETE FROM approver_revoked WHERE fingerprint NOT IN
         (SELECT fingerprint FROM approver_revoked ORDER BY at DESC, fingerprint LIMIT ?)`,
      maxRevoked,
    );
    return keyOf(row);
  }

  /** Notes a signature. @returns false when a later one was noted meanwhile */
  used(fingerprint: string, counter: number): boolean {
    const rows = this.#sql.exec(
      `UPDATE approver SET counter = ?1, used_at = ?2
       WHERE fingerprint = ?3 AND (counter < ?1 OR (counter = 0 AND ?1 = 0)) RETURNING id`,
      counter,
      Date.now(),
      fingerprint,
    );
    return rows.toArray().length > 0;
  }

  /** Keeps one key's word for another, in place of an earlier one. @returns whether the key is there */
  endorse(fingerprint: string, by: string, assertion: Assertion): boolean {
    const rows = this.#sql.exec(
      'UPDATE approver SET endorsement = ? WHERE fingerprint = ? RETURNING id',
      JSON.stringify({ by, assertion }),
      fingerprint,
    );
    return rows.toArray().length > 0;
  }

  /** What relays are offered, under a name that no other list has. */
  offer(): ApproverOffer {
    const keys = this.#rows().map(({ id, public_key, name, created_at, rp_id, origin, endorsement }) => ({
      ...{ id, publicKey: public_key, name, createdAt: created_at, party: { id: rp_id, origin } },
      ...(endorsement !== null && { endorsement: JSON.parse(endorsement) as { by: string; assertion: Assertion } }),
    }));
    const revoked = this.#sql
      .exec<{ fingerprint: string }>('SELECT fingerprint FROM approver_revoked ORDER BY at DESC, fingerprint')
      .toArray()
      .map(({ fingerprint }) => fingerprint);
    const name = bytesToHex(sha256(utf8ToBytes(JSON.stringify([keys, revoked])))).slice(0, 32);
    return { name, keys, revoked };
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
  endorsement: string | null;
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
