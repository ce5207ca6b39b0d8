import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JournalHead } from '../../shared/orders/frames.ts';
import { endStates } from '../../shared/orders/ticket-states.ts';
import { makeFolder } from '../files.ts';
import { emptyHash, nextHash, sortedJson } from './hash-chain.ts';
import type { JournalEntry } from './model.ts';

/** SQLite's codes of a file that somebody else has, of one that is damaged or no database, and of a disk without space. */
const busyCode = 5;
const damagedCodes = new Set([11, 26]);
const fullCode = 13;

/** What of tickets that are over stays for so long, and every hash. */
const keptForMs = 30 * 86_400_000;

/** Why a journal cannot be used; `held` by another process, `damaged`, or `failed` for another reason. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
  readonly why: 'held' | 'damaged' | 'failed';

  constructor(why: JournalError['why'], message: string, cause?: unknown) {
    super(message, { cause });
    this.why = why;
  }
}

/** Space that is taken on the disk beforehand, and given up for what must be written when there is no other. */
export interface SpareSpace {
  release(): void;
}

export interface JournalOptions {
  /** Made when it is missing, with mode 0600. */
  readonly file: string;
  readonly spare?: SpareSpace;
  /** The wall clock, epoch milliseconds. */
  readonly now: () => number;
  /** How the file is opened; node:sqlite by default. */
  readonly open?: (file: string) => DatabaseSync;
}

/**
 * What the trading machine must know after a start, in a file that one process at a time can have: entries that are on disk
 * when `append` returns, each with the hash of itself and of all before it.
 */
export class Journal {
  readonly #db: DatabaseSync;
  readonly #spare: SpareSpace | undefined;
  /** What stands for this relay in IB’s references: random, as long as the journal lives. */
  readonly relay: string;
  #head: JournalHead;

  /** For `open`, which has made the tables. */
  constructor(db: DatabaseSync, spare: SpareSpace | undefined) {
    this.#db = db;
    this.#spare = spare;
    this.#head = headIn(db);
    this.relay = String(db.prepare('SELECT relay FROM journal').get()?.relay);
  }

  /**
   * Opens it for this process alone, checks every hash and forgets what is older than thirty days and over.
   * @throws {JournalError}
   */
  static open({ file, spare, now, open = (path) => new DatabaseSync(path, { timeout: 0 }) }: JournalOptions): Journal {
    let db: DatabaseSync | undefined;
    try {
      makePrivate(file);
      db = open(file);
      db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = EXTRA;');
      db.exec(`BEGIN EXCLUSIVE;
        CREATE TABLE IF NOT EXISTS journal (generation TEXT NOT NULL, relay TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT, hash TEXT NOT NULL);
        COMMIT;`);
      begin(db);
      const journal = new Journal(db, spare);
      journal.verify();
      journal.#prune(now());
      return journal;
    } catch (error) {
      if (db?.isOpen) db.close();
      throw error instanceof JournalError ? error : journalError(file, error);
    }
  }

  get head(): JournalHead {
    return this.#head;
  }

  /** All entries by their number; a place that was forgotten holds one that says nothing. */
  *entries(): Generator<JournalEntry> {
    let expected = 1;
    for (const { number, body } of this.#db.prepare('SELECT number, body FROM entry ORDER BY number').iterate()) {
      for (; expected < Number(number); expected += 1) yield forgotten;
      yield body === null ? forgotten : (JSON.parse(String(body)) as JournalEntry);
      expected += 1;
    }
  }

