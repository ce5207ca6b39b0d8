import { randomUUID } from 'node:crypto';
import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ToolError } from '../../shared/errors.ts';
import { maxBodyBytes, type RelayEventRecord, relayEventSchema } from '../../shared/tunnel/frames.ts';
import { makeFolder } from '../files.ts';

/** Events that wait for the hub at most, unless said otherwise. */
const usualMost = 2_048;

/**
 * What has happened and the hub has not taken yet, in a file of mode 0600. An event is on disk when `add` returns, and
 * goes only when the hub has it. Each opening numbers its events anew under a name of its own: a folder restored from a
 * copy repeats no number.
 */
export class Outbox {
  readonly #db: DatabaseSync;
  readonly #most: number;
  readonly #generation = randomUUID();
  #seq = 0;
  #onAdded: ((event: RelayEventRecord) => void) | undefined;

  /** @throws an error of SQLite for a file that is damaged: what it holds is not thrown away */
  constructor(file: string, most = usualMost) {
    this.#most = most;
    makeFolder(dirname(file));
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
    this.#db = new DatabaseSync(file);
    this.#db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;
      CREATE TABLE IF NOT EXISTS event (
        number INTEGER PRIMARY KEY, generation TEXT NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL
      )`);
  }

  /** How many more events there is room for: to be looked at before something is done that will cause them. */
  get room(): number {
    const { waiting } = this.#db.prepare('SELECT count(*) AS waiting FROM event').get() as { waiting: number };
    return this.#most - waiting;
  }

  /** Oldest first. */
  pending(): readonly RelayEventRecord[] {
    const rows = this.#db.prepare('SELECT generation, seq, name, body FROM event ORDER BY number').all();
    return rows.map((row) => relayEventSchema.parse({ ...row, body: JSON.parse(String(row.body)) }));
  }

  /** Tells of everything that is added from now on; undefined ends that. */
  onAdded(listener: ((event: RelayEventRecord) => void) | undefined): void {
    this.#onAdded = listener;
  }

  /**
   * @param onKept told before anybody else hears of it
   * @throws ToolError when there is no room or the body is too large; an error of SQLite when the disk fails
   */
  add(name: string, body: RelayEventRecord['body'], onKept?: (event: RelayEventRecord) => void): void {
    if (this.room <= 0) throw full(this.#most);
    const { data: event } = relayEventSchema.safeParse({
      generation: this.#generation,
      seq: this.#seq + 1,
      name,
      body,
    });
    if (event === undefined) throw unfit(name);
    this.#db
      .prepare('INSERT INTO event (generation, seq, name, body) VALUES (?, ?, ?, ?)')
      .run(event.generation, event.seq, name, JSON.stringify(body));
    this.#seq = event.seq;
    onKept?.(event);
    this.#onAdded?.(event);
  }

  /** The hub has all events of the generation up to this one. */
  taken(generation: string, seq: number): void {
    this.#db.prepare('DELETE FROM event WHERE generation = ? AND seq <= ?').run(generation, seq);
  }

  close(): void {
    this.#db.close();
  }
}

function unfit(name: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `The event ${name.slice(0, 64)} cannot be kept: its name is none, or its body is larger than ${maxBodyBytes} bytes.`,
    nextStep: 'Tell less in one event.',
  });
}

function full(most: number): ToolError {
  return new ToolError({
    code: 'busy',
    message: `${most} events wait for the server, which has taken none of them.`,
    nextStep: 'See that the relay reaches the server; until then it does nothing that the server must hear of.',
  });
}
