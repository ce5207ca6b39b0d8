import { flexDocument, row, statement } from '../test/support/flex-service.ts';

/** A statement, and what somebody who can read it finds in it. */
export interface StatementCase {
  /** What the row of the table is called; several cases may be one row. */
  readonly group: string;
  readonly name: string;
  readonly xml: string;
  readonly expected: Partial<Facts>;
}

export interface Facts {
  /** Of the first trade, `YYYY-MM-DD`. */
  readonly day: string;
  readonly trades: number;
  /** The sum over the trades. */
  readonly quantity: number;
  /** The sum of deposits and withdrawals. */
  readonly deposits: number;
  /** Whose trades they are. */
  readonly accounts: readonly string[];
}

export const account = 'U7654321';

/** The date formats that a query's form offers, with what of a day they write. */
const dateFormats: Readonly<Record<string, (year: string, month: string, day: string) => string>> = {
  yyyyMMdd: (year, month, day) => `${year}${month}${day}`,
  'yyyy-MM-dd': (year, month, day) => `${year}-${month}-${day}`,
  'dd-MMM-yy': (year, month, day) => `${day}-${monthNames[Number(month) - 1]}-${year.slice(2)}`,
  'MM/dd/yyyy': (year, month, day) => `${month}/${day}/${year}`,
  'MM/dd/yy': (year, month, day) => `${month}/${day}/${year.slice(2)}`,
  'dd/MM/yyyy': (year, month, day) => `${day}/${month}/${year}`,
  'dd/MM/yy': (year, month, day) => `${day}/${month}/${year.slice(2)}`,
};
const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const timeFormats = { HHmmss: '202000', 'HH:mm:ss': '20:20:00' } as const;
const separators = { semicolon: ';', comma: ',', blank: ' ', none: '' } as const;

/** A query with these dates: a trade of 4 May in a statement of 1 May to the last day, made on the day after it. */
function dated(format: string, time: (day: string) => string, last = 20): string {
  const write = (day: number) => dateFormats[format]?.('2026', '05', String(day).padStart(2, '0')) ?? '';
  const trade = { accountId: account, symbol: 'X', quantity: 10, reportDate: write(4), dateTime: time(write(4)) };
  return flexDocument(statement(account, { Trades: row('Trade', trade) }, { from: write(1), to: write(last) })).replace(
    /whenGenerated="[^"]*"/,
    `whenGenerated="${time(write(last + 1))}"`,
  );
}

const dates: StatementCase[] = Object.keys(dateFormats).flatMap((format) =>
  Object.entries(separators).flatMap(([name, separator]) =>
    Object.entries(timeFormats).map(([time, clock]) => ({
      group: `dates ${format}`,
      name: `${format}, ${name}, ${time}`,
      xml: dated(format, (day) => `${day}${separator}${clock}`),
      expected: { day: '2026-05-04' },
    })),
  ),
);

/** 1 to 10 May, made on the 11th, is as well 5 January to 5 October, made on 5 November. */
const undecidable: StatementCase[] = ['MM/dd/yyyy', 'dd/MM/yyyy'].map((format) => ({
  group: 'dates with slashes that read both ways throughout',
  name: `${format}, no day above 12`,
  xml: dated(format, (day) => `${day};202000`, 10),
  expected: { day: '2026-05-04' },
}));

const zones: StatementCase[] = Object.values(timeFormats).map((clock) => ({
  group: 'a zone behind the time',
  name: `yyyyMMdd, ${clock} EST`,
  xml: dated('yyyyMMdd', (day) => `${day};${clock} EST`),
  expected: { day: '2026-05-04' },
}));

/** NAV of two days and the given sections, a statement that tells of performance. */
function telling(sections: Readonly<Record<string, string>>, head = account): string {
  const nav = ['20260501', '20260520'].map((reportDate) =>
    row('EquitySummaryByReportDateInBase', { accountId: head, currency: 'USD', reportDate, total: 10_000 }),
  );
  const period = { from: '20260501', to: '20260520' };
  return flexDocument(statement(head, { EquitySummaryInBase: nav.join('\n'), Transfers: '', ...sections }, period));
}

const deposit = {
  accountId: account,
  acctAlias: '',
  currency: 'USD',
  fxRateToBase: 1,
  reportDate: '20260515',
  amount: 1_000,
  type: 'Deposits/Withdrawals',
  transactionID: 11,
};
const sum = { ...deposit, accountId: '-', acctAlias: '-', transactionID: '' };
const trade = { accountId: account, symbol: 'X', quantity: 10, dateTime: '20260504;202000' };

const rows = (tag: string, ...list: Readonly<Record<string, string | number>>[]) =>
  list.map((one) => row(tag, one)).join('\n');

const contents: Omit<StatementCase, 'name'>[] = [
  {
    group: 'a deposit and its sum, levelOfDetail in the query',
    xml: telling({
      CashTransactions: rows(
        'CashTransaction',
        { ...deposit, levelOfDetail: 'DETAIL' },
        { ...sum, levelOfDetail: 'SUMMARY' },
      ),
    }),
    expected: { deposits: 1_000 },
  },
  {
    group: 'a deposit and its sum, levelOfDetail not in the query',
    xml: telling({ CashTransactions: rows('CashTransaction', deposit, sum) }),
    expected: { deposits: 1_000 },
  },
  {
    group: 'two deposits of the same amount on one day',
    xml: telling({ CashTransactions: rows('CashTransaction', deposit, { ...deposit, transactionID: 12 }) }),
    expected: { deposits: 2_000 },
  },
  {
    group: 'a trade with its order, closed lot and symbol sum',
    xml: telling({
      Trades: [
        row('Trade', { ...trade, levelOfDetail: 'EXECUTION' }),
        row('Order', { ...trade, levelOfDetail: 'ORDER' }),
        row('Lot', { ...trade, levelOfDetail: 'CLOSED_LOT' }),
        row('SymbolSummary', { ...trade, levelOfDetail: 'SYMBOL_SUMMARY' }),
      ].join('\n'),
    }),
    expected: { trades: 1, quantity: 10 },
  },
  {
    group: 'a trade of the crypto account in the statement',
    xml: telling({ Trades: rows('Trade', trade, { ...trade, accountId: `${account}-P`, quantity: 1 }) }),
    expected: { trades: 2, quantity: 11 },
  },
  {
    group: 'a column that is new',
    xml: telling({ Trades: rows('Trade', { ...trade, newColumn: 'x' }) }),
    expected: { trades: 1, quantity: 10 },
  },
  {
    group: 'a section that is new',
    xml: telling({ Trades: rows('Trade', trade), NewThings: rows('NewThing', { accountId: account }) }),
    expected: { trades: 1, quantity: 10 },
  },
  {
    group: 'a kind of instrument that is new',
    xml: telling({ Trades: rows('Trade', { ...trade, assetCategory: 'EVENT' }) }),
    expected: { trades: 1, quantity: 10 },
  },
  {
    group: 'an account number with zeros in front',
    xml: telling({ Trades: rows('Trade', { ...trade, accountId: '00123456' }) }),
    expected: { trades: 1, accounts: ['00123456'] },
  },
];

export const statementCases: readonly StatementCase[] = [
  ...dates,
  ...undecidable,
  ...zones,
  ...contents.map((one) => ({ ...one, name: one.group })),
];
