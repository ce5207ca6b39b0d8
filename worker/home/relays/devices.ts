import { type RelayStatus, relayStatusSchema } from '../../../shared/status.ts';
import { Attempts } from '../../edge/attempts.ts';
import { hashSecret, randomToken } from '../../edge/secrets.ts';

const pairingCodeMs = 10 * 60_000;
const maxOpenCodes = 5;
/** How old `seen_at` may be while a relay says the same again and again. */
const unchangedMs = 60_000;
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

/**
 * Paired relays, their public keys, pairing codes and used connect nonces, in a Home's SQLite. The relays are in memory,
 * too, because every call asks for them.
 */
export class Devices {
  readonly #sql: SqlStorage;
  /** In the order in which they were paired. Read at the first use. */
  #devices: Map<string, Device> | undefined;
  readonly #attempts: Attempts;
  /** The status that is stored, as text, and since when; by device. */
  readonly #stored = new Map<string, { text: string; at: number }>();

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

  /**
   * Consumes a code and stores the relay's public key. A right code is taken whatever was tried before, so that nobody
   * can lock its owner out: at 120 bits it is not found by trying. Wrong ones are counted by network, for the storage.
   *
   * @param from the caller's network
   */
  async pair(secret: string, name: string, publicKey: string, from: string): Promise<PairingResult> {
    const hash = await hashSecret(secret);
    const row = this.#sql
      .exec<{ expires_at: number }>('DELETE FROM pairing WHERE hash = ? RETURNING expires_at', hash)
      .toArray()[0];
    if (!row) {
      const key = `pair ${from}`;
      if (!this.#attempts.allowed(key)) return { ok: false, reason: 'too-many-attempts' };
      this.#attempts.record(key);
      return { ok: false, reason: 'wrong-code' };
    }
    if (row.expires_at <= Date.now()) return { ok: false, reason: 'expired' };
    if (this.#known().size >= maxDevices) return { ok: false, reason: 'too-many-relays' };
    const device = randomToken(12);
    this.#sql.exec(
      'INSERT INTO device (id, name, public_key, created_at) VALUES (?, ?, ?, ?)',
      device,
      name,
      publicKey,
      Date.now(),
    );
    this.#devices = undefined;
    return { ok: true, device };
  }

  /** In the order in which they were paired. */
  list(): readonly Readonly<Device>[] {
    return [...this.#known().values()];
  }

  find(id: string): Readonly<Device> | undefined {
    return this.#known().get(id);
  }

  remove(id: string): void {
    this.#sql.exec('DELETE FROM device WHERE id = ?', id);
    this.#stored.delete(id);
    this.#known().delete(id);
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
    const now = Date.now();
    this.#sql.exec('UPDATE device SET connected_at = ?1, seen_at = ?1 WHERE id = ?2', now, id);
    this.#remember(id, { connectedAt: now, seenAt: now });
  }

  recordSeen(id: string, at: number): void {
    this.#sql.exec('UPDATE device SET seen_at = ? WHERE id = ?', at, id);
    this.#remember(id, { seenAt: at });
  }

  /** Takes the relay's word, for as long as this object is in memory. */
  sawStatus(id: string, status: unknown): void {
    this.#remember(id, { status: readStatus(status), seenAt: Date.now() });
  }

  /** Keeps the relay's latest status, so that it can be shown while the relay is away. */
  recordStatus(id: string, status: unknown): void {
    this.sawStatus(id, status);
    const text = JSON.stringify(status);
    const now = Date.now();
    const stored = this.#stored.get(id);
    if (stored?.text === text && now - stored.at < unchangedMs) return;
    this.#sql.exec('UPDATE device SET status = ?, seen_at = ? WHERE id = ?', text, now, id);
    this.#stored.set(id, { text, at: now });
  }

  /** Removes what has expired. @returns whether anything is left that will expire */
  sweep(): boolean {
    const tables = ['pairing', 'nonce'];
    for (const table of tables) this.#sql.exec(`DELETE FROM ${table} WHERE expires_at <= ?`, Date.now());
    return tables.some((table) => this.#sql.exec(`SELECT 1 FROM ${table} LIMIT 1`).toArray().length > 0);
  }

  #known(): Map<string, Device> {
    this.#devices ??= new Map(
      this.#sql
        .exec<DeviceRow>('SELECT * FROM device ORDER BY created_at')
        .toArray()
        .map((row) => [row.id, fromRow(row)]),
    );
    return this.#devices;
  }

  #remember(id: string, changes: Partial<Device>): void {
    const device = this.#known().get(id);
    if (device) Object.assign(device, changes);
  }
}

/** A relay of another version may report what this one does not know; an unreadable status is no status. */
function readStatus(status: unknown): Device['status'] {
  return relayStatusSchema.safeParse(status).data;
}

function fromRow(row: DeviceRow): Device {
  return {
    id: row.id,
    name: row.name,
    publicKey: row.public_key,
    connectedAt: row.connected_at,
    seenAt: row.seen_at,
    status: row.status === null ? undefined : readStatus(JSON.parse(row.status)),
  };
}
