import type { AuditEntry } from '../../../shared/orders/home-model.ts';
import { Attempts } from '../../edge/attempts.ts';

/** Of one connection and kind within an hour. */
const most = { max: 60, windowMs: 3_600_000 };

type CallEntry = Omit<AuditEntry, 'at'> & { readonly grant: string };

/**
 * Calls that came to nothing, or to nothing new, for the audit: each of them, but of one connection only so many an hour, so
 * that a client which asks without end does not push out what has happened.
 */
export class CallNotes {
  readonly #attempts: Attempts;
  readonly #append: (entry: Omit<AuditEntry, 'at'>) => void;

  constructor(sql: SqlStorage, append: (entry: Omit<AuditEntry, 'at'>) => void) {
    this.#attempts = new Attempts(sql, most);
    this.#append = append;
  }

  add(entry: CallEntry): void {
    const { what, grant, by } = entry;
    const key = `audit ${what} ${grant}`;
    if (!this.#attempts.allowed(key)) return;
    this.#attempts.record(key);
    this.#append({ ...entry, ...(entry.detail === undefined ? {} : { detail: entry.detail.slice(0, 1_000) }) });
    if (this.#attempts.allowed(key)) return;
    const detail = `${most.max} within an hour: more of them are not written down for a while`;
    this.#append({ what, grant, ...(by === undefined ? {} : { by }), detail });
  }
}
