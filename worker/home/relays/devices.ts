import { type RelayStatus, relayStatusSchema } from '../../../shared/status.ts';
import { Attempts } from '../../edge/attempts.ts';
import { hashSecret, randomToken } from '../../edge/secrets.ts';

const pairingCodeMs = 10 * 60_000;
const maxOpenCodes = 5;
const maxDevices = 10;

/** A paired relay as Home stores it. */
export interface Device {
  id: string;
  name: string;
  publicKey: string;
  connectedAt: number | null;
  seenAt: number | null;
  status: RelayStatus | undefined;
}

export type PairingResult =
  | { ok: true; device: string }
  | { ok: false; reason: 'wrong-code' | 'expired' | 'too-many-attempts' | 'too-many-relays' };

interface DeviceRow extends Record<string, SqlStorageValue> {
  id: string;
  name: string;
  public_key: string;
  connected_at: number | null;
  seen_at: number | null;
  status: string | null;
}

/** Paired relays, their public keys, pairing codes and used connect nonces, in a Home's SQLite. */
export class Devices {
  readonly #sql: SqlStorage;
  readonly #attempts: Attempts;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#attempts = new Attempts(sql, { max: 10, windowMs: 10 * 60_000 });
  }

  /** A new one-time code; valid for ten minutes, and at most five at once (the oldest gives way). */
  async createPairingCode(userId: string): Promise<string> {
    const secret = randomToken(15);
    this.#sql.exec(
      'INSERT INTO pairing (hash, expires_at) VALUES (?, ?)',
      await hashSecret(secret),
      Date.now() + pairingCodeMs,
    );
    this.#sql.exec(
      'DELETE FROM pairing WHERE hash NOT IN (SELECT hash FROM pairing ORDER BY expires_at DESC LIMIT ?)',
      maxOpenCodes,
    );
    return `${userId}.${secret}`;
  }

  /** Consumes a code and stores the relay's public key. */
  async pair(secret: string, name: string, publicKey: string): Promise<PairingResult> {
    const hash = await hashSecret(secret);
    if (!this.#attempts.allowed('pair')) return { ok: false, reason: 'too-many-attempts' };
    const row = this.#sql
      .exec<{ expires_at: number }>('DELETE FROM pairing WHERE hash = ? RETURNING expires_at', hash)
      .toArray()[0];
    if (!row) {
      this.#attempts.record('pair');
      return { ok: false, reason: 'wrong-code' };
    }
    if (row.expires_at <= Date.now()) return { ok: false, reason: 'expired' };
    if (this.list().length >= maxDevices) return { ok: false, reason: 'too-many-relays' };
    const device = randomToken(12);
    this.#sql.exec(
      'INSERT INTO device (id, name, public_key, created_at) VALUES (?, ?, ?, ?)',
      device,
      name,
      publicKey,
      Date.now(),
    );
    return { ok: true, device };
  }

  list(): Device[] {
    return this.#sql.exec<DeviceRow>('SELECT * FROM device ORDER BY created_at').toArray().map(fromRow);
  }

  find(id: string): Device | undefined {
    const row = this.#sql.exec<DeviceRow>('SELECT * FROM device WHERE id = ?', id).toArray()[0];
    return row && fromRow(row);
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM device WHERE id = ?', id);
  }

  /** Remembers a connect nonce until it expires (epoch milliseconds); false when it was used before. */
  useNonce(nonce: string, expiresAt: number): boolean {
    this.#sql.exec('DELETE FROM nonce WHERE expires_at <= ?', Date.now());
    return (
      this.#sql
        .exec('INSERT OR IGNORE INTO nonce (nonce, expires_at) VALUES (?, ?) RETURNING nonce', nonce, expiresAt)
        .toArray().length === 1
    );
  }

  recordConnected(id: string): void {
    this.#sql.exec('UPDATE device SET connected_at = ?1, seen_at = ?1 WHERE id = ?2', Date.now(), id);
  }

  recordSeen(id: string, at: number): void {
    this.#sql.exec('UPDATE device SET seen_at = ? WHERE id = ?', at, id);
  }

  /** Keeps the relay's latest status, so that it can be shown while the relay is away. */
  recordStatus(id: string, status: unknown): void {
    this.#sql.exec('UPDATE device SET status = ?, seen_at = ? WHERE id = ?', JSON.stringify(status), Date.now(), id);
  }
}

function fromRow(row: DeviceRow): Device {
  // A relay of another version may report what this one does not know; an unreadable status is no status.
  const status = row.status === null ? undefined : relayStatusSchema.safeParse(JSON.parse(row.status)).data;
  return {
    id: row.id,
    name: row.name,
    publicKey: row.public_key,
    connectedAt: row.connected_at,
    seenAt: row.seen_at,
    status,
  };
}
