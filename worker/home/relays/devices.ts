import { type RelayStatus, relayStatusSchema } from '../../../shared/status.ts';
import { randomToken } from '../../edge/secrets.ts';

/** How old `seen_at` may be while a relay says the same again and again. */
const unchangedMs = 60_000;
const maxDevices = 10;

/** A paired relay as Home stores it. */
export interface Device {
  id: string;
  name: string;
  publicKey: string;
  /** The key that takes its place as soon as the relay connects with it. */
  nextPublicKey: string | null;
  /** As the relay said at pairing: the name of its machine, and its version. */
  host: string | null;
  version: string | null;
  /** The network that it was paired from; null on a local runtime. */
  address: string | null;
  pairedAt: number;
  /** When another process with its key took over from one that was there. */
  takenOverAt: number | null;
  connectedAt: number | null;
  seenAt: number | null;
  status: RelayStatus | undefined;
}

/** A relay that is to be paired, as it says of itself. */
export type NewDevice = Pick<Device, 'name' | 'publicKey' | 'host' | 'version' | 'address'>;

interface DeviceRow extends Record<string, SqlStorageValue> {
  id: string;
  name: string;
  public_key: string;
  next_public_key: string | null;
  host: string | null;
  version: string | null;
  address: string | null;
  created_at: number;
  taken_over_at: number | null;
  connected_at: number | null;
  seen_at: number | null;
  status: string | null;
}

/**
 * Paired relays, their public keys and used connect nonces, in a Home's SQLite. The relays are in memory,
 * too, because every call asks for them.
 */
export class Devices {
  readonly #sql: SqlStorage;
  /** In the order in which they were paired. Read at the first use. */
  #devices: Map<string, Device> | undefined;
  /** The status that is stored, as text, and since when; by device. */
  readonly #stored = new Map<string, { text: string; at: number }>();

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** @returns its id, or nothing when there are too many */
  add({ name, publicKey, host, version, address }: NewDevice): string | undefined {
    if (this.#known().size >= maxDevices) return undefined;
    const device = randomToken(12);
    this.#sql.exec(
      'INSERT INTO device (id, name, public_key, host, version, address, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      device,
      name,
      publicKey,
      host,
      version,
      address,
      Date.now(),
    );
    this.#devices = undefined;
    return device;
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

  rename(id: string, name: string): void {
    this.#sql.exec('UPDATE device SET name = ? WHERE id = ?', name, id);
    this.#remember(id, { name });
  }

  /** Takes a key that is to replace the relay's: both open the tunnel until the new one has. */
  announceKey(id: string, publicKey: string): void {
    this.#sql.exec('UPDATE device SET next_public_key = ? WHERE id = ?', publicKey, id);
    this.#remember(id, { nextPublicKey: publicKey });
  }

  /** The relay has connected with the key that it announced; the one before opens nothing any more. */
  replaceKey(id: string, publicKey: string): void {
    this.#sql.exec('UPDATE device SET public_key = ?, next_public_key = NULL WHERE id = ?', publicKey, id);
    this.#remember(id, { publicKey, nextPublicKey: null });
  }

  recordTakenOver(id: string): void {
    const now = Date.now();
    this.#sql.exec('UPDATE device SET taken_over_at = ? WHERE id = ?', now, id);
    this.#remember(id, { takenOverAt: now });
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
    this.#sql.exec('DELETE FROM nonce WHERE expires_at <= ?', Date.now());
    return this.#sql.exec('SELECT 1 FROM nonce LIMIT 1').toArray().length > 0;
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
    nextPublicKey: row.next_public_key,
    host: row.host,
    version: row.version,
    address: row.address,
    pairedAt: row.created_at,
    takenOverAt: row.taken_over_at,
    connectedAt: row.connected_at,
    seenAt: row.seen_at,
    status: row.status === null ? undefined : readStatus(JSON.parse(row.status)),
  };
}
