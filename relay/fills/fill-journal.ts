import type { Contract } from '@stoqey/ib';
import { type ExecutionCosts, effectiveFills, fillOf } from '../../shared/orders/fills.ts';
import { Database } from '../database.ts';
import type { ExecutionReport } from '../gateway/accounts/executions.ts';

/** Each brings the database from one version to the next. They are never changed, only added. */
const migrations = [
  `CREATE TABLE execution (
     account TEXT NOT NULL,
     exec_id TEXT NOT NULL,
     fill TEXT NOT NULL,
     time INTEGER,
     time_text TEXT NOT NULL,
     heard INTEGER NOT NULL,
     at INTEGER NOT NULL,
     contract TEXT NOT NULL,
     side TEXT NOT NULL CHECK (side IN ('BUY', 'SELL')),
     quantity REAL NOT NULL,
     price REAL NOT NULL,
     exchange TEXT NOT NULL,
     perm_id INTEGER NOT NULL,
     order_ref TEXT,
     PRIMARY KEY (account, exec_id)
   ) WITHOUT ROWID;
   CREATE INDEX execution_at ON execution (at);
   CREATE INDEX execution_fill ON execution (account, fill);
   CREATE TABLE costs (
     exec_id TEXT PRIMARY KEY,
     commission REAL,
     currency TEXT,
     realized REAL
   ) WITHOUT ROWID;
   CREATE TABLE watched (
     account TEXT NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     PRIMARY KEY (account, first)
   ) WITHOUT ROWID;`,
];

/** Reports kept; the oldest go. */
const maxReports = 100_000;
/** Stretches of watching kept for each account; the oldest go, and with them what the journal vouches for. */
const maxStretches = 500;
/** Between two looks at the gateway there may be so much without anything being missed. */
const toleranceMs = 10 * 60_000;

/** A fill as it counts now, with the instant that decides to which period it belongs. */
export interface Fill extends ExecutionReport {
  readonly corrections: number;
  /** Its time or, where IB's text of that cannot be read, when the relay first heard of it. Epoch milliseconds. */
  readonly at: number;
}

/** A stretch of time, epoch milliseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Every execution that the relay has heard of, in a file of mode 0600. Telling it the same again changes nothing, and
 * commissions may come before or after what they were charged for. What was told is on disk when a method returns.
 */
export class FillJournal {
  readonly #db: Database;
  readonly #maxReports: number;

  /** @param file the database, made when it is missing; `:memory:` keeps nothing */
  constructor(file: string, { keep = maxReports }: { keep?: number } = {}) {
    this.#db = new Database({ file, holds: 'the journal of fills', migrations, synchronous: 'FULL' });
    this.#maxReports = keep;
  }

  close(): void {
    this.#db.close();
  }

