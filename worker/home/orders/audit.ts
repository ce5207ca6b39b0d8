import {
  type AuditLine,
  type AuditVerdict,
  auditBeginning,
  checkAudit,
  hashOfLine,
  keptAuditLines,
} from '../../../shared/orders/audit-chain.ts';
import type { AuditHead } from '../../../shared/orders/frames.ts';
import type { AuditEntry } from '../../../shared/orders/home-model.ts';

/** Old ones are removed so many at a time. */
const pruneEvery = 200;

/**
 * What happened in trading, line by line, each with the hash of the one before it: nothing can be taken out or changed
 * without a trace. The relay keeps such a file of its own, and the lines name its journal as it was known here.
 */
export class AuditLog {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec('CREATE TABLE order_audit (seq INTEGER PRIMARY KEY, line TEXT NOT NULL, hash TEXT NOT NULL)');
  }

  append(entry: AuditEntry): void {
    const last = this.#last();
    const seq = last.seq + 1;
    const line = JSON.stringify({ seq, previous: last.hash, ...entry, at: new Date(entry.at).toISOString() });
    const hash = hashOfLine(line);
    this.#sql.exec('INSERT INTO order_audit (line, hash) VALUES (?, ?)', line, hash);
    if (seq % pruneEvery === 0) {
      this.#sql.exec('DELETE FROM order_audit WHERE seq <= CAST(? AS INTEGER)', seq - keptAuditLines);
    }
  }

  /** The newest line: a relay that is told it keeps it beside its own, so that neither can be cut or changed alone. */
  head(): AuditHead {
    const { seq, hash } = this.#last();
    return { length: seq, hash };
  }

  /** Reads all of it again. */
  verify(): AuditVerdict {
    type Row = AuditLine & Record<string, string>;
    return checkAudit(this.#sql.exec<Row>('SELECT line, hash FROM order_audit ORDER BY seq'));
  }

  /**
   * Lines as JSON, oldest first: `hash` is the SHA-256 of `line`, which names the hash before it.
   * @param after the last `seq` that was read, 0 for the beginning
   */
  lines(after: number, limit: number): { seq: number; text: string }[] {
    return this.#sql
      .exec<{ seq: number; line: string; hash: string }>(
        'SELECT seq, line, hash FROM order_audit WHERE seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)',
        after,
        limit,
      )
      .toArray()
      .map(({ seq, line, hash }) => ({ seq, text: JSON.stringify({ line, hash }) }));
  }

  #last(): { seq: number; hash: string } {
    const rows = this.#sql.exec<{ seq: number; hash: string }>(
      'SELECT seq, hash FROM order_audit ORDER BY seq DESC LIMIT 1',
    );
    return rows.toArray()[0] ?? { seq: 0, hash: auditBeginning };
  }
}
