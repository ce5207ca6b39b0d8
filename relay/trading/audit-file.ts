import { Database } from '../database.ts';
import { emptyHash, nextHash, sortedJson } from '../orders/hash-chain.ts';

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

  /** How many entries there are and the hash of the last, or the number of the first that is not as it was written. */
  verify(): { readonly length: number; readonly hash: string; readonly broken?: number } {
    let before: { number: number; hash: string } | undefined;
    for (const { number, body, hash } of this.#rows()) {
      const isFirst = before === undefined;
      const chained = isFirst ? (number === 1 ? emptyHash : undefined) : before?.hash;
      const fits = chained === undefined || nextHash(chained, body) === hash;
      if (!fits || (before && number !== before.number + 1)) {
        return { length: this.#length, hash: this.#hash, broken: number };
      }
      before = { number, hash };
    }
    return { length: this.#length, hash: this.#hash };
  }

  /** One line of JSON for each entry, oldest first. */
  *lines(): Generator<string> {
    for (const { number, body, hash } of this.#rows()) yield JSON.stringify({ number, hash, entry: JSON.parse(body) });
  }

  close(): void {
    this.#db.close();
  }

  *#rows(): Generator<{ number: number; body: string; hash: string }> {
    for (const row of this.#db.prepare('SELECT number, body, hash FROM entry ORDER BY number').iterate()) {
      yield { number: Number(row.number), body: String(row.body), hash: String(row.hash) };
    }
  }

  #forget(): void {
    this.#db.prepare('DELETE FROM entry WHERE at < ? AND number < ?').run(this.#now() - keptForMs, this.#length);
  }
}
