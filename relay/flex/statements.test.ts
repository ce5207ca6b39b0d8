import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter, selectRows } from './rows.ts';
import { FlexFormatError, parseStatement } from './statements.ts';
import { flexDocument, row, statement } from './testing/flex-service.ts';

const cellText = fc.string({ unit: 'grapheme', maxLength: 20 });
const record = fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z]{1,10}$/), cellText, { minKeys: 1, maxKeys: 6 });

describe('parseStatement', () => {
  it('gives back every attribute of every row as it was', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), (rows) => {
        const xml = flexDocument(statement('U1', { Trades: rows.map((one) => row('Trade', one)).join('\n') }));
        const trim = (one: Record<string, string>) =>
          Object.fromEntries(Object.entries(one).map(([name, text]) => [name, text.trim()]));
        const read = parseStatement(xml).statements[0]?.sections.get('Trades') ?? [];
        expect(read.map((one) => trim({ ...one }))).toEqual(rows.map(trim));
      }),
    );
  });

  it('keeps sections that are empty, rows without a section, and tells kinds of rows apart', () => {
    const mixed = [row('Trade', { a: 1 }), row('Order', { a: 2 })].join('');
    const xml = flexDocument(statement('U1', { Trades: mixed, CashTransactions: '' }), statement('U2', {})).replace(
      '<Trades>',
      '<ChangeInNAV accountId="U1" twr="1.5" /><Trades>',
    );
    const [first, second] = parseStatement(xml).statements;
    expect([...(first?.sections ?? [])]).toEqual([
      ['ChangeInNAV', [{ accountId: 'U1', twr: '1.5' }]],
      [
        'Trades',
        [
          { a: '1', rowType: 'Trade' },
          { a: '2', rowType: 'Order' },
        ],
      ],
      ['CashTransactions', []],
    ]);
    expect(second).toMatchObject({ account: 'U2', sections: new Map() });
  });

  it('refuses what is damaged, foreign or sly', () => {
    const whole = flexDocument(statement('U1', { Trades: row('Trade', { a: 1 }) }));
    const sly = `<!DOCTYPE x [<!ENTITY a "aaaa">]>${whole}`;
    for (const xml of ['', 'x', '<html/>', '<a><b></a></b>', whole.slice(0, -5), `${whole}${whole}`, sly]) {
      expect(() => parseStatement(xml), xml.slice(0, 40)).toThrow(FlexFormatError);
    }
  });

  it('never fails in another way, wherever a statement is cut or changed', () => {
    const whole = flexDocument(statement('U1', { Trades: row('Trade', { a: 'x & y', b: 2 }) }));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, gone, put) => {
        try {
          parseStatement(whole.slice(0, at) + put + whole.slice(at + gone));
        } catch (error) {
          expect(error).toBeInstanceOf(FlexFormatError);
        }
      }),
    );
  });
});

describe('selectRows', () => {
  const document = parseStatement(
    flexDocument(
      statement('U1', {
        Trades: [
          row('Trade', { symbol: 'AAPL', tradeDate: '20260301', quantity: '10.0', big: '12345678901234567890' }),
          row('Trade', { symbol: 'aapl', tradeDate: '20260302', quantity: '-2', big: '0.1' }),
          row('Trade', { symbol: '', tradeDate: '20260303', quantity: '', big: '1e5' }),
        ].join(''),
      }),
    ),
  );
  const select = (filters: string[], columns?: string[]) =>
    selectRows(document, {
      section: 'Trades',
      filters: filters.map((text) => parseFilter(text)).filter((filter) => filter !== undefined),
      columns,
      offset: 0,
      limit: 10,
    });

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
  });

  it.each(['symbol', '=x', 'a>1', ''])('does not take %j for a condition', (text) => {
    expect(parseFilter(text)).toBeUndefined();
  });
});