  /** Keeps reports. @param heard the market's time now, epoch milliseconds */
  record(reports: readonly ExecutionReport[], heard: number): void {
    const told = reports.filter(({ execId, account }) => execId !== '' && account !== '');
    if (told.length === 0) return;
    this.#db.transaction(() => {
      const insert = this.#db.prepare(
        `INSERT INTO execution (account, exec_id, fill, time, time_text, heard, at, contract, side, quantity, price, exchange, perm_id, order_ref)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET time = excluded.time, time_text = excluded.time_text, at = excluded.time WHERE time IS NULL AND excluded.time IS NOT NULL`,
      );
      for (const {
        execId,
        account,
        time,
        timeText,
        contract,
        side,
        quantity,
        price,
        exchange,
        permId,
        orderRef,
      } of told) {
        const when = [time ?? null, timeText, heard, time ?? heard];
        const what = [JSON.stringify(namedBy(contract)), side, quantity, price, exchange, permId, orderRef ?? null];
        insert.run(account, execId, fillOf(execId), ...when, ...what);
      }
      for (const report of told) this.#charge(report.execId, report);
      this.#forgetOldest();
    });
  }

  /** Keeps what an execution cost and realized. What is not told leaves what was. */
  charge(execId: string, costs: ExecutionCosts): void {
    this.#db.transaction(() => this.#charge(execId, costs));
  }

  /** Notes that everything of these accounts between two instants has been heard of. */
  watched(accounts: readonly string[], { from, to }: Stretch): void {
    this.#db.transaction(() => {
      for (const account of accounts) this.#extend(account, { from, to });
    });
  }

  /** Accounts of which anything is known. */
  accounts(): string[] {
    const rows = this.#db.prepare('SELECT account FROM watched UNION SELECT account FROM execution').all();
    return rows.map(({ account }) => String(account)).sort();
  }

  /** The fills of these accounts since an instant, oldest first. */
  fills(accounts: readonly string[], since: number): Fill[] {
    const select = this.#db.prepare(
      `SELECT execution.*, commission, currency, realized FROM execution LEFT JOIN costs USING (exec_id)
       WHERE account = ? AND fill IN (SELECT fill FROM execution WHERE account = ? AND at >= ?)`,
    );
    const reports = accounts.flatMap((account) => select.all(account, account, since).map(reportOf));
    return effectiveFills(reports)
      .filter(({ at }) => at >= since)
      .sort((a, b) => a.at - b.at);
  }

  /** Since when an account has been watched, and the stretches after that in which nobody watched; oldest first. */
  knows(account: string): { since: number; gaps: Stretch[] } | undefined {
    const stretches = this.#stretches(account);
    const [first] = stretches;
    if (!first) return undefined;
    const gaps = stretches
      .slice(1)
      .map(({ from }, index) => ({ from: (stretches[index] as Stretch).to, to: from }))
      .filter(({ from, to }) => to - from > toleranceMs);
    return { since: first.from, gaps };
  }

  #charge(execId: string, { commission, commissionCurrency, realizedPnl }: ExecutionCosts): void {
    if (commission === undefined && realizedPnl === undefined) return;
    this.#db
      .prepare(
        `INSERT INTO costs (exec_id, commission, currency, realized) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET commission = COALESCE(excluded.commission, commission),
           currency = COALESCE(excluded.currency, currency), realized = COALESCE(excluded.realized, realized)`,
      )
      .run(execId, commission ?? null, commissionCurrency ?? null, realizedPnl ?? null);
  }

  #extend(account: string, { from, to }: Stretch): void {
    const last = this.#stretches(account).at(-1);
    if (last && from - last.to <= toleranceMs && from >= last.from) {
      if (to > last.to) {
        const update = this.#db.prepare('UPDATE watched SET last = ? WHERE account = ? AND first = ?');
        update.run(to, account, last.from);
      }
      return;
    }
    this.#db.prepare('INSERT OR REPLACE INTO watched VALUES (?, ?, ?)').run(account, from, to);
    const oldest = this.#db.prepare(
      `DELETE FROM watched WHERE account = ? AND first <=
         (SELECT first FROM watched WHERE account = ? ORDER BY first DESC LIMIT 1 OFFSET ${maxStretches})`,
    );
    oldest.run(account, account);
  }

  #stretches(account: string): Stretch[] {
    const rows = this.#db.prepare('SELECT first, last FROM watched WHERE account = ? ORDER BY first').all(account);
    return rows.map(({ first, last }) => ({ from: Number(first), to: Number(last) }));
  }

  #forgetOldest(): void {
    const count = Number(this.#db.prepare('SELECT COUNT(*) AS count FROM execution').get()?.count);
    if (count <= this.#maxReports) return;
    const cut = this.#db.prepare('SELECT at FROM execution ORDER BY at DESC LIMIT 1 OFFSET ?').get(this.#maxReports);
    this.#db.prepare('DELETE FROM execution WHERE at <= ?').run(Number(cut?.at));
    this.#db.prepare('DELETE FROM costs WHERE exec_id NOT IN (SELECT exec_id FROM execution)').run();
    // The journal vouches for nothing before the oldest that is left.
    this.#db.prepare('DELETE FROM watched WHERE last <= ?').run(Number(cut?.at));
    // Stretches may come to begin together; what is left vouches for less, never for more.
    this.#db
      .prepare('UPDATE OR REPLACE watched SET first = ? WHERE first <= ?')
      .run(Number(cut?.at) + 1, Number(cut?.at));
  }
}

/** What names an instrument in results; the rest of what IB tells of it is not needed here. */
function namedBy(contract: Contract): Contract {
  const { conId, symbol, secType, currency, exchange, primaryExch, localSymbol, tradingClass } = contract;
  const { lastTradeDateOrContractMonth, right, strike, multiplier } = contract;
  return {
    ...{ conId, symbol, secType, currency, exchange, primaryExch, localSymbol, tradingClass },
    ...{ lastTradeDateOrContractMonth, right, strike, multiplier },
  } as Contract;
}

function reportOf(row: Record<string, unknown>): ExecutionReport & { readonly at: number } {
  const number = (value: unknown): number | undefined => (value === null ? undefined : Number(value));
  const text = (value: unknown): string | undefined => (value === null ? undefined : String(value));
  return {
    execId: String(row.exec_id),
    account: String(row.account),
    contract: JSON.parse(String(row.contract)) as Contract,
    time: number(row.time),
    timeText: String(row.time_text),
    at: Number(row.at),
    side: row.side === 'BUY' ? 'BUY' : 'SELL',
    quantity: Number(row.quantity),
    price: Number(row.price),
    exchange: String(row.exchange),
    permId: Number(row.perm_id),
    orderRef: text(row.order_ref),
    commission: number(row.commission),
    commissionCurrency: text(row.currency),
    realizedPnl: number(row.realized),
  };
}
