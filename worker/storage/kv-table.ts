import { StorageError } from './errors.ts';

/** What a key-value `put` may say besides the value; the subset of Workers KV that the OAuth library uses. */
export interface KvPutOptions {
  /** Absolute expiry, seconds since the epoch. */
  expiration?: number;
  /** Relative expiry in seconds. */
  expirationTtl?: number;
  metadata?: unknown;
}

export interface KvListOptions {
  prefix?: string | null;
  limit?: number;
  cursor?: string | null;
}

/** One page of keys in Workers KV's own form, ordered by key. */
export interface KvListResult {
  keys: { name: string; expiration?: number; metadata?: unknown }[];
  list_complete: boolean;
  cursor?: string;
}

const listLimit = 1_000;
const maxCodePoint = 0x10ffff;

/**
 * Workers KV's `get/put/delete/list` on a Durable Object's SQLite: the same answers, but consistent. Expired keys are
 * invisible at once and removed by {@link KvTable.sweep}.
 */
export class KvTable {
  readonly #sql: SqlStorage;
  readonly #maxKeys: number;
  /** How many keys there are, expired ones included; counted at the first write. */
  #size: number | undefined;

  /** @param maxKeys how many keys fit */
  constructor(sql: SqlStorage, maxKeys: number) {
    this.#sql = sql;
    this.#maxKeys = maxKeys;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE IF NOT EXISTS kv (
      key TEXT PRIMARY KEY, value TEXT NOT NULL, metadata TEXT, expires_at INTEGER
    ) WITHOUT ROWID`);
    sql.exec('CREATE INDEX IF NOT EXISTS kv_expiry ON kv (expires_at) WHERE expires_at IS NOT NULL');
  }

  get(key: string): string | null {
    const row = this.#sql
      .exec<{ value: string }>(
        'SELECT value FROM kv WHERE key = ? AND (expires_at IS NULL OR expires_at > ?)',
        key,
        nowSeconds(),
      )
      .toArray()[0];
    return row?.value ?? null;
  }

  /** @throws StorageError `storage_full` when there is no room for a further key */
  put(key: string, value: string, options: KvPutOptions = {}): void {
    const isNew = this.#sql.exec('SELECT 1 FROM kv WHERE key = ?', key).toArray().length === 0;
    if (isNew) this.#makeRoom();
    const expiresAt =
      options.expiration ?? (options.expirationTtl === undefined ? null : nowSeconds() + options.expirationTtl);
    this.#sql.exec(
      `INSERT INTO kv (key, value, metadata, expires_at) VALUES (?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, metadata = excluded.metadata, expires_at = excluded.expires_at`,
      key,
      value,
      options.metadata === undefined ? null : JSON.stringify(options.metadata),
      expiresAt,
    );
    if (isNew && this.#size !== undefined) this.#size++;
  }

  delete(key: string): void {
    const gone = this.#sql.exec('DELETE FROM kv WHERE key = ? RETURNING key', key).toArray().length;
    if (this.#size !== undefined) this.#size -= gone;
  }

  /** One page of the keys with that prefix. Its cost grows with what the prefix has, whatever else is stored. */
  list({ prefix, limit = listLimit, cursor }: KvListOptions = {}): KvListResult {
    const start = prefix?.toWellFormed() ?? '';
    const end = successor(start);
    const size = Math.max(1, Math.min(limit, listLimit));
    const rows = this.#sql
      .exec<{ key: string; metadata: string | null; expires_at: number | null }>(
        `SELECT key, metadata, expires_at FROM kv
         WHERE key ${cursor ? '>' : '>='} ? ${end === undefined ? '' : 'AND key < ?'} AND (expires_at IS NULL OR expires_at > ?)
         ORDER BY key LIMIT ?`,
        cursor || start,
        ...(end === undefined ? [] : [end]),
        nowSeconds(),
        size + 1,
      )
      .toArray();
    const keys = rows.slice(0, size).map((row) => ({
      name: row.key,
      ...(row.expires_at === null ? {} : { expiration: row.expires_at }),
      ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) as unknown }),
    }));
    const last = keys.at(-1);
    return rows.length > size && last
      ? { keys, list_complete: false, cursor: last.name }
      : { keys, list_complete: true };
  }

  /** Up to `limit` keys with that prefix and their values, in the order of the keys. */
  entries(prefix: string, limit: number): { key: string; value: string }[] {
    const start = prefix.toWellFormed();
    const end = successor(start);
    return this.#sql
      .exec<{ key: string; value: string }>(
        `SELECT key, value FROM kv WHERE key >= ? ${end === undefined ? '' : 'AND key < ?'} AND (expires_at IS NULL OR expires_at > ?)
         ORDER BY key LIMIT ?`,
        start,
        ...(end === undefined ? [] : [end]),
        nowSeconds(),
        limit,
      )
      .toArray();
  }

  /** Removes what has expired. @returns whether anything is left that will expire */
  sweep(): boolean {
    this.#sql.exec('DELETE FROM kv WHERE expires_at <= ?', nowSeconds());
    this.#size = undefined;
    return this.#sql.exec('SELECT 1 FROM kv WHERE expires_at IS NOT NULL LIMIT 1').toArray().length > 0;
  }

  #makeRoom(): void {
    if (this.#count() < this.#maxKeys) return;
    this.sweep();
    if (this.#count() < this.#maxKeys) return;
    throw new StorageError(
      'storage_full',
      `There is no room for more than ${this.#maxKeys} records here. Try again in an hour, when some have expired, or remove connected apps on the dashboard.`,
    );
  }

  #count(): number {
    this.#size ??= this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM kv').one().n;
    return this.#size;
  }
}

/** The first text after all that begin with this one, in the order of SQLite: by code point. Undefined when there is none. */
function successor(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === maxCodePoint) continue;
    // The code points in between are halves of surrogate pairs, which no stored text has.
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return undefined;
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
