import { isAccountNumber, mainAccount } from './flex-accounts.ts';
import { type DateReading, flexDate } from './flex-dates.ts';
import { finest, type Level, levelOf, numberless } from './flex-levels.ts';
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
  /** Absent when the statement does not tell all of them: without a section or a column that would. */
  readonly flows?: { readonly from: string; readonly to: string; readonly list: readonly CashFlow[] };
}

/** What one statement tells, and what it fails to tell: each gap a sentence that says what the query needs. */
export interface StatementHistory {
  readonly history: AccountHistory | undefined;
  readonly gaps: readonly string[];
}

/** A row that matters, with what it said about its place in the section. */
interface KeptRow {
  readonly level: Level;
  readonly row: FlexRow;
}

/** What is kept of a statement for its account's history. */
interface AccountRows extends StatementHead {
  /** The account's base currency, where the statement has its account information. */
  base: string | undefined;
  readonly values: KeptRow[];
  /** Absent when the statement has no such section, which is more than having nothing in it. */
  cash: { readonly levels: Set<Level>; readonly rows: KeptRow[]; typed: boolean; some: boolean } | undefined;
  transfers: KeptRow[] | undefined;
}

/** Adds a row to what is kept, if it matters. */
const keepers: Readonly<Record<string, (row: FlexRow, kind: string, account: AccountRows) => void>> = {
  EquitySummaryInBase: keepValue,
  EquitySummaryByReportDateInBase: keepValue,
  CashTransactions: (row, kind, { cash }) => {
    if (!cash) return;
    const level = levelOf(row, kind);
    cash.levels.add(level);
    cash.some = true;
    cash.typed ||= row.type !== undefined;
    if (isExternal(row)) cash.rows.push({ level, row: parts(row) });
  },
  Transfers: (row, kind, { transfers }) => transfers?.push({ level: levelOf(row, kind), row: parts(row) }),
  AccountInformation: (row, _, account) => {
    account.base ??= parts(row).currency ?? '';
  },
};

function keepValue(row: FlexRow, kind: string, { account, values }: AccountRows): void {
  const { accountId = '' } = row;
  // A segment's value beside its account's is another one.
  if (isAccountNumber(accountId) && accountId !== account) return;
  values.push({ level: levelOf(row, kind), row: parts(row) });
}

/** Hears a document and keeps of it what the history of its accounts needs. */
export class HistoryCollector implements FlexListener {
  readonly #accounts: AccountRows[] = [];
  #keep: ((row: FlexRow, kind: string, account: AccountRows) => void) | undefined;

  onStatement(head: StatementHead): void {
    this.#accounts.push({ ...detached(head), base: undefined, values: [], cash: undefined, transfers: undefined });
  }

  onSection(name: string): void {
    const account = this.#accounts.at(-1);
    if (account && name === 'CashTransactions') {
      account.cash ??= { levels: new Set(), rows: [], typed: false, some: false };
    }
    if (account && name === 'Transfers') account.transfers ??= [];
    this.#keep = Object.hasOwn(keepers, name) ? keepers[name] : undefined;
  }

  onRow(row: FlexRow, kind: string): void {
    const account = this.#accounts.at(-1);
    if (!account || !this.#keep) return;
    const { accountId = '' } = row;
    const foreign = isAccountNumber(accountId) && mainAccount(accountId) !== mainAccount(account.account);
    if (!foreign) this.#keep(row, kind, account);
  }

  /**
   * What each statement of the document tells about the past, in its order.
   * @param dates how its dates with slashes are read
   * @param example a date of it that reads in two ways
   */
  statements(dates?: DateReading, example?: string): StatementHistory[] {
    return this.#accounts.map((told) => {
      if (!isAccountNumber(told.account)) return { history: undefined, gaps: [nameless(told.account)] };
      if (dates === 'unclear') return { history: undefined, gaps: [unclearDates(example)] };
      const values = valuesOf(told, dates);
      const { flows, gaps } = flowsOf(told, dates);
      const missing = values.length === 0 ? [withoutValues(told), ...gaps] : gaps;
      const history =
        values.length === 0 && !flows ? undefined : { account: told.account, values, ...(flows && { flows }) };
      return { history, gaps: missing };
    });
  }
}

/** The sentence about a document whose dates can be read in two ways, or contradict one another. */
export function unclearDates(example: string | undefined): string {
  const reads = example === undefined ? 'contradict one another' : `can be read in two ways (“${example}”)`;
  return `Its dates ${reads}: set the query’s Date Format to yyyyMMdd.`;
}

