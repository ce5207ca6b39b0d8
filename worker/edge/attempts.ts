/** No window is longer than this. */
const oldestMs = 86_400_000;

/** With more, the oldest are forgotten: whoever has so many networks is not stopped by counting, but must not fill the storage. */
const maxAttempts = 20_000;

/**
 * Counts tries per key in a sliding window, in SQLite, so that secrets cannot be guessed by trying and storage cannot be
 * filled. One table for each object that needs it; keys of several uses must not collide.
 */
export class Attempts {
  readonly #sql: SqlStorage;
  readonly #max: number;
  readonly #windowMs: number;

  constructor(sql: SqlStorage, { max, windowMs }: { max: number; windowMs: number }) {
    this.#sql = sql;
    this.#max = max;
    this.#windowMs = windowMs;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec('CREATE TABLE IF NOT EXISTS attempt (key TEXT NOT NULL, at INTEGER NOT NULL)');
    sql.exec('CREATE INDEX IF NOT EXISTS attempt_key ON attempt (key, at)');
    sql.exec('CREATE INDEX IF NOT EXISTS attempt_at ON attempt (at)');
  }

  /** Whether another try under this key is allowed now. */
  allowed(key: string): boolean {
    this.#sql.exec('DELETE FROM attempt WHERE key = ? AND at <= ?', key, Date.now() - this.#windowMs);
    const row = this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM attempt WHERE key = ?', key).one();
    return row.n < this.#max;
  }

  record(key: string): void {
    this.#sql.exec('DELETE FROM attempt WHERE at <= ?', Date.now() - oldestMs);
    this.#sql.exec('INSERT INTO attempt (key, at) VALUES (?, ?)', key, Date.now());
    this.#sql.exec('DELETE FROM attempt WHERE rowid <= (SELECT max(rowid) FROM attempt) - ?', maxAttempts);
  }
}

/**
 * Where a request comes from, as far as counting goes: an IPv4 address, or the /64 network that one IPv6 customer has.
 * Undefined on a local runtime.
 */
export function networkOf(request: Request): string | undefined {
  const address = request.headers.get('CF-Connecting-IP');
  if (address === null) return undefined;
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::');
  const groups = head
    .split(':')
    .filter(Boolean)
    .map((group) => Number.parseInt(group, 16).toString(16));
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`;
}
