import { randomToken } from '../edge/secrets.ts';

/** More than one person needs; with one more, the session that ends first gives way. */
const maxSessions = 100;
/** A session that nobody uses ends. */
const idleMs = 2 * 86_400_000;
/** How old `seen_at` may be before a visit writes it again. */
const unchangedMs = 5 * 60_000;
/** For how long after a sign-in, or a passkey shown again, dangerous things may be done. */
export const freshMs = 10 * 60_000;

/** How a session begins. */
export interface NewSession {
  readonly hash: string;
  /** How long it lives at most. */
  readonly seconds: number;
  /** What was true of the deployment when it began; when that has changed, the session has ended. */
  readonly epoch: string;
  /** The browser, for its person to recognise. */
  readonly device: string;
}

/** A session as it is found by its secret's hash. */
export interface Session {
  readonly id: string;
  /** Whether its person proved who they are within {@link freshMs}. */
  readonly fresh: boolean;
}

/** A session as its person sees it. */
export interface SessionView {
  readonly id: string;
  readonly device: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly seenAt: number;
}

/** A user's browser sessions. Only the hash of each one's secret is known here. */
export class Sessions {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Replaces the first release's table, whose sessions said neither when nor where they began: they end. */
  static createTable(sql: SqlStorage): void {
    sql.exec('DROP TABLE session');
    sql.exec(`CREATE TABLE session (
      hash TEXT PRIMARY KEY, id TEXT NOT NULL, epoch TEXT NOT NULL, device TEXT NOT NULL, created_at INTEGER NOT NULL,
      seen_at INTEGER NOT NULL, fresh_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID`);
  }

  create({ hash, seconds, epoch, device }: NewSession): void {
    const now = Date.now();
    this.#sql.exec(
      `INSERT INTO session (hash, id, epoch, device, created_at, seen_at, fresh_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      hash,
      randomToken(8),
      epoch,
      device,
      now,
      now,
      now,
      now + seconds * 1_000,
    );
    this.#sql.exec(
      'DELETE FROM session WHERE hash IN (SELECT hash FROM session ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
      maxSessions,
    );
  }

  find(hash: string, epoch: string): Session | undefined {
    const now = Date.now();
    const row = this.#sql
      .exec<{ id: string; seen_at: number; fresh_at: number }>(
        'SELECT id, seen_at, fresh_at FROM session WHERE hash = ? AND epoch = ? AND expires_at > ? AND seen_at > ?',
        hash,
        epoch,
        now,
        now - idleMs,
      )
      .toArray()[0];
    if (!row) return undefined;
    if (row.seen_at <= now - unchangedMs) this.#sql.exec('UPDATE session SET seen_at = ? WHERE hash = ?', now, hash);
    return { id: row.id, fresh: row.fresh_at > now - freshMs };
  }

  list(): SessionView[] {
    return this.#sql
      .exec<{ id: string; device: string; created_at: number; seen_at: number }>(
        `SELECT id, device, created_at, seen_at FROM session WHERE expires_at > ? AND seen_at > ?
         ORDER BY seen_at DESC, id`,
        Date.now(),
        Date.now() - idleMs,
      )
      .toArray()
      .map(({ id, device, created_at, seen_at }) => ({ id, device, createdAt: created_at, seenAt: seen_at }));
  }

  delete(hash: string): void {
    this.#sql.exec('DELETE FROM session WHERE hash = ?', hash);
  }

  /** Ends one session, or all of them. */
  end(id?: string): void {
    this.#sql.exec('DELETE FROM session WHERE id = coalesce(?, id)', id ?? null);
  }

  /** Removes what has expired. @returns whether anything is left that will expire */
  sweep(): boolean {
    this.#sql.exec('DELETE FROM session WHERE expires_at <= ? OR seen_at <= ?', Date.now(), Date.now() - idleMs);
    return this.#sql.exec('SELECT 1 FROM session LIMIT 1').toArray().length > 0;
  }
}
