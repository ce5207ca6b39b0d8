import { ToolError } from '../../../shared/errors.ts';
import { hintFor } from '../../../shared/tools/support/nearest-name.ts';

/** An instrument in a watchlist, as its relay named it when it was added. */
export interface WatchedInstrument {
  readonly conId: number;
  /** Canonical contract string. */
  readonly contract: string;
  readonly currency?: string | undefined;
}

export interface WatchlistSummary {
  readonly name: string;
  readonly instruments: number;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

const maxLists = 50;
const maxInstruments = 200;

/**
 * A user's watchlists. Names are told apart without regard to case; every change is one step, so that two clients that
 * change the same list at once lose nothing of each other's.
 */
export class Watchlists {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): WatchlistSummary[] {
    return this.#sql
      .exec<{ name: string; instruments: number; updated_at: number }>(
        `SELECT name, updated_at, (SELECT count(*) FROM watched WHERE list = key) AS instruments
         FROM watchlist ORDER BY key`,
      )
      .toArray()
      .map(({ name, instruments, updated_at }) => ({ name, instruments, updatedAt: updated_at }));
  }

  /** The name as the user wrote it. @throws ToolError `invalid_arguments` with the nearest known name */
  nameOf(name: string): string {
    const written = this.#written(name);
    if (written !== undefined) return written;
    const known = this.all().map((list) => list.name);
    throw new ToolError({
      code: 'invalid_arguments',
      message: `There is no watchlist “${name}”.${hintFor(name, known)}`,
      nextStep: known.length > 0 ? `Known: ${known.join(', ')}`.slice(0, 1_000) : 'There are no watchlists yet.',
    });
  }

  /** In the order in which they were added. @throws ToolError for an unknown list */
  instruments(name: string): WatchedInstrument[] {
    this.nameOf(name);
    return this.#sql
      .exec<{ con_id: number; contract: string; currency: string | null }>(
        'SELECT con_id, contract, currency FROM watched WHERE list = ? ORDER BY position, con_id',
        keyOf(name),
      )
      .toArray()
      .map(({ con_id, contract, currency }) => ({ conId: con_id, contract, currency: currency ?? undefined }));
  }

  /** Creates an empty list. @throws ToolError when there is one of that name, or there are too many */
  create(name: string): void {
    const there = this.#written(name);
    if (there !== undefined) {
      throw full(
        `There is a watchlist “${there}” already, with ${this.instruments(there).length} in it.`,
        'Add to it with action=add, or choose another name. Nothing was changed.',
      );
    }
    if (this.all().length >= maxLists) throw full(`There are ${maxLists} watchlists already.`, 'Delete one first.');
    this.#sql.exec('INSERT INTO watchlist (key, name, updated_at) VALUES (?, ?, ?)', keyOf(name), name, Date.now());
  }

  /** @throws ToolError for an unknown list, or when another one has the new name */
  rename(name: string, newName: string): void {
    this.nameOf(name);
    const [from, to] = [keyOf(name), keyOf(newName)];
    if (from !== to && this.#sql.exec('SELECT 1 FROM watchlist WHERE key = ?', to).toArray().length > 0) {
      throw full(`There is another watchlist “${newName}”.`, 'Choose another name, or delete that one first.');
    }
    this.#sql.exec(
      'UPDATE watchlist SET key = ?, name = ?, updated_at = ? WHERE key = ?',
      to,
      newName,
      Date.now(),
      from,
    );
    this.#sql.exec('UPDATE watched SET list = ? WHERE list = ?', to, from);
  }

  /**
   * Adds what is not there yet: all of it, or nothing when the list would be too long.
   * @returns what was added
   * @throws ToolError for an unknown or full list
   */
  add(name: string, instruments: readonly WatchedInstrument[]): WatchedInstrument[] {
    const list = keyOf(name);
    const present = new Set(this.instruments(name).map(({ conId }) => conId));
    const fresh = [
      ...new Map(instruments.filter(({ conId }) => !present.has(conId)).map((one) => [one.conId, one])).values(),
    ];
    if (present.size + fresh.length > maxInstruments) {
      throw full(
        `A watchlist holds ${maxInstruments} instruments; “${this.nameOf(name)}” has ${present.size}, and ${fresh.length} more do not fit.`,
        'Remove some first, or use another list. Nothing was added.',
      );
    }
    const { top } = this.#sql
      .exec<{ top: number }>('SELECT coalesce(max(position), 0) AS top FROM watched WHERE list = ?', list)
      .one();
    fresh.forEach(({ conId, contract, currency }, index) => {
      this.#sql.exec(
        'INSERT INTO watched (list, con_id, contract, currency, position) VALUES (?, ?, ?, ?, ?)',
        list,
        conId,
        contract,
        currency ?? null,
        top + index + 1,
      );
    });
    if (fresh.length > 0) this.#touch(list);
    return fresh;
  }

  /** Removes what is there. @returns what was removed @throws ToolError for an unknown list */
  remove(name: string, conIds: readonly number[]): WatchedInstrument[] {
    const list = keyOf(name);
    const gone = this.instruments(name).filter(({ conId }) => conIds.includes(conId));
    for (const { conId } of gone) this.#sql.exec('DELETE FROM watched WHERE list = ? AND con_id = ?', list, conId);
    if (gone.length > 0) this.#touch(list);
    return gone;
  }

  /** @throws ToolError for an unknown list */
  delete(name: string): void {
    this.nameOf(name);
    this.#sql.exec('DELETE FROM watched WHERE list = ?', keyOf(name));
    this.#sql.exec('DELETE FROM watchlist WHERE key = ?', keyOf(name));
  }

  #written(name: string): string | undefined {
    return this.#sql.exec<{ name: string }>('SELECT name FROM watchlist WHERE key = ?', keyOf(name)).toArray()[0]?.name;
  }

  #touch(list: string): void {
    this.#sql.exec('UPDATE watchlist SET updated_at = ? WHERE key = ?', Date.now(), list);
  }
}

/** Names that look alike are one name: composed or not, wide or not, large or small. */
function keyOf(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

function full(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
