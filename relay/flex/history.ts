import type { FlexDocument, FlexRow, FlexStatement } from './statements.ts';

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

/** What a statement tells about the past of its accounts; accounts of which it tells nothing are left out. */
export function historyOf(document: FlexDocument): AccountHistory[] {
  return document.statements.flatMap((statement) => {
    if (!/^[A-Z0-9]{1,32}$/.test(statement.account)) return [];
    const values = valuesOf(statement);
    const flows = flowsOf(statement);
    if (values.length === 0 && !flows) return [];
    return [{ account: statement.account, values, ...(flows && { flows }) }];
  });
}

function valuesOf(statement: FlexStatement): DailyValue[] {
  const base = baseCurrency(statement);
  return rowsOf(statement, /^EquitySummary(InBase|ByReportDateInBase)$/).flatMap((row) => {
    const date = flexDate(row.reportDate ?? '');
    const nav = Number(row.total || Number.NaN);
    const currency = row.currency || base;
    return date && currency && Number.isFinite(nav) ? [{ date, nav, currency }] : [];
  });
}

function flowsOf(statement: FlexStatement): AccountHistory['flows'] {
  const from = flexDate(statement.from);
  const to = flexDate(statement.to);
  if (!from || !to || !statement.sections.has('CashTransactions')) return undefined;
  const base = baseCurrency(statement);
  const cash = cashFlows(statement, base);
  const moved = transfers(statement, base, cash);
  if (cash.includes(undefined) || moved.includes(undefined)) return undefined;
  return { from, to, list: [...cash, ...moved].filter((flow) => flow !== undefined) };
}

function cashFlows(statement: FlexStatement, base: string | undefined): (CashFlow | undefined)[] {
  const rows = rowsOf(statement, /^CashTransactions$/);
  // A query may ask for the transactions, their sums, or both.
  const detailed = rows.some(({ levelOfDetail }) => levelOfDetail === 'DETAIL');
  return rows
    .filter(({ levelOfDetail }) => !detailed || levelOfDetail === 'DETAIL')
    .filter(({ type = '' }) => /^(deposits?\b.*withdrawals?|internal transfers?)$/i.test(type.trim()))
    .map((row) => inBase(row, row.amount, base));
}

/** Securities that were moved in or out, and cash moved between accounts unless the cash transactions have it. */
function transfers(
  statement: FlexStatement,
  base: string | undefined,
  cash: readonly (CashFlow | undefined)[],
): (CashFlow | undefined)[] {
  return rowsOf(statement, /^Transfers$/)
    .filter(({ levelOfDetail }) => levelOfDetail !== 'LOT' && levelOfDetail !== 'SUMMARY')
    .flatMap((row) => {
      const sign = /^out$/i.test(row.direction ?? '') ? -1 : 1;
      const date = dateOf(row);
      const securities = Math.abs(Number(row.positionAmountInBase || 0)) * sign;
      const paid = Number(row.cashTransfer || 0) === 0 ? [] : [inBase(row, row.cashTransfer, base)];
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

function baseCurrency(statement: FlexStatement): string | undefined {
  return rowsOf(statement, /^AccountInformation$/)[0]?.currency || undefined;
}

function rowsOf({ sections }: FlexStatement, name: RegExp): readonly FlexRow[] {
  return [...sections].flatMap(([section, rows]) => (name.test(section) ? rows : []));
}
