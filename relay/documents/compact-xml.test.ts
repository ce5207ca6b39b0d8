import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { compactXml, shortened } from './compact-xml.ts';

describe('a report as compact JSON', () => {
  it('has members by name, numbers as numbers and codes as texts', () => {
    const xml =
      '<?xml version="1.0"?><R Major="1"><Name>A &amp; B</Name><Id>007</Id><Empty/><Nine>1.50</Nine><Big>12345678901234567890</Big></R>';
    expect(compactXml(xml)).toEqual({
      R: { Name: 'A & B', Id: '007', Nine: 1.5, Big: '12345678901234567890', Major: 1 },
    });
  });

  it('makes tables of elements that are alike', () => {
    const xml = '<R><E d="2026-01-01">1</E><E d="2026-04-01" note="late">2</E></R>';
    expect(compactXml(xml)).toEqual({
      R: {
        E: {
          columns: ['value', 'd', 'note'],
          rows: [
            [1, '2026-01-01', ''],
            [2, '2026-04-01', 'late'],
          ],
        },
      },
    });
    const nested = '<R><O><n>A</n><q on="x">5</q></O><O><n>B</n><q on="y">6</q></O></R>';
    expect(compactXml(nested)).toEqual({
      R: {
        O: {
          columns: ['n', 'q', 'q.on'],
          rows: [
            ['A', 5, 'x'],
            ['B', 6, 'y'],
          ],
        },
      },
    });
  });

  it('leaves lists of what is deeper as lists', () => {
    const xml = '<R><P><S><x>1</x><y><z>2</z></y></S></P><P><S><x>3</x><y><z>4</z></y></S></P></R>';
    expect(compactXml(xml)).toEqual({
      R: { P: [{ S: { x: 1, y: { z: 2 } } }, { S: { x: 3, y: { z: 4 } } }] },
    });
  });

  it.each([
    ['<b value="1">text</b>', { b: { '#text': 'text', value: 1 } }],
    ['<b><value>1</value>text</b>', { b: { '#text': 'text', value: 1 } }],
    ['<R><b value="1">x</b><b>y</b></R>', { R: { b: [{ '#text': 'x', value: 1 }, 'y'] } }],
    ['<R va\u3164l="1" val="2"/>', { R: { val: [1, 2] } }],
    [
      '<R><I><q on="1">5</q><q.on>2</q.on></I><I/><I a="3"/></R>',
      { R: { I: [{ q: { value: 5, on: 1 }, 'q.on': 2 }, { a: 3 }] } },
    ],
    [
      '<R><I><q value="1">5</q></I><I><q>6</q></I></R>',
      {
        R: {
          I: {
            columns: ['q', 'q.value'],
            rows: [
              [5, 1],
              [6, ''],
            ],
          },
        },
      },
    ],
  ])('loses nothing of %s, whatever its parts are called', (xml, compact) => {
    expect(compactXml(xml)).toEqual(compact);
  });

  it('shortens no members that are merely called as those of a table', () => {
    const xml =
      '<R><columns>a</columns><columns>b</columns><rows>1</rows><rows>2</rows><rows>3</rows><kept>4</kept></R>';
    expect(shortened(compactXml(xml), 2)).toEqual({
      R: { columns: ['a', 'b'], rows: { items: [1, 2], more: 1 }, kept: 4 },
    });
  });

  it('makes no table of elements that have nothing in common', () => {
    const count = 20_000;
    const elements = Array.from({ length: count }, (_, index) => `<E a${index}="1"/>`).join('');
    const { E } = compactXml(`<R>${elements}</R>`).R as { E: readonly unknown[] };
    expect(E).toHaveLength(count);
    expect(E.slice(0, 2)).toEqual([{ a0: 1 }, { a1: 1 }]);
    expect(compactXml('<R><E a="1"/><E constructor="2"/></R>')).toEqual({
      R: {
        E: {
          columns: ['a', 'constructor'],
          rows: [
            [1, ''],
            ['', 2],
          ],
        },
      },
    });
  });

  it('refuses what is no report', () => {
    for (const xml of [
      '',
      'nothing',
      '<a><b></a>',
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      `<a>${'<b/>'.repeat(500_001)}</a>`,
      `${'<a>'.repeat(101)}1${'</a>'.repeat(101)}`,
    ]) {
      expect(() => compactXml(xml), xml.slice(0, 40)).toThrow(ToolError);
    }
  });

  it('cannot be used to reach what objects are made of', () => {
    try {
      compactXml('<R><__proto__><polluted>1</polluted></__proto__><constructor>2</constructor></R>');
    } catch (error) {
      expect(error).toBeInstanceOf(ToolError);
    }
    expect({}).not.toHaveProperty('polluted');
  });

  it('can be shortened: every table and list says what is left out', () => {
    const rows = Array.from({ length: 5 }, (_, index) => `<E d="${index}">${index}</E>`).join('');
    const lists = '<P><a><b><c>1</c></b></a></P>'.repeat(3);
    expect(shortened(compactXml(`<R>${rows}${lists}</R>`), 2)).toEqual({
      R: {
        E: {
          columns: ['value', 'd'],
          rows: [
            [0, 0],
            [1, 1],
          ],
          more: 3,
        },
        P: { items: [{ a: { b: { c: 1 } } }, { a: { b: { c: 1 } } }], more: 1 },
      },
    });
  });

  it('loses no row and no value', () => {
    const value = fc.integer({ min: -1_000_000, max: 1_000_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 30 }), (pairs) => {
        const xml = `<R>${pairs.map(([a, b]) => `<E k="${a}">${b}</E>`).join('')}</R>`;
        expect(compactXml(xml)).toEqual({ R: { E: { columns: ['value', 'k'], rows: pairs.map(([a, b]) => [b, a]) } } });
      }),
    );
  });
});
