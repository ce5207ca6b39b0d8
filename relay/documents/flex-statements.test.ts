import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { Everything, readTo } from '../../test/support/read-to.ts';

const cellText = fc.string({ unit: 'grapheme', maxLength: 20 });
const record = fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z]{1,10}$/), cellText, { minKeys: 1, maxKeys: 6 });

const read = (xml: string, pieceLength?: number) => readTo(new Everything(), xml, pieceLength).statements;

describe('StatementReader', () => {
  it('gives back every attribute of every row as it was, wherever the document is cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 99 }), (rows, length) => {
        const xml = flexDocument(statement('U1', { Trades: rows.map((one) => row('Trade', one)).join('\n') }));
        const trim = (one: Record<string, string>) =>
          Object.fromEntries(Object.entries(one).map(([name, text]) => [name, text.trim()]));
        const [, told = []] = read(xml, length)[0]?.sections[0] ?? [];
        expect(told).toEqual(rows.map((one) => ['Trade', trim(one)]));
      }),
    );
  });

  it('tells sections that are empty, rows without a section, and what kinds rows are', () => {
    const nested = '<Order a="2"><Lot a="3" /></Order>';
    const mixed = [row('Trade', { a: 1 }), nested, row('Trade', { a: 4 })].join('');
    const xml = flexDocument(statement('U1', { Trades: mixed, CashTransactions: '' }), statement('U2', {})).replace(
      '<Trades>',
      '<ChangeInNAV accountId="U1" twr="1.5" /><Trades>',
    );
    const [first, second] = read(xml);
    expect(first?.sections).toEqual([
      ['ChangeInNAV', [['ChangeInNAV', { accountId: 'U1', twr: '1.5' }]]],
      [
        'Trades',
        [
          ['Trade', { a: '1' }],
          ['Order', { a: '2' }],
          ['Lot', { a: '3' }],
          ['Trade', { a: '4' }],
        ],
      ],
      ['CashTransactions', []],
    ]);
    expect(second).toMatchObject({ account: 'U2', sections: [] });
  });

  it('refuses what is damaged, foreign or sly', () => {
    const whole = flexDocument(statement('U1', { Trades: row('Trade', { a: 1 }) }));
    const sly = `<!DOCTYPE x [<!ENTITY a "aaaa">]>${whole}`;
    for (const xml of ['', 'x', '<html/>', '<a><b></a></b>', whole.slice(0, -5), `${whole}${whole}`, sly]) {
      expect(() => read(xml), xml.slice(0, 40)).toThrow(ToolError);
    }
    expect(() => read(sly)).toThrow('document type');
    expect(() => read('<html/>')).toThrow('no Flex statement');
    expect(() => read(`${whole}\n<`)).toThrow('damaged near line 10');
  });

  it('never fails in another way, wherever a statement is cut or changed', () => {
    const whole = flexDocument(statement('U1', { Trades: row('Trade', { a: 'x & y', b: 2 }) }));
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(20), fc.string({ maxLength: 5 }), (at, gone, put) => {
        try {
          read(whole.slice(0, at) + put + whole.slice(at + gone));
        } catch (error) {
          expect(error).toBeInstanceOf(ToolError);
        }
      }),
    );
  });
});
