import { hashSecret } from '../edge/secrets.ts';
import { newTypedCode, readTypedCode } from './typed-code.ts';

const pairingCodeMs = 10 * 60_000;

/** Sixty bits: with ten wrong tries of a network in ten minutes nobody finds one by trying, and none is ever locked. */
const characters = 12;

/** Of one person. */
const maxOpen = 5;

/** One-time codes with which a relay is paired with a person's Home. In the Directory's SQLite. */
export class PairingCodes {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE pairing_code (
      hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, expires_at INTEGER NOT NULL
    ) WITHOUT ROWID`);
    sql.exec('CREATE INDEX pairing_code_user ON pairing_code (user_id, expires_at)');
    sql.exec('CREATE INDEX pairing_code_expiry ON pairing_code (expires_at)');
  }

  /** A new code; valid for ten minutes, and at most five at once (the oldest gives way). */
  async create(userId: string): Promise<string> {
    const code = newTypedCode(characters);
    const hash = await hashSecret(readTypedCode(code));
    const now = Date.now();
    this.#sql.exec('DELETE FROM pairing_code WHERE expires_at <= ?', now);
    this.#sql.exec(
      'INSERT INTO pairing_code (hash, user_id, expires_at) VALUES (?, ?, ?)',
      hash,
      userId,
      now + pairingCodeMs,
    );
    this.#sql.exec(
      'DELETE FROM pairing_code WHERE hash IN (SELECT hash FROM pairing_code WHERE user_id = ? ORDER BY expires_at DESC LIMIT -1 OFFSET ?)',
      userId,
      maxOpen,
    );
    return code;
  }

  /** Uses a code up. @param code as somebody typed it @returns whose relay it pairs, and whether it came in time */
  async take(code: string): Promise<{ userId: string; inTime: boolean } | undefined> {
    const row = this.#sql
      .exec<{ user_id: string; expires_at: number }>(
        'DELETE FROM pairing_code WHERE hash = ? RETURNING user_id, expires_at',
        await hashSecret(readTypedCode(code)),
      )
      .toArray()[0];
    return row && { userId: row.user_id, inTime: row.expires_at > Date.now() };
  }

  /** As its person is removed. */
  forget(userId: string): void {
    this.#sql.exec('DELETE FROM pairing_code WHERE user_id = ?', userId);
  }
}
