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
  it('compares numbers as numbers', () => {
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

  it('compares what names something as it is written', () => {
    const numbers = row('Trade', {
      account: '00123456',
      tradeID: '12345678901234567890',
      orderRef: '1e5',
      price: '010',
    });
    const document = flexDocument(statement('U1', { Trades: numbers }));
    const found = (filter: string) => select([filter], undefined, {}, document).total;
    expect(['account=00123456', 'tradeID=12345678901234567890', 'orderRef=1E5', 'price=010'].map(found)).toEqual([
      1, 1, 1, 1,
    ]);
    expect(['account=123456', 'tradeID=12345678901234567891', 'orderRef=100000', 'price=10'].map(found)).toEqual([
      0, 0, 0, 0,
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

  it('counts rows that tell the same again only when asked for', () => {
    const rows = [row('Trade', { a: 1 }), row('Order', { a: 1 }), row('Order', { a: 5 }), row('Lot', { a: 2 })].join(
      '',
    );
    const mixed = flexDocument(statement('U1', { Trades: rows }));
    expect(select([], undefined, {}, mixed)).toEqual({
      columns: ['a'],
      rows: [[1]],
      total: 1,
      leftOut: { 'rowType=Order': 2, 'rowType=Lot': 1 },
    });
    expect(select(['rowtype=lot'], ['a'], {}, mixed)).toEqual({ columns: ['a'], rows: [[2]], total: 1 });
    expect(select(['rowType~o', 'a>=2'], undefined, {}, mixed).rows).toEqual([
      [5, 'Order'],
      [2, 'Lot'],
    ]);
    expect(select(['rowType=Trade']).unknownColumn?.name).toBe('rowType');
  });

  it.each([
    [{ accountId: 'U1', x: 1 }, { accountId: '-', x: 9 }, 'rowType=Sum'],
    [{ transactionID: '7', x: 1 }, { transactionID: '', x: 9 }, 'rowType=Sum'],
    [
      { symbol: 'A', description: 'Alphabet', x: 1 },
      { symbol: '', description: 'Total (All Assets)', x: 9 },
      'rowType=Sum',
    ],
    [{ levelOfDetail: 'EXECUTION', x: 1 }, { levelOfDetail: 'SYMBOL_SUMMARY', x: 9 }, 'levelOfDetail=SYMBOL_SUMMARY'],
    [{ levelOfDetail: 'SUMMARY', x: 1 }, { levelOfDetail: 'LOT', x: 9 }, 'levelOfDetail=LOT'],
    [{ levelOfDetail: 'Currency', x: 1 }, { levelOfDetail: 'BaseCurrency', x: 9 }, 'levelOfDetail=BaseCurrency'],
  ])('never shows %j beside %j', (detail, again, filter) => {
    for (const order of [
      [detail, again],
      [again, detail],
    ]) {
      const document = flexDocument(statement('U1', { Trades: order.map((one) => row('Trade', one)).join('') }));
      expect(select([], ['x'], {}, document)).toEqual({
        columns: ['x'],
        rows: [[1]],
        total: 1,
        leftOut: { [filter]: 1 },
      });
      expect(select([filter], ['x'], {}, document)).toEqual({ columns: ['x'], rows: [[9]], total: 1 });
    }
  });

  it('compares days as days, whatever their formats', () => {
    const days = ['20260105', '20260601', '20260615', '20260820', 'MULTI', ''];
    const rows = days.map((day) =>
      row('Trade', { tradeDate: day, dateTime: day.length === 8 ? `${day};093000` : day }),
    );
    const document = flexDocument(statement('U1', { Trades: rows.join('') }));
    const count = (...filters: string[]) => select(filters, ['tradeDate'], {}, document).total;
    for (const day of ['2026-06-01', '20260601', '01-JUN-26', '2026-06-01T00:00:00']) {
      expect([count(`tradeDate>=${day}`), count(`tradeDate<=${day}`), count(`tradeDate=${day}`)], day).toEqual([
        3, 2, 1,
      ]);
    }
    expect(count('dateTime<=20260615')).toBe(3);
    expect(count('dateTime<=20260615;093000')).toBe(3);
    expect(count('dateTime<=2026-06-15 09:29:59')).toBe(2);
    expect(count('tradeDate~2026-06')).toBe(2);
    expect(count('tradeDate=multi')).toBe(1);
    expect(count('tradeDate=')).toBe(1);
    expect(select(['tradeDate>=20200101'], ['tradeDate'], {}, document)).toMatchObject({ total: 4, withoutDay: 1 });
    for (const value of ['04/05/2026', '5', '2026-13-40']) {
      expect(select([`tradeDate>=${value}`], undefined, {}, document).notADay?.filter.value, value).toBe(value);
    }
  });

  it('compares days with slashes in the document’s own order', () => {
    const rows = ['04/05/2026', '05/04/2026'].map((tradeDate) => row('Trade', { tradeDate })).join('');
    const document = flexDocument(statement('U1', { Trades: rows }));
    const ask = (dates: 'month-first' | 'day-first') =>
      select(['tradeDate>=2026-05-01'], undefined, { dates }, document).rows;
    expect(ask('month-first')).toEqual([['05/04/2026']]);
    expect(ask('day-first')).toEqual([['04/05/2026']]);
  });

  it('leaves text what only looks like a number', () => {
    const names = {
      account: '12345678',
      serialNumber: '000123',
      x: '007',
      conid: '265598',
      orderID: '42',
      cusip: '037833100',
    };
    const rows = row('Trade', { ...names, quantity: '-0.50', fxRateToBase: '1', zero: '0' });
    const document = flexDocument(statement('U1', { Trades: rows }));
    expect(select([], undefined, {}, document).rows).toEqual([
      ['12345678', '000123', '007', 265598, '42', '037833100', -0.5, 1, 0],
    ]);
  });

  it('leaves out statements and rows of other accounts, and puts a section’s parts together', () => {
    const one = statement('U1', { Trades: row('Trade', { accountId: 'U1', a: 1 }) });
    const parts = one.replace('</FlexStatement>', `<Trades>${row('Trade', { accountId: 'U2', a: 2 })}</Trades>$&`);
    const document = flexDocument(parts, statement('U2', { Trades: row('Trade', { accountId: '', a: 3 }) }));
    const ask = (accounts?: string[]) => select([], ['a'], { accounts }, document).rows.flat();
    expect(ask()).toEqual([1, 2, 3]);
    expect(ask(['U1'])).toEqual([1]);
    expect(ask(['U2'])).toEqual([3]);
    const segment = row('Trade', { accountId: 'U1-P', a: 4 });
    const withSegment = flexDocument(statement('U1', { Trades: segment }), statement('U1-P', { Trades: segment }));
    expect(select([], ['a'], { accounts: ['U1'] }, withSegment).total).toBe(2);
  });
});

describe('parseFilter', () => {
  it.each(['symbol', '=x', 'a>1', ''])('does not take %j for a condition', (text) => {
    expect(parseFilter(text)).toBeUndefined();
  });
});