function nameless(account: string): string {
  return account === '' || account === '-'
    ? 'It names no account: let the query show each account by itself (consolidate accounts: no).'
    : `It calls its account “${account.slice(0, 40)}”: set “Display Account Alias in Place of Account ID” of the query to No.`;
}

/** Of the many columns of a row those that a history is made of. */
function parts({
  type,
  transactionID,
  reportDate,
  date,
  dateTime,
  settleDate,
  total,
  currency,
  ...row
}: FlexRow): FlexRow {
  const { amount, direction, cashTransfer, positionAmountInBase, positionAmount, fxRateToBase } = row;
  const when = { reportDate, date, dateTime, settleDate };
  const what = { type, transactionID, total, currency, fxRateToBase, amount, direction, cashTransfer };
  return detached({ ...when, ...what, positionAmountInBase, positionAmount }) as FlexRow;
}

function isExternal({ type }: FlexRow): boolean {
  return type !== undefined && /^(deposits?\b.*withdrawals?|internal transfers?)$/i.test(type.trim());
}

function valuesOf({ values, base }: AccountRows, dates: DateReading | undefined): DailyValue[] {
  return ofOneLevel(values).flatMap((row) => {
    const date = flexDate(row.reportDate ?? '', dates);
    const nav = amountOf(row.total);
    const currency = row.currency || base;
    return date && currency && nav !== undefined ? [{ date, nav, currency }] : [];
  });
}

function withoutValues({ values }: AccountRows): string {
  if (values.length === 0) return 'It has no section “Net Asset Value (NAV) in Base”.';
  const [first] = values;
  if (first?.row.reportDate && flexDate(first.row.reportDate, 'month-first') === undefined) {
    return `Its dates (“${first.row.reportDate.slice(0, 30)}”) are in no format of Flex: set the query’s Date Format to yyyyMMdd.`;
  }
  return 'Its section “Net Asset Value (NAV) in Base” lacks one of the columns Report Date, Currency, Total.';
}

/** Rows of the level that is to be counted. */
function ofOneLevel(rows: readonly KeptRow[], levels: Iterable<Level> = rows.map(({ level }) => level)): FlexRow[] {
  const wanted = finest(levels);
  return rows.filter(({ level }) => level === wanted).map(({ row }) => row);
}

interface KnownFlows {
  readonly flows?: NonNullable<AccountHistory['flows']>;
  readonly gaps: readonly string[];
}

function flowsOf(told: AccountRows, dates: DateReading | undefined): KnownFlows {
  const from = flexDate(told.from, dates);
  const to = flexDate(told.to, dates);
  const gaps: string[] = [];
  if (!from || !to) gaps.push('Its period has no dates that Flex would write.');
  if (!told.cash) gaps.push('It has no section Cash Transactions, so deposits and withdrawals are not known.');
  if (!told.transfers) gaps.push('It has no section Transfers, so securities that came in or left are not known.');
  if (told.cash?.some && !told.cash.typed) gaps.push('Its Cash Transactions lack the column Type.');
  const cashRows = told.cash ? ofOneLevel(told.cash.rows, told.cash.levels) : [];
  if (told.cash && holdsHiddenSums(told.cash.rows, cashRows)) {
    gaps.push('Its Cash Transactions may hold sums beside details: add the column Level of Detail or Transaction ID.');
  }
  const cash = cashRows.map((row) => inBase(row, row.amount, told.base, dates));
  const movedRows = ofOneLevel(told.transfers ?? []);
  const moved = movedRows.map((row) => transferFlows(row, told.base, cash, dates));
  const cashGap = cashRows[cash.indexOf(undefined)];
  if (cashGap) gaps.push(`Its Cash Transactions lack ${lackOf(cashGap, dates, cashGap.amount, 'Amount')}.`);
  const movedGap = movedRows[moved.findIndex((flows) => flows.includes(undefined))];
  if (movedGap)
    gaps.push(
      `Its Transfers lack ${lackOf(movedGap, dates, movedGap.positionAmountInBase, 'Position Amount In Base')}.`,
    );
  const list = [...cash, ...moved.flat()].filter((flow) => flow !== undefined);
  const stray = from && to ? list.find(({ date }) => date < from || date > to) : undefined;
  if (stray) gaps.push(`It has a flow of ${stray.date}, outside of its period: add the column Report Date.`);
  if (gaps.length > 0 || !from || !to) return { gaps };
  return { flows: { from, to, list }, gaps };
}

/**
 * Whether a row may be the sum of others of its day, kind and currency without saying so: one without a number that is no
 * such sum, or one that is and nothing tells them apart.
 */
