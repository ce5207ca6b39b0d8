import { detached, type FlexListener, type FlexRow, type StatementHead } from './flex-statements.ts';

/** Net asset value at the end of a day, in the account's base currency. */
export interface DailyValue {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly nav: number;
  readonly currency: string;
}

/** Money or securities that came from outside (positive) or left, in the base currency. */
export interface CashFlow {
  readonly date: string;
  readonly amount: number;
}

/** What one statement says about an account's value and what moved it from outside. */
export interface AccountHistory {
  readonly account: string;
  readonly values: readonly DailyValue[];
  /** Absent when the statement does not tell all of them: without its cash transactions, or without exchange rates. */
  readonly flows?: { readonly from: string; readonly to: string; readonly list: readonly CashFlow[] };
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** IBKR's unambiguous date formats, with or without a time behind, as `YYYY-MM-DD`; undefined for others. */
export function flexDate(text: string): string | undefined {
  const digits = /^(\d{4})-?(\d{2})-?(\d{2})(?!\d)/.exec(text);
  if (digits) return `${digits[1]}-${digits[2]}-${digits[3]}`;
  const named = /^(\d{2})-([A-Za-z]{3})-(\d{2})(?!\d)/.exec(text);
  const month = named ? months.indexOf((named[2] ?? '').toUpperCase()) + 1 : 0;
  return named && month > 0 ? `20${named[3]}-${String(month).padStart(2, '0')}-${named[1]}` : undefined;
}

/** What is kept of a statement for its account's history. */
interface AccountRows extends StatementHead {
  /** The account's base currency, where the statement has its account information. */
  base: string | undefined;
  /** Absent when the statement has no cash transactions, which is more than having none of them. */
  cash: FlexRow[] | undefined;
  /** Whether the cash is told in detail: a query may ask for the transactions, their sums, or both. */
  detailed: boolean;
  readonly values: FlexRow[];
  readonly transfers: FlexRow[];
}

/** Adds a row to what is kept, if it matters. */
const keepers: Readonly<Record<string, (row: FlexRow, account: AccountRows) => void>> = {
  EquitySummaryInBase: (row, { values }) => values.push(parts(row)),
  EquitySummaryByReportDateInBase: (row, { values }) => values.push(parts(row)),
  CashTransactions: (row, account) => {
    account.detailed ||= row.levelOfDetail === 'DETAIL';
    if (isExternal(row)) account.cash?.push(parts(row));
  },
  Transfers: (row, { transfers }) => {
    if (row.levelOfDetail !== 'LOT' && row.levelOfDetail !== 'SUMMARY') transfers.push(parts(row));
  },
  AccountInformation: (row, account) => {
    account.base ??= parts(row).currency ?? '';
  },
};

/** Hears a document and keeps of it what the history of its accounts needs. */
export class HistoryCollector implements FlexListener {
  readonly #accounts: AccountRows[] = [];
  #keep: ((row: FlexRow, account: AccountRows) => void) | undefined;

  onStatement(head: StatementHead): void {
    const nothing = { base: undefined, cash: undefined, detailed: false, values: [], transfers: [] };
    this.#accounts.push({ ...detached(head), ...nothing });
  }

  onSection(name: string): void {
    const account = this.#accounts.at(-1);
    if (account && name === 'CashTransactions') account.cash ??= [];
    this.#keep = Object.hasOwn(keepers, name) ? keepers[name] : undefined;
  }

  onRow(row: FlexRow): void {
    const account = this.#accounts.at(-1);
    if (account) this.#keep?.(row, account);
  }

  /** What the document tells about the past of its accounts; those of which it tells nothing are left out. */
  history(): AccountHistory[] {
    return this.#accounts.flatMap((told) => {
      if (!/^[A-Z0-9]{1,32}$/.test(told.account)) return [];
      const values = valuesOf(told);
      const flows = flowsOf(told);
      if (values.length === 0 && !flows) return [];
      return [{ account: told.account, values, ...(flows && { flows }) }];
    });
  }
}

/** Of the many columns of a row those that a history is made of. */
function parts({ reportDate, date, dateTime, settleDate, total, currency, fxRateToBase, ...row }: FlexRow): FlexRow {
  const { levelOfDetail, amount, direction, cashTransfer, positionAmountInBase } = row;
  const when = { reportDate, date, dateTime, settleDate };
  const what = { total, currency, fxRateToBase, levelOfDetail, amount, direction, cashTransfer, positionAmountInBase };
  return detached({ ...when, ...what }) as FlexRow;
}

function isExternal({ type = '' }: FlexRow): boolean {
  return /^(deposits?\b.*withdrawals?|internal transfers?)$/i.test(type.trim());
}

function valuesOf({ values, base }: AccountRows): DailyValue[] {
  return values.flatMap((row) => {
    const date = flexDate(row.reportDate ?? '');
    const nav = Number(row.total || Number.NaN);
    const currency = row.currency || base;
    return date && currency && Number.isFinite(nav) ? [{ date, nav, currency }] : [];
  });
}

function flowsOf(told: AccountRows): AccountHistory['flows'] {
  const from = flexDate(told.from);
  const to = flexDate(told.to);
  if (!from || !to || !told.cash) return undefined;
  const cash = told.cash
    .filter(({ levelOfDetail }) => !told.detailed || levelOfDetail === 'DETAIL')
    .map((row) => inBase(row, row.amount, told.base));
  const moved = transfers(told, cash);
  if (cash.includes(undefined) || moved.includes(undefined)) return undefined;
  return { from, to, list: [...cash, ...moved].filter((flow) => flow !== undefined) };
}

/** Securities that were moved in or out, and cash moved between accounts unless the cash transactions have it. */
function transfers(told: AccountRows, cash: readonly (CashFlow | undefined)[]): (CashFlow | undefined)[] {
  return told.transfers.flatMap((row) => {
    const sign = /^out$/i.test(row.direction ?? '') ? -1 : 1;
    const date = dateOf(row);
    const securities = Math.abs(Number(row.positionAmountInBase || 0)) * sign;
    const paid = Number(row.cashTransfer || 0) === 0 ? [] : [inBase(row, row.cashTransfer, told.base)];
    const fresh = paid.filter((flow) => !cash.some((known) => known && flow && sameFlow(known, flow)));
    if (!date || !Number.isFinite(securities)) return [undefined];
    return [...(securities === 0 ? [] : [{ date, amount: securities }]), ...fresh];
  });
}

function sameFlow(a: CashFlow, b: CashFlow): boolean {
  return a.date === b.date && Math.abs(a.amount - b.amount) < 0.01;
}

function inBase(row: FlexRow, text: string | undefined, base: string | undefined): CashFlow | undefined {
  const date = dateOf(row);
  const rate = row.fxRateToBase ? Number(row.fxRateToBase) : row.currency && row.currency === base ? 1 : Number.NaN;
  const amount = Number(text || Number.NaN) * rate;
  return date && Number.isFinite(amount) ? { date, amount } : undefined;
}

function dateOf(row: FlexRow): string | undefined {
  return flexDate(row.reportDate || row.date || row.dateTime || row.settleDate || '');
}
