/** More than one person needs; with one more, the session that ends first gives way. */
const maxSessions = 100;

/** A user's browser sessions. Only the hash of each one's secret is known here. */
export class Sessions {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  create(hash: string, seconds: number): void {
    this.#sql.exec('INSERT INTO session (hash, expires_at) VALUES (?, ?)', hash, Date.now() + seconds * 1_000);
    this.#sql.exec(
      'DELETE FROM session WHERE hash IN (SELECT hash FROM session ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
      maxSessions,
    );
  }

  has(hash: string): boolean {
    return (
      this.#sql.exec('SELECT 1 FROM session WHERE hash = ? AND expires_at > ?', hash, Date.now()).toArray().length > 0
    );
  }

  delete(hash: string): void {
    this.#sql.exec('DELETE FROM session WHERE hash = ?', hash);
  }

  /** Removes what has expired. @returns whether anything is left that will expire */
  sweep(): boolean {
    this.#sql.exec('DELETE FROM session WHERE expires_at <= ?', Date.now());
    return this.#sql.exec('SELECT 1 FROM session LIMIT 1').toArray().length > 0;
  }
}