  /**
   * Puts an entry on disk; it is there when this returns.
   * @throws an error of SQLite: then nobody knows whether it is, and nothing may be done that relies on it
   */
  append(entry: JournalEntry): JournalHead {
    const body = sortedJson(entry);
    const number = this.#head.length + 1;
    const hash = nextHash(this.#head.hash, body);
    const generation = entry.type === 'trusted' ? entry.generation : this.#head.generation;
    const write = () => {
      this.#db.exec('BEGIN IMMEDIATE');
      try {
        this.#db
          .prepare('INSERT INTO entry (number, at, body, hash) VALUES (?, ?, ?, ?)')
          .run(number, entry.at, body, hash);
        if (generation !== this.#head.generation) this.#db.prepare('UPDATE journal SET generation = ?').run(generation);
        this.#db.exec('COMMIT');
      } catch (error) {
        if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
        throw error;
      }
    };
    withSpareSpace(this.#spare, write);
    this.#head = { generation, length: number, hash };
    return this.#head;
  }

  /** The hash of the journal as it was with so many entries; undefined when it never was, or that was forgotten. */
  hashAt(length: number): string | undefined {
    if (length === 0) return emptyHash;
    const row = this.#db.prepare('SELECT hash FROM entry WHERE number = ?').get(length);
    return row === undefined ? undefined : String(row.hash);
  }

  /** @throws {JournalError} `damaged` when an entry is not what it was when it was written */
  verify(): void {
    const rows = this.#db.prepare('SELECT number, body, hash FROM entry ORDER BY number').iterate();
    let before = { number: 0, hash: emptyHash };
    for (const row of rows) {
      const number = Number(row.number);
      const hash = String(row.hash);
      if (row.body !== null) {
        if (before.number !== number - 1) throw damaged(`entry ${number} stands alone`);
        if (nextHash(before.hash, String(row.body)) !== hash) throw damaged(`entry ${number} was changed`);
      }
      before = { number, hash };
    }
  }

  /** Can be called again. */
  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  /** Forgets the tickets that have been over for long; hashes go, too, unless an entry that stays is checked against them. */
  #prune(now: number): void {
    const before = now - keptForMs;
    const old = this.#db.prepare('SELECT count(*) AS old FROM entry WHERE at < ?').get(before);
    if (Number(old?.old) === 0) return;
    const { kept, acknowledged } = needed(this.entries(), before);
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const forget = this.#db.prepare('UPDATE entry SET body = NULL WHERE number = ? AND body IS NOT NULL');
      const drop = this.#db.prepare('DELETE FROM entry WHERE number = ?');
      const rows = this.#db.prepare('SELECT number FROM entry WHERE at < ? ORDER BY number').all(before);
      for (const row of rows) {
        const number = Number(row.number);
        if (kept.has(number)) continue;
        forget.run(number);
        // Home names what it last heard of, which may be from then on.
        const isNamed = number >= Math.min(acknowledged, this.#head.length - 1);
        if (!isNamed && !kept.has(number + 1) && !this.#isYoung(number + 1, before)) drop.run(number);
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #isYoung(number: number, before: number): boolean {
    return Number(this.#db.prepare('SELECT at FROM entry WHERE number = ?').get(number)?.at ?? 0) >= before;
  }
}

/** Runs what must be written, if need be at the cost of the space that was kept for it. */
export function withSpareSpace(spare: SpareSpace | undefined, write: () => void): void {
  try {
    write();
  } catch (error) {
    if (spare === undefined || (error as { errcode?: number }).errcode !== fullCode) throw error;
    spare.release();
    write();
  }
}

/** Changes nothing in the state that it is folded into. */
const forgotten: JournalEntry = { type: 'acknowledged', length: 0, at: 0 };

/**
 * How far Home has acknowledged, and the numbers of entries that must stay: all young ones, those of tickets that are not over, and of everything else the last
 * that says how things stand, with the highest order id that each client has given and the most that Home has consumed.
 */
function needed(
  entries: Iterable<JournalEntry>,
  before: number,
): { readonly kept: ReadonlySet<number>; readonly acknowledged: number } {
  const kept = new Set<number>();
  const byTicket = new Map<string, { numbers: number[]; over: boolean }>();
  const last = new Map<string, number>();
  const highest = new Map<number, { id: number; number: number }>();
  let counted: number | undefined;
  let acknowledged = 0;
  let number = 0;
  for (const entry of entries) {
    number += 1;
    if (entry === forgotten) continue;
    if (entry.at >= before) kept.add(number);
    if (entry.type === 'taken') {
      const id = Math.max(0, ...entry.orderIds.map(([, each]) => each));
      if (id > (highest.get(entry.clientId)?.id ?? 0)) highest.set(entry.clientId, { id, number });
    }
    if (entry.type === 'acknowledged') acknowledged = Math.max(acknowledged, entry.length);
    // Home counts up: the last is the most.
    if ('consumed' in entry) counted = number;
    if ('ticket' in entry) {
      const ticket = byTicket.get(entry.ticket) ?? { numbers: [], over: false };
      ticket.numbers.push(number);
      if (entry.type === 'outcome') ticket.over = endStates.has(entry.report.state);
      if (entry.type === 'refused' || entry.type === 'resolved') ticket.over = true;
      if (entry.at >= before) ticket.over = false;
      byTicket.set(entry.ticket, ticket);
    } else if (entry.type === 'stopped' || entry.type === 'resumed') last.set(`stop ${entry.where}`, number);
    else if (entry.type === 'cancel' || entry.type === 'cancelled')
      last.set(`cancel ${entry.request} ${entry.type}`, number);
    else last.set(entry.type, number);
  }
  for (const each of last.values()) kept.add(each);
  // All of a ticket or nothing: its entries are read together.
  const ofHighest = new Set([...highest.values()].map((each) => each.number));
  if (counted !== undefined) ofHighest.add(counted);
  for (const { numbers, over } of byTicket.values()) {
    if (!over || numbers.some((each) => ofHighest.has(each))) for (const each of numbers) kept.add(each);
  }
  return { kept, acknowledged };
}

function headIn(db: DatabaseSync): JournalHead {
  const generation = String(db.prepare('SELECT generation FROM journal').get()?.generation);
  const row = db.prepare('SELECT number, hash FROM entry ORDER BY number DESC LIMIT 1').get();
  return { generation, length: Number(row?.number ?? 0), hash: row === undefined ? emptyHash : String(row.hash) };
}

/** Gives a new journal its name. */
function begin(db: DatabaseSync): void {
  if (db.prepare('SELECT generation FROM journal').get() !== undefined) return;
  if (db.prepare('SELECT number FROM entry').get() !== undefined) throw damaged('its name is gone');
  const relay = newGeneration().slice(0, 8);
  db.prepare('INSERT INTO journal (generation, relay) VALUES (?, ?)').run(newGeneration(), relay);
}

/** A random name for one life of a journal. */
export function newGeneration(): string {
  return randomBytes(8).toString('hex');
}

/** One that exists is not opened: closing any handle of a file gives up the locks that this process has on it. */
function makePrivate(file: string): void {
  makeFolder(dirname(file));
  try {
    closeSync(openSync(file, 'wx', 0o600));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  chmodSync(file, 0o600);
}

function damaged(what: string, cause?: unknown): JournalError {
  return new JournalError(
    'damaged',
    `The journal of orders is damaged (${what}). Nothing is traded with it, and it is not made anew by itself. Put back the data folder’s orders.sqlite from before, or move it away, look at the open orders in TWS, and run the trust command.`,
    cause,
  );
}

function journalError(file: string, error: unknown): JournalError {
  const code = Number((error as { errcode?: number }).errcode);
  if (damagedCodes.has(code)) return damaged((error as Error).message, error);
  if (code === busyCode) {
    return new JournalError('held', `Another process has the journal of orders, ${file}. Stop that one first.`, error);
  }
  const why = (error as Error).message;
  return new JournalError('failed', `The journal of orders, ${file}, cannot be used (${why}).`, error);
}
