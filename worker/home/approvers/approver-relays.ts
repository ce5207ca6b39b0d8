/** Which keys each relay that can pin keys has pinned, as it last said, in a Home's SQLite. */
export class ApproverRelays {
  readonly #sql: SqlStorage;
  /** Every status asks for them; read at the first use. */
  #known: Map<string, readonly string[]> | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec('CREATE TABLE approver_relay (device TEXT PRIMARY KEY, pinned TEXT NOT NULL) WITHOUT ROWID');
  }

  list(): { device: string; pinned: readonly string[] }[] {
    return [...this.#pinned()].map(([device, pinned]) => ({ device, pinned }));
  }

  /** Fingerprints; undefined where the relay has not said that it can pin keys. */
  pinnedAt(device: string): readonly string[] | undefined {
    return this.#pinned().get(device);
  }

  record(device: string, pinned: readonly string[]): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO approver_relay (device, pinned) VALUES (?, ?)',
      device,
      JSON.stringify(pinned),
    );
    this.#pinned().set(device, pinned);
  }

  forget(device: string): void {
    if (!this.#pinned().delete(device)) return;
    this.#sql.exec('DELETE FROM approver_relay WHERE device = ?', device);
  }

  #pinned(): Map<string, readonly string[]> {
    this.#known ??= new Map(
      this.#sql
        .exec<{ device: string; pinned: string }>('SELECT device, pinned FROM approver_relay ORDER BY device')
        .toArray()
        .map(({ device, pinned }) => [device, JSON.parse(pinned) as string[]]),
    );
    return this.#known;
  }
}
