import { chmodSync, closeSync, openSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { FileError, makeFolder } from './files.ts';

/**
 * Nothing but a person's own tool can hold a file of the data folder, which has one relay; waiting for that blocks the
 * event loop, so it is short.
 */
const busyMs = 200;
/** SQLite's codes of a file that is damaged or no database. */
const damagedCodes = new Set([11, 26]);

export interface DatabaseOptions {
  /** The database, made when it is missing; `:memory:` keeps nothing. */
  readonly file: string;
  /** What it holds, for messages. */
  readonly holds: string;
  /** Each brings the database from one version to the next. They are never changed, only added. */
  readonly migrations: readonly string[];
  /** Of a power cut: `NORMAL` may lose the last transactions, `FULL` loses none that was finished. Neither damages the file. */
  readonly synchronous: 'NORMAL' | 'FULL';
}

/**
 * A SQLite file of the data folder, of mode 0600, in write-ahead mode so that a backup can read while the relay writes. One
 * that is damaged is put aside as `.damaged`, and a new one is begun.
 */
export class Database {
  readonly #db: DatabaseSync;

  /** @throws {FileError} when it cannot be written, and Error when a newer relay has written it */
  constructor({ file, holds, migrations, synchronous }: DatabaseOptions) {
    this.#db = file === ':memory:' ? new DatabaseSync(file) : openPrivately(file);
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous};`);
    this.#migrate(migrations, holds);
  }

  prepare(sql: string): StatementSync {
    return this.#db.prepare(sql);
  }

  /** Does all of the work, or nothing of it. */
  transaction<Result>(work: () => Result): Result {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Can be called again. */
  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #migrate(migrations: readonly string[], holds: string): void {
    const version = Number(this.#db.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (version > migrations.length) throw new Error(`${holds} was written by a newer relay`);
    for (let next = version; next < migrations.length; next += 1) {
      this.transaction(() => this.#db.exec(`${migrations[next]} PRAGMA user_version = ${next + 1};`));
    }
  }
}

function openPrivately(file: string): DatabaseSync {
  makePrivate(file);
  const db = new DatabaseSync(file, { timeout: busyMs });
  try {
    db.prepare('PRAGMA schema_version').get();
    return db;
  } catch (error) {
    db.close();
    if (!damagedCodes.has(Number((error as { errcode?: number }).errcode))) throw error;
    renameSync(file, `${file}.damaged`);
    return openPrivately(file);
  }
}

/** SQLite gives its companions the mode of the file itself. */
function makePrivate(file: string): void {
  makeFolder(dirname(file));
  try {
    closeSync(openSync(file, 'a', 0o600));
    chmodSync(file, 0o600);
  } catch (error) {
    throw new FileError(file, error);
  }
}
