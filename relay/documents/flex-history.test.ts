import { describe, expect, it } from 'vitest';
import { flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { readTo } from '../../test/support/read-to.ts';
import { HistoryCollector, type StatementHistory } from './flex-history.ts';

const account = row('AccountInformation', { currency: 'USD' }).replace('<AccountInformation ', '');

/** What one statement tells; the account's base currency is USD. */
function told(sections: Record<string, string>, period?: { from: string; to: string }, name = 'U1'): StatementHistory {
  const xml = flexDocument(statement(name, sections, period)).replace(
    '</FlexStatement>',
    `<AccountInformation ${account}</FlexStatement>`,
  );
  const [first] = readTo(new HistoryCollector(), xml).statements();
  return first ?? expect.fail('no statement');
}

const history = (...question: Parameters<typeof told>) => told(...question).history;
const cashOf = (...rows: object[]) => ({
  CashTransactions: rows.map((one) => row('CashTransaction', one as Record<string, string>)).join(''),
  Transfers: '',
});

const deposit = { type: 'Deposits/Withdrawals', currency: 'USD', fxRateToBase: 1, reportDate: '20260303', amount: 100 };

describe('the history of a statement', () => {
  it('reads net asset values by day', () => {
    const rows = [
      row('EquitySummaryByReportDateInBase', { reportDate: '20260302', total: '1000.25', cash: 1 }),
      row('EquitySummaryByReportDateInBase', { reportDate: '2026-03-03', total: '-5', currency: 'EUR' }),
      row('EquitySummaryByReportDateInBase', { reportDate: '20260231', total: '7' }),
      row('EquitySummaryByReportDateInBase', { reportDate: '20260305', total: '' }),
    ];
    expect(history({ EquitySummaryInBase: rows.join('') })?.values).toEqual([
      { date: '2026-03-02', nav: 1000.25, currency: 'USD' },
      { date: '2026-03-03', nav: -5, currency: 'EUR' },
    ]);
  });

  it('reads deposits and withdrawals in the base currency, and nothing else of the cash', () => {
    const rows = [
      row('CashTransaction', deposit),
      row('CashTransaction', {
        ...deposit,
        currency: 'EUR',
        fxRateToBase: '1.1',
        amount: -200,
        reportDate: '20260304',
      }),
      row('CashTransaction', { ...deposit, type: 'Deposits & Withdrawals', amount: 3, reportDate: '05-MAR-26' }),
      row('CashTransaction', { ...deposit, type: 'Dividends', amount: 9 }),
      row('CashTransaction', { ...deposit, type: 'Deposit Interest', amount: 9 }),
    ];
    expect(history({ CashTransactions: rows.join(''), Transfers: '' })?.flows).toEqual({
      from: '2026-01-01',
      to: '2026-11-19',
      list: [
        { date: '2026-03-03', amount: 100 },
        { date: '2026-03-04', amount: -200 * 1.1 },
        { date: '2026-03-05', amount: 3 },
      ],
    });
  });

  it('does not count sums beside their parts', () => {
    const rows = [
      row('CashTransaction', { ...deposit, levelOfDetail: 'DETAIL' }),
      row('CashTransaction', { ...deposit, levelOfDetail: 'SUMMARY' }),
    ];
    expect(history({ CashTransactions: rows.join(''), Transfers: '' })?.flows?.list).toHaveLength(1);
  });

  it('counts securities moved in and out, and each transfer of cash once', () => {
    const move = { date: '20260310', currency: 'USD', fxRateToBase: 1, cashTransfer: 0, positionAmountInBase: 0 };
    const transfers = [
      row('Transfer', { ...move, direction: 'IN', positionAmountInBase: '500' }),
      row('Transfer', { ...move, direction: 'OUT', positionAmountInBase: '-40' }),
      row('Transfer', { ...move, direction: 'IN', date: '20260303', cashTransfer: '100' }),
      row('Transfer', { ...move, direction: 'OUT', cashTransfer: '-30' }),
    ];
    const moved = history({ CashTransactions: row('CashTransaction', deposit), Transfers: transfers.join('') });
    expect(moved?.flows?.list).toEqual([
      { date: '2026-03-03', amount: 100 },
      { date: '2026-03-10', amount: 500 },
      { date: '2026-03-10', amount: -40 },
      { date: '2026-03-10', amount: -30 },
    ]);
  });

  it('knows that there were none only if the statement would have them, and says what it lacks', () => {
    expect(told({ CashTransactions: '', Transfers: '' })).toMatchObject({ history: { flows: { list: [] } } });
    expect(told({ Trades: '' })).toEqual({
      history: undefined,
      gaps: [
        expect.stringContaining('no section “Net Asset Value (NAV) in Base”'),
        expect.stringContaining('no section Cash Transactions'),
        expect.stringContaining('no section Transfers'),
      ],
    });
    expect(told({ CashTransactions: '' }).gaps).toContainEqual(expect.stringContaining('no section Transfers'));
    expect(history({ CashTransactions: '' })?.flows).toBeUndefined();
  });

  it.each([
    [{ ...deposit, currency: 'EUR', fxRateToBase: '' }, 'the column FX Rate To Base'],
    [{ ...deposit, amount: '' }, 'the column Amount'],
    [{ ...deposit, reportDate: '' }, 'the column Report Date'],
    [{ ...deposit, reportDate: '20260931' }, 'a date that Flex would write (“20260931”)'],
    [{ currency: 'USD', amount: 5, reportDate: '20260303' }, 'the column Type'],
  ])('does not guess a deposit %j', (flow, lack) => {
    const { history: unknown, gaps } = told(cashOf(flow));
    expect(unknown?.flows).toBeUndefined();
    expect(gaps).toContainEqual(expect.stringContaining(`Its Cash Transactions lack ${lack}`));
  });

  it.each([
    [{ date: '20260310', direction: 'IN', currency: 'USD' }, 'the column Position Amount In Base'],
    [{ direction: 'IN', positionAmountInBase: '5' }, 'the column Report Date'],
    [{ date: '20260310', direction: '?', positionAmountInBase: '5', fxRateToBase: '1' }, 'a Direction of IN or OUT'],
    [{ date: '20260310', direction: 'IN', positionAmount: '5', currency: 'EUR' }, 'the column Position Amount In Base'],
  ])('does not guess a transfer %j', (move, lack) => {
    const { history: unknown, gaps } = told({ CashTransactions: '', Transfers: row('Transfer', move) });
    expect(unknown?.flows).toBeUndefined();
    expect(gaps).toContainEqual(expect.stringContaining(`Its Transfers lack ${lack}`));
  });

  describe('with sums beside details', () => {
    const first = { ...deposit, accountId: 'U1', acctAlias: '', transactionID: '11' };
    const second = { ...first, amount: 50, transactionID: '12' };
    const sum = { ...first, accountId: '-', acctAlias: '-', amount: 150, transactionID: '' };
    const without = ({ ...flow }: Record<string, unknown>, ...columns: string[]) => {
      for (const column of columns) delete flow[column];
      return flow;
    };

    it.each([
      [
        'levels',
        [
          { ...first, levelOfDetail: 'DETAIL' },
          { ...second, levelOfDetail: 'DETAIL' },
          { ...sum, levelOfDetail: 'SUMMARY' },
        ],
      ],
      ['dashes and numbers', [first, second, sum]],
      ['dashes', [first, second, sum].map((flow) => without(flow, 'transactionID', 'acctAlias'))],
      ['numbers', [first, second, sum].map((flow) => without(flow, 'accountId', 'acctAlias'))],
    ])('counts each once by %s', (_, rows) => {
      expect(history(cashOf(...rows))?.flows?.list.map(({ amount }) => amount)).toEqual([100, 50]);
    });

    it('counts sums where there is nothing else', () => {
      expect(history(cashOf(sum))?.flows?.list).toEqual([{ date: '2026-03-03', amount: 150 }]);
    });

    it.each([
      [
        'nothing tells a sum from two deposits',
        [first, { ...sum, amount: 100 }].map((flow) => without(flow, 'transactionID', 'accountId', 'acctAlias')),
      ],
      [
        'a row without a number is no sum of the others',
        [first, without({ ...second, transactionID: '', amount: 7 }, 'acctAlias')],
      ],
      [
        'nothing tells a sum from deposits with commas',
        [
          { ...first, amount: '1,000' },
          { ...second, amount: '500' },
          { ...sum, amount: '1,500' },
        ].map((flow) => without(flow, 'transactionID', 'accountId', 'acctAlias')),
      ],
    ])('knows nothing when %s', (_, rows) => {
      const { history: unknown, gaps } = told(cashOf(...rows));
      expect(unknown?.flows).toBeUndefined();
      expect(gaps).toContainEqual(expect.stringContaining('Level of Detail or Transaction ID'));
    });

    it('takes different deposits of a day for what they are', () => {
      const rows = [first, second].map((flow) => without(flow, 'transactionID', 'accountId', 'acctAlias'));
      expect(history(cashOf(...rows))?.flows?.list).toHaveLength(2);
    });
  });

  it('is told of a segment under its own number, and of its flows with the account’s', () => {
    expect(history(cashOf(deposit), undefined, 'U7654321-P')?.account).toBe('U7654321-P');
    const nav = (accountId: string, total: number) =>
      row('EquitySummaryByReportDateInBase', { accountId, reportDate: '20260303', total });
    const both = history(
      {
        EquitySummaryInBase: nav('U7654321', 10) + nav('U7654321-P', 3) + nav('U1111111', 5),
        ...cashOf({ ...deposit, accountId: 'U7654321-P' }, { ...deposit, accountId: 'U1111111' }),
      },
      undefined,
      'U7654321',
    );
    expect(both?.values).toEqual([{ date: '2026-03-03', nav: 10, currency: 'USD' }]);
    expect(both?.flows?.list).toHaveLength(1);
  });

  it.each([
    ['Joint', '“Joint”'],
    ['-', 'names no account'],
  ])('says that %s is no account’s number', (name, what) => {
    expect(told(cashOf(deposit), undefined, name)).toEqual({
      history: undefined,
      gaps: [expect.stringContaining(what)],
    });
  });

  it.each<[string, object, RegExp]>([
    ['a rate that IBKR does not know', { currency: 'EUR', fxRateToBase: -1 }, /lack a usable FX Rate To Base \(“-1”\)/],
    ['a rate of nothing', { currency: 'EUR', fxRateToBase: 0 }, /lack a usable FX Rate To Base \(“0”\)/],
    ['a flow before the period', { reportDate: undefined, settleDate: '20251230' }, /flow of 2025-12-30, outside/],
    ['a flow after the period', { reportDate: '20261201' }, /flow of 2026-12-01, outside/],
  ])('does not take flows for known with %s', (_, change, gap) => {
    const { history: learned, gaps } = told(cashOf(JSON.parse(JSON.stringify({ ...deposit, ...change }))));
    expect(learned?.flows).toBeUndefined();
    expect(gaps.join(' ')).toMatch(gap);
  });

  it('needs no rate for the base currency', () => {
    expect(history(cashOf({ ...deposit, fxRateToBase: -1 }))?.flows?.list).toEqual([
      { date: '2026-03-03', amount: 100 },
    ]);
  });

  it('says one sentence about dates that read in two ways, and guesses nothing', () => {
    const collector = readTo(new HistoryCollector(), flexDocument(statement('U1', cashOf(deposit))));
    expect(collector.statements('unclear', '04/05/2026')).toEqual([
      {
        history: undefined,
        gaps: ['Its dates can be read in two ways (“04/05/2026”): set the query’s Date Format to yyyyMMdd.'],
      },
    ]);
  });
});
