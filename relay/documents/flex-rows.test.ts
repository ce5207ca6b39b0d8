import { describe, expect, it } from 'vitest';
import { flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { readTo } from '../../test/support/read-to.ts';
import { type FlexSelection, parseFilter, RowCollector } from './flex-rows.ts';

const trades = flexDocument(
  statement('U1', {
    Trades: [
      row('Trade', { symbol: 'AAPL', tradeDate: '20260301', quantity: '10.0', big: '12345678901234567890' }),
      row('Trade', { symbol: 'aapl', tradeDate: '20260302', quantity: '-2', big: '0.1' }),
      row('Trade', { symbol: '', tradeDate: '20260303', quantity: '', big: '1e5' }),
    ].join(''),
  }),
);

function select(filters: string[], columns?: string[], more: Partial<FlexSelection> = {}, document = trades) {
  const parsed = filters.map((text) => parseFilter(text)).filter((filter) => filter !== undefined);
  const selection = { section: 'Trades', filters: parsed, columns, offset: 0, limit: 10, ...more };
  return readTo(new RowCollector(selection), document).page();
}

describe('RowCollector', () => {
  it('compares numbers as numbers and dates as text', () => {
    expect(select(['quantity=10']).total).toBe(1);
    expect(select(['quantity>=-2']).total).toBe(2);
    expect(select(['tradeDate>=20260302']).total).toBe(2);
    expect(select(['symbol=']).total).toBe(1);
    expect(select(['symbol = AAPL', 'quantity<=0']).total).toBe(1);
  });

  it('gives numbers only where they are exact and amounts', () => {
    expect(select([], ['big', 'tradeDate', 'quantity']).rows).toEqual([
      ['12345678901234567890', '20260301', 10],
      [0.1, '20260302', -2],
      ['1e5', '20260303', ''],
    ]);
  });

  it('names a column that is not there', () => {
    expect(select(['price>=1']).unknownColumn?.name).toBe('price');
    expect(select([], ['Symbol']).columns).toEqual(['symbol']);
    expect(select(['constructor=1']).unknownColumn?.known).toEqual(['symbol', 'tradeDate', 'quantity', 'big']);
  });

  it('keeps the page that is asked for and counts the rest', () => {
    const page = select([], ['tradeDate'], { offset: 1, limit: 1 });
    expect(page).toMatchObject({ rows: [['20260302']], total: 3 });
    expect(select([], ['tradeDate'], { offset: 3 })).toMatchObject({ rows: [], total: 3 });
  });

  it('knows columns that only later rows have', () => {
    const rows = [row('Trade', { a: 1 }), row('Trade', { a: 2, b: 'x' }), row('Trade', { constructor: 3, a: 4 })];
    const document = flexDocument(statement('U1', { Trades: rows.join('') }));
    expect(select(['b='], undefined, {}, document)).toEqual({
      columns: ['a', 'constructor'],
      rows: [
        [1, ''],
        [4, 3],
      ],
      total: 2,
    });
  });

  it('says what kind rows are where a section has several kinds, and can be asked for one', () => {
    const rows = [row('Trade', { a: 1 }), row('Lot', { a: 2 })].join('');
    const mixed = flexDocument(statement('U1', { Trades: rows }));
    expect(select([], undefined, {}, mixed)).toMatchObject({
      columns: ['a', 'rowType'],
      rows: [
        [1, 'Trade'],
        [2, 'Lot'],
      ],
    });
    expect(select(['rowtype=lot'], ['a'], {}, mixed)).toMatchObject({ rows: [[2]], total: 1 });
    expect(select(['rowType=Trade']).unknownColumn?.name).toBe('rowType');
  });

  it('leaves out statements and rows of other accounts, and puts a section’s parts together', () => {
    const one = statement('U1', { Trades: row('Trade', { accountId: 'U1', a: 1 }) });
    const parts = one.replace('</FlexStatement>', `<Trades>${row('Trade', { accountId: 'U2', a: 2 })}</Trades>$&`);
    const document = flexDocument(parts, statement('U2', { Trades: row('Trade', { accountId: '', a: 3 }) }));
    const ask = (accounts?: string[]) => select([], ['a'], { accounts }, document).rows.flat();
    expect(ask()).toEqual([1, 2, 3]);
    expect(ask(['U1'])).toEqual([1]);
    expect(ask(['U2'])).toEqual([3]);
  });
});

describe('parseFilter', () => {
  it.each(['symbol', '=x', 'a>1', ''])('does not take %j for a condition', (text) => {
    expect(parseFilter(text)).toBeUndefined();
  });
});
