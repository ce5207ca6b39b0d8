import { describe, expect, it } from 'vitest';
import { flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { readTo } from '../../test/support/read-to.ts';
import { flexDate, HistoryCollector } from './flex-history.ts';

const account = row('AccountInformation', { accountId: 'U1', currency: 'USD' }).replace('<AccountInformation ', '');

/** The history of one statement; the account's base currency is USD. */
function history(sections: Record<string, string>, period?: { from: string; to: string }) {
  const xml = flexDocument(statement('U1', sections, period)).replace(
    '</FlexStatement>',
    `<AccountInformation ${account}</FlexStatement>`,
  );
  return readTo(new HistoryCollector(), xml).history()[0];
}

const deposit = { type: 'Deposits/Withdrawals', currency: 'USD', fxRateToBase: 1, reportDate: '20260303', amount: 100 };

describe('the history of a statement', () => {
  it('reads net asset values by day', () => {
    const rows = [
      row('EquitySummaryByReportDateInBase', { reportDate: '20260302', total: '1000.25', cash: 1 }),
      row('EquitySummaryByReportDateInBase', { reportDate: '2026-03-03', total: '-5', currency: 'EUR' }),
      row('EquitySummaryByReportDateInBase', { reportDate: '03/04/2026', total: '7' }),
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
    expect(history({ CashTransactions: rows.join('') })?.flows).toEqual({
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
    expect(history({ CashTransactions: rows.join('') })?.flows?.list).toHaveLength(1);
  });

  it('counts securities moved in and out, and each transfer of cash once', () => {
    const move = { date: '20260310', currency: 'USD', fxRateToBase: 1, cashTransfer: 0, positionAmountInBase: 0 };
    const transfers = [
      row('Transfer', { ...move, direction: 'IN', positionAmountInBase: '500' }),
      row('Transfer', { ...move, direction: 'OUT', positionAmountInBase: '-40' }),
      row('Transfer', { ...move, direction: 'IN', date: '20260303', cashTransfer: '100' }),
      row('Transfer', { ...move, direction: 'OUT', cashTransfer: '-30' }),
    ];
    const told = history({ CashTransactions: row('CashTransaction', deposit), Transfers: transfers.join('') });
    expect(told?.flows?.list).toEqual([
      { date: '2026-03-03', amount: 100 },
      { date: '2026-03-10', amount: 500 },
      { date: '2026-03-10', amount: -40 },
      { date: '2026-03-10', amount: -30 },
    ]);
  });

  it('knows that there were none only if the statement would have them', () => {
    expect(history({ CashTransactions: '' })?.flows?.list).toEqual([]);
    expect(history({ Trades: '' })).toBeUndefined();
    expect(history({ CashTransactions: '' }, { from: '01/02/2026', to: '03/04/2026' })).toBeUndefined();
    const foreign = row('CashTransaction', { ...deposit, currency: 'EUR', fxRateToBase: '' });
    expect(history({ CashTransactions: foreign })).toBeUndefined();
  });
});

describe('flexDate', () => {
  it('reads the formats that cannot be misunderstood', () => {
    expect(flexDate('20260302')).toBe('2026-03-02');
    expect(flexDate('20260302;093000')).toBe('2026-03-02');
    expect(flexDate('2026-03-02, 09:30:00')).toBe('2026-03-02');
    expect(flexDate('02-MAR-26')).toBe('2026-03-02');
    for (const text of ['', '03/02/2026', '202603021', 'MULTI', '02-XYZ-26']) expect(flexDate(text)).toBeUndefined();
  });
});