function holdsHiddenSums(all: readonly KeptRow[], counted: readonly FlexRow[]): boolean {
  const groups = Map.groupBy(counted, groupOf);
  const unexplained = all.some(
    ({ row, level }) =>
      level === numberless &&
      !counted.includes(row) &&
      Math.abs(total(groups.get(groupOf(row)) ?? []) - (amountOf(row.amount) ?? 0)) >= 0.01,
  );
  const alike = [...groups.values()].some(
    (rows) =>
      rows.length > 1 &&
      rows.some(
        ({ transactionID, amount }) => !transactionID && Math.abs(total(rows) - 2 * (amountOf(amount) ?? 0)) < 0.01,
      ),
  );
  return unexplained || alike;
}

function groupOf({ type, currency, reportDate, date, dateTime, settleDate }: FlexRow): string {
  return JSON.stringify([type, currency, reportDate || date || dateTime || settleDate]);
}

function total(rows: readonly FlexRow[]): number {
  return rows.reduce((sum, { amount }) => sum + (amountOf(amount) ?? 0), 0);
}

/** What a row lacks to be counted: a column, or what should be in it. */
function lackOf(row: FlexRow, dates: DateReading | undefined, amount: string | undefined, name: string): string {
  if (amountOf(amount) === undefined) return `the column ${name}`;
  const written = row.reportDate || row.date || row.dateTime || row.settleDate;
  if (!written) return 'the column Report Date';
  if (dateOf(row, dates) === undefined) return `a date that Flex would write (“${written.slice(0, 30)}”)`;
  if (!row.fxRateToBase) return 'the column FX Rate To Base';
  return rateOf(row, undefined)
    ? 'a Direction of IN or OUT'
    : `a usable FX Rate To Base (“${row.fxRateToBase.slice(0, 30)}”)`;
}

/**
 * Securities that were moved in or out, and cash moved between accounts unless the cash transactions have it. Undefined
 * for what cannot be known.
 */
function transferFlows(
  row: FlexRow,
  base: string | undefined,
  cash: readonly (CashFlow | undefined)[],
  dates: DateReading | undefined,
): (CashFlow | undefined)[] {
  const { direction = '', cashTransfer = '' } = row;
  const date = dateOf(row, dates);
  const securities = securitiesOf(row, base, dates);
  if (!date || securities === undefined) return [undefined];
  const sign = { IN: 1, OUT: -1 }[direction.toUpperCase()];
  // Amounts have a sign of their own where there is no direction.
  const signed = direction === '' ? securities : sign && Math.abs(securities) * sign;
  if (signed === undefined && securities !== 0) return [undefined];
  const paid = Number(cashTransfer || 0) === 0 ? [] : [inBase(row, cashTransfer, base, dates)];
  const fresh = paid.filter((flow) => !cash.some((known) => known && flow && sameFlow(known, flow)));
  return [...(signed ? [{ date, amount: signed }] : []), ...fresh];
}

/** The value of the securities of a transfer in the base currency; undefined where no column tells it. */
function securitiesOf(row: FlexRow, base: string | undefined, dates: DateReading | undefined): number | undefined {
  const { positionAmountInBase, positionAmount } = row;
  if (positionAmountInBase) return amountOf(positionAmountInBase);
  if (positionAmount) return inBase(row, positionAmount, base, dates)?.amount;
  // Empty in transfers of cash alone.
  return positionAmountInBase === undefined && positionAmount === undefined ? undefined : 0;
}

function sameFlow(a: CashFlow, b: CashFlow): boolean {
  return a.date === b.date && Math.abs(a.amount - b.amount) < 0.01;
}

function inBase(
  row: FlexRow,
  text: string | undefined,
  base: string | undefined,
  dates: DateReading | undefined,
): CashFlow | undefined {
  const date = dateOf(row, dates);
  const rate = rateOf(row, base);
  const amount = amountOf(text);
  return date && amount !== undefined && rate !== undefined ? { date, amount: amount * rate } : undefined;
}

/** What one of a row's currency is worth in the base currency. IBKR writes -1 for a rate that it does not know. */
function rateOf({ fxRateToBase, currency }: FlexRow, base: string | undefined): number | undefined {
  if (currency && currency === base) return 1;
  const rate = amountOf(fxRateToBase);
  return rate !== undefined && rate > 0 ? rate : undefined;
}

/** An amount, also with commas between thousands; undefined for what is none. */
function amountOf(text: string | undefined): number | undefined {
  const plain = text?.trim().replace(/(?<=\d),(?=\d{3}(?:\D|$))/g, '');
  const value = Number(plain || Number.NaN);
  return Number.isFinite(value) ? value : undefined;
}

function dateOf(row: FlexRow, dates: DateReading | undefined): string | undefined {
  return flexDate(row.reportDate || row.date || row.dateTime || row.settleDate || '', dates);
}
