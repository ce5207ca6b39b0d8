import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childrenOf, escapeXml, parseXml, textOf, type XmlElement } from './xml.ts';

const aName = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
const aText = fc.string({ maxLength: 12 }).map((text) => text.trim());
const { element } = fc.letrec<{ element: XmlElement }>((tie) => ({
  element: fc.oneof(
    { maxDepth: 3 },
    fc.record({ name: aName, children: fc.constant([]), text: aText }),
    fc.record({
      name: aName,
      children: fc.array(tie('element'), { minLength: 1, maxLength: 3 }),
      text: fc.constant(''),
    }),
  ),
}));
const written = ({ name, children, text }: XmlElement): string =>
  `<${name} a="b"  c='&lt;>'>\n ${escapeXml(text)}${children.map(written).join('\n')} </${name}>`;

describe('parseXml', () => {
  it('reads back whatever was written', () => {
    fc.assert(
      fc.property(element, (root) => {
        expect(parseXml(`<?xml version="1.0"?>\n<!-- <a> -->${written(root)}`)).toEqual(root);
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is not well-formed, and never anything else than by a SyntaxError', () => {
    for (const text of ['', 'text', '<a>', '</a>', '<a></b>', '<a/><b/>', '<a><b></a></b>', '<a', '<1/>', '<a/>text']) {
      expect(() => parseXml(text), text).toThrow(SyntaxError);
    }
    const fragments = fc.array(fc.constantFrom('<a>', '</a>', '<b/>', '<', '>', '&amp;', '<!--', '-->', '"', ' '), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fragments, (parts) => {
        try {
          parseXml(parts.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(SyntaxError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds children by name', () => {
    const root = parseXml('<r><x>1</x><y>&#65;&quot;</y><x> 2 </x></r>');
    expect(childrenOf(root, 'x').map(({ text }) => text)).toEqual(['1', '2']);
    expect(textOf(root, 'y')).toBe('A"');
    expect(textOf(root, 'z')).toBe('');
    expect(childrenOf(undefined, 'x')).toEqual([]);
  });
});
