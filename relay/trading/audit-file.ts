import type { AuditHead } from '../../shared/orders/frames.ts';
import { Database } from '../database.ts';
import { emptyHash, nextHash, sortedJson } from '../orders/hash-chain.ts';
import { type AuditRow, checkOwnAudit, type OwnVerdict } from './audit-check.ts';

/** Entries stay for so long. */
const keptForMs = 400 * 86_400_000;

/**
 * The relay's own record of everything that has to do with orders: instructions with the heads that the server named in them,
 * what was answered, journalled and sent, what the gateway said of it, and what people at home commanded. Chained by hashes,
 * so that a later change shows. It holds orders and accounts, and no key or token.
 */
export class AuditFile {
  readonly #db: Database;
  readonly #now: () => number;
  #length: number;
  #hash: string;
  #failed = false;

  constructor(file: string, now: () => number) {
    this.#now = now;
    this.#db = new Database({
      file,
      holds: 'The audit record of orders',
      migrations: [
        'CREATE TABLE entry (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT, hash TEXT NOT NULL);',
      ],
      synchronous: 'FULL',
    });
    const last = this.#db.prepare('SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1').get();
    this.#length = Number(last?.number ?? 0);
    this.#hash = String(last?.hash ?? emptyHash);
    this.#forget();
  }

  /** Never throws: what cannot be recorded here stands in the journal, which is what counts. */
  add(entry: Readonly<Record<string, unknown>>): void {
    try {
      const at = this.#now();
      const body = sortedJson({ ...entry, at });
      const hash = nextHash(this.#hash, body);
      this.#db
        .prepare('INSERT INTO entry (number, at, body, hash) VALUES (?, ?, ?, ?)')
        .run(this.#length + 1, Math.round(at), body, hash);
      this.#length += 1;
      this.#hash = hash;
    } catch {
      this.#failed = true;
    }
  }

  /** Something could not be recorded. */
  get failed(): boolean {
    return this.#failed;
  }

  /** The newest entry, which Home is told with every event. */
  get head(): AuditHead {
    return { length: this.#length, hash: this.#hash };
  }

  /** Reads all of it again. */
  verify(): OwnVerdict {
    return checkOwnAudit(this.rows());
  }

  /** One line of JSON for each entry, oldest first. */
  *lines(): Generator<string> {
    for (const { number, body, hash } of this.rows()) yield JSON.stringify({ number, hash, entry: JSON.parse(body) });
  }

  /** Oldest first. */
  *rows(): Generator<AuditRow> {
    for (const row of this.#db.prepare('SELECT number, body, hash FROM entry ORDER BY number').iterate()) {
      yield { number: Number(row.number), body: String(row.body), hash: String(row.hash) };
    }
  }

  close(): void {
    this.#db.close();
  }

  #forget(): void {
    this.#db.prepare('DELETE FROM entry WHERE at < ? AND number < ?').run(this.#now() - keptForMs, this.#length);
  }
}
