import { Database } from '../database.ts';
import type { AccountHistory, CashFlow, DailyValue } from '../documents/flex-history.ts';
import { type DateRange, mergeRanges } from './returns.ts';

/** Each brings the database from one version to the next. They are never changed, only added. */
const migrations = [
  `CREATE TABLE value (
     account TEXT NOT NULL,
     date TEXT NOT NULL,
     nav REAL NOT NULL,
     currency TEXT NOT NULL,
     source TEXT NOT NULL CHECK (source IN ('relay', 'flex')),
     at INTEGER NOT NULL,
     PRIMARY KEY (account, date, source)
   ) WITHOUT ROWID;
   CREATE TABLE flow (account TEXT NOT NULL, date TEXT NOT NULL, amount REAL NOT NULL);
   CREATE INDEX flow_of_account ON flow (account, date);
   CREATE TABLE flows_known (
     account TEXT NOT NULL,
     first TEXT NOT NULL,
     last TEXT NOT NULL,
     PRIMARY KEY (account, first, last)
   ) WITHOUT ROWID;`,
  // They were read by rules that counted sums and took days for known without transfers; the statements are read again.
  `DELETE FROM flow;
   DELETE FROM flows_known;`,
];

/** Days kept for each account: twenty years of trading. */
const maxDays = 5_200;

/** A value that the relay has seen itself. */
export interface Snapshot extends DailyValue {
  readonly account: string;
  /** When it was seen, epoch milliseconds. */
  readonly at: number;
}

/**
 * Daily net asset values and flows of each account, in a file of mode 0600. IBKR's own values go before those that the
 * relay saw. Everything is one short statement or transaction.
 */
export class PerformanceJournal {
  readonly #db: Database;

  /**
   * A power cut may lose the last values, which the relay sees again or IBKR's statements bring.
   * @param file the database, made when it is missing; `:memory:` keeps nothing
   */
  constructor(file: string) {
    this.#db = new Database({ file, holds: 'the performance history', migrations, synchronous: 'NORMAL' });
  }

  close(): void {
    this.#db.close();
  }

  /** Keeps values that the relay has seen, in place of earlier ones of the same day. */
  record(snapshots: readonly Snapshot[]): void {
    this.#db.transaction(() => {
      const insert = this.#db.prepare(
        `INSERT INTO value (account, date, nav, currency, source, at) VALUES (?, ?, ?, ?, 'relay', ?)
         ON CONFLICT DO UPDATE SET nav = excluded.nav, currency = excluded.currency, at = excluded.at`,
      );
      for (const { account, date, nav, currency, at } of snapshots) insert.run(account, date, nav, currency, at);
      this.#forgetOldDays(snapshots.map(({ account }) => account));
    });
  }

  /** Keeps what a statement says: its values, and its flows in place of all that were known of its days. */
  learn(history: readonly AccountHistory[], at: number): void {
    this.#db.transaction(() => {
      const value = this.#db.prepare(`INSERT OR REPLACE INTO value VALUES (?, ?, ?, ?, 'flex', ?)`);
      for (const { account, values, flows } of history) {
        for (const { date, nav, currency } of values) value.run(account, date, nav, currency, at);
        if (flows) this.#replaceFlows(account, flows);
      }
      this.#forgetOldDays(history.map(({ account }) => account));
    });
  }

  /** When the relay last saw each account's value of a day, epoch milliseconds. */
  seen(date: string): ReadonlyMap<string, number> {
    const rows = this.#db.prepare(`SELECT account, at FROM value WHERE date = ? AND source = 'relay'`).all(date);
    return new Map(rows.map(({ account, at }) => [String(account), Number(at)]));
  }

  /** Forgets what the relay saw on days after `date`: the clock was wrong then. @returns how many */
  forgetAfter(date: string): number {
    return Number(this.#db.prepare(`DELETE FROM value WHERE source = 'relay' AND date > ?`).run(date).changes);
  }

  /** Accounts of which anything is known. */
  accounts(): string[] {
    const rows = this.#db.prepare('SELECT DISTINCT account FROM value ORDER BY account').all();
    return rows.map(({ account }) => String(account));
  }

  /** An account's values by day, oldest first, in the currency of the newest. */
  values(account: string): DailyValue[] {
    const rows = this.#db
      .prepare(`SELECT date, nav, currency FROM value WHERE account = ? ORDER BY date, source = 'flex'`)
      .all(account);
    const byDate = new Map(
      rows.map((row) => [
        String(row.date),
        { date: String(row.date), nav: Number(row.nav), currency: String(row.currency) },
      ]),
    );
    const values = [...byDate.values()];
    const currency = values.at(-1)?.currency;
    return values.filter((value) => value.currency === currency);
  }

  /** An account's flows, oldest first, and the days of which they are known. */
  flows(account: string): { list: CashFlow[]; known: DateRange[] } {
    const list = this.#db.prepare('SELECT date, amount FROM flow WHERE account = ? ORDER BY date').all(account);
    const known = this.#db.prepare('SELECT first, last FROM flows_known WHERE account = ? ORDER BY first').all(account);
    return {
      list: list.map(({ date, amount }) => ({ date: String(date), amount: Number(amount) })),
      known: known.map(({ first, last }) => ({ from: String(first), to: String(last) })),
    };
  }

  #replaceFlows(account: string, { from, to, list }: NonNullable<AccountHistory['flows']>): void {
    this.#db.prepare('DELETE FROM flow WHERE account = ? AND date BETWEEN ? AND ?').run(account, from, to);
    const insert = this.#db.prepare('INSERT INTO flow VALUES (?, ?, ?)');
    for (const { date, amount } of list) if (date >= from && date <= to) insert.run(account, date, amount);
    const known = mergeRanges([...this.flows(account).known, { from, to }]);
    this.#db.prepare('DELETE FROM flows_known WHERE account = ?').run(account);
    const range = this.#db.prepare('INSERT INTO flows_known VALUES (?, ?, ?)');
    for (const days of known) range.run(account, days.from, days.to);
  }

  #forgetOldDays(accounts: readonly string[]): void {
    const oldest = this.#db.prepare(
      `SELECT date FROM (SELECT DISTINCT date FROM value WHERE account = ?) ORDER BY date DESC LIMIT 1 OFFSET ${maxDays}`,
    );
    for (const account of new Set(accounts)) {
      const date = oldest.get(account)?.date;
      if (date === undefined) continue;
      this.#db.prepare('DELETE FROM value WHERE account = ? AND date <= ?').run(account, date);
      this.#db.prepare('DELETE FROM flow WHERE account = ? AND date <= ?').run(account, date);
      this.#db.prepare('DELETE FROM flows_known WHERE account = ? AND last <= ?').run(account, date);
    }
  }
}
