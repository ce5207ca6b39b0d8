/** What came of a refresh: whether it succeeded, and the answer, sealed with the token that was used. */
export interface RefreshAnswer {
  ok: boolean;
  sealed: string;
}

/** `spent`: the token was used before, and its answer is not given again. */
export type RefreshOutcome = { kind: 'answer'; sealed: string } | { kind: 'spent' };

/** How long the answer to a refresh is given again to whoever repeats it. */
const repeatableMs = 60_000;
/** A refresh takes milliseconds; one whose Worker is gone must not keep the next from its turn for long. */
const patienceMs = 15_000;

/**
 * Refreshes of the user's grants, one at a time for each grant. The newest of each is remembered until the grant is gone:
 * for a minute with its answer, and then to refuse the token that was used, which the OAuth library would take again and
 * then drop the successor.
 */
export class Refreshes {
  readonly #sql: SqlStorage;
  readonly #userId: () => string;
  /** By grant: settled when the refresh under way and all that wait for it are over. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(sql: SqlStorage, userId: () => string) {
    this.#sql = sql;
    this.#userId = userId;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE refresh (
      grant_id TEXT PRIMARY KEY, spent TEXT NOT NULL, wishes TEXT NOT NULL, answer TEXT, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID`);
  }

  /**
   * @param spent hash of the refresh token
   * @param wishes hash of the whole request, the client's credentials included
   * @param run carries the refresh out
   */
  async once(grant: string, spent: string, wishes: string, run: () => Promise<RefreshAnswer>): Promise<RefreshOutcome> {
    const before = this.#turns.get(grant) ?? Promise.resolve();
    const turn = before.then(() => this.#run(grant, spent, wishes, run));
    const settled = turn.catch(() => {});
    this.#turns.set(grant, settled);
    void settled.then(() => this.#turns.get(grant) === settled && this.#turns.delete(grant));
    return turn;
  }

  /** Removes what has expired, and what belongs to grants that are gone. */
  sweep(): void {
    this.#sql.exec('UPDATE refresh SET answer = NULL WHERE answer IS NOT NULL AND expires_at <= ?', Date.now());
    this.#sql.exec(
      "DELETE FROM refresh WHERE NOT EXISTS (SELECT 1 FROM kv WHERE key = 'grant:' || ? || ':' || grant_id)",
      this.#userId(),
    );
  }

  async #run(grant: string, spent: string, wishes: string, run: () => Promise<RefreshAnswer>): Promise<RefreshOutcome> {
    const known = this.#find(grant);
    if (known?.spent === spent) {
      const repeated = known.wishes === wishes && known.expires_at > Date.now() && this.#exists(grant);
      return repeated && known.answer !== null ? { kind: 'answer', sealed: known.answer } : { kind: 'spent' };
    }
    const { ok, sealed } = await withinPatience(run());
    if (ok) this.#record(grant, spent, wishes, sealed);
    return { kind: 'answer', sealed };
  }

  #find(grant: string) {
    return this.#sql
      .exec<{ spent: string; wishes: string; answer: string | null; expires_at: number }>(
        'SELECT spent, wishes, answer, expires_at FROM refresh WHERE grant_id = ?',
        grant,
      )
      .toArray()[0];
  }

  #exists(grant: string): boolean {
    return this.#sql.exec('SELECT 1 FROM kv WHERE key = ?', `grant:${this.#userId()}:${grant}`).toArray().length > 0;
  }

  #record(grant: string, spent: string, wishes: string, answer: string): void {
    this.#sql.exec(
      'INSERT OR REPLACE INTO refresh (grant_id, spent, wishes, answer, expires_at) VALUES (?, ?, ?, ?, ?)',
      grant,
      spent,
      wishes,
      answer,
      Date.now() + repeatableMs,
    );
  }
}

async function withinPatience<Value>(work: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('a refresh took too long')), patienceMs);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
