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

/**
 * Workers KV's `get/put/delete/list` on a Durable Object's SQLite: the same answers, but consistent. Expired keys are
 * invisible at once and removed by {@link KvTable.sweep}.
 */
export class KvTable {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
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

  put(key: string, value: string, options: KvPutOptions = {}): void {
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
  }

  delete(key: string): void {
    this.#sql.exec('DELETE FROM kv WHERE key = ?', key);
  }

  list({ prefix, limit = listLimit, cursor }: KvListOptions = {}): KvListResult {
    const start = prefix ?? '';
    const size = Math.min(Math.max(1, limit), listLimit);
    const rows = this.#sql
      .exec<{ key: string; metadata: string | null; expires_at: number | null }>(
        `SELECT key, metadata, expires_at FROM kv
         WHERE key >= ? AND key > ? AND substr(key, 1, ?) = ? AND (expires_at IS NULL OR expires_at > ?)
         ORDER BY key LIMIT ?`,
        start,
        cursor ?? '',
        start.length,
        start,
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

  /** Removes what has expired. @returns whether anything is left that will expire */
  sweep(): boolean {
    this.#sql.exec('DELETE FROM kv WHERE expires_at <= ?', nowSeconds());
    return this.#sql.exec('SELECT 1 FROM kv WHERE expires_at IS NOT NULL LIMIT 1').toArray().length > 0;
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}
