import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StrictXml, XmlError } from './strict-xml.ts';

/** What is heard of a document that comes in pieces of that length. */
function heard(xml: string, length = xml.length || 1): unknown[] {
  const events: unknown[] = [];
  const reader = new StrictXml(
    {
      onOpen: (name, attributes) => events.push({ ...attributes, name }),
      onClose: (name) => events.push(`/${name}`),
      onText: (text) => {
        const last = events.at(-1);
        if (Array.isArray(last)) last[0] += text;
        else events.push([text]);
      },
    },
    5,
  );
  for (let at = 0; at < xml.length; at += length) reader.write(xml.slice(at, at + length));
  reader.end();
  return events;
}

const document =
  '\uFEFF<?xml version="1.0" encoding="UTF-8"?>\n<!-- a > comment -->\n<r a="1 &lt; 2" b = \'"&#x41;\' ><e/>t &amp; u' +
  '<![CDATA[<v> & w]]><f.g-h:i  c=""  /></r >\n<?end ?>\n';

describe('StrictXml', () => {
  it('tells elements, attributes and texts, wherever the pieces are cut', () => {
    const told = [
      { name: 'r', a: '1 < 2', b: '"A' },
      { name: 'e' },
      '/e',
      ['t & u<v> & w'],
      { name: 'f.g-h:i', c: '' },
      '/f.g-h:i',
      '/r',
    ];
    for (let length = 1; length <= document.length; length += 1) expect(heard(document, length)).toEqual(told);
  });

  it.each([
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a><b></a></b>',
    '<a/><b/>',
    '<a/>text',
    '<a/>&lt;',
    '<a/><![CDATA[]]>',
    '<a b/>',
    '<a b=c/>',
    '<a b="1"c="2"/>',
    '<a b="1" b="2"/>',
    '<a b="1/>',
    '<a /b="1"/>',
    '<a / >',
    '<a //>',
    '< a/>',
    '<1/>',
    '<a 1="2"/>',
    '<a></a <b/>',
    '<a></a',
    '<a></>',
    '<a/><',
    '<a/><b',
    '<a/><!--',
    '<a/><?b',
    '<a><![CDATA[</a>',
    '<a><!ELEMENT b></a>',
    '<?xml><a/>',
    '<a><a><a><a><a><a/></a></a></a></a></a>',
  ])('refuses %j', (xml) => {
    for (const length of [1, 3, 100]) {
      expect(() => heard(xml, length)).toThrow(expect.objectContaining({ name: 'XmlError', reason: 'damaged' }));
    }
  });

  it('refuses document types, and nothing that only looks like one', () => {
    expect(() => heard('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')).toThrow(
      expect.objectContaining({ reason: 'document-type' }),
    );
    expect(heard('<a b="&lt;!DOCTYPE c>"/>')).toEqual([{ name: 'a', b: '<!DOCTYPE c>' }, '/a']);
  });

  it('says in which line the damage is', () => {
    for (const length of [1, 2, 50]) {
      expect(() => heard('<a>\n<b\nc="1"/>\n<d></e>\n</a>', length)).toThrow(expect.objectContaining({ line: 4 }));
    }
  });

  it('keeps little of a document while it reads, and no markup without end', () => {
    const reader = new StrictXml({ onOpen: () => undefined, onClose: () => undefined }, 5);
    expect(() => {
      for (let piece = 0; piece < 100; piece += 1) reader.write(`${piece === 0 ? '<a><!--' : ''}${'x'.repeat(65_536)}`);
    }).toThrow(XmlError);
  });

  it('is not led astray by names that objects have', () => {
    const told = heard('<constructor __proto__="1" toString="2"><__proto__/></constructor>');
    expect(told).toHaveLength(4);
    expect(JSON.stringify(told[0])).toContain('"toString":"2"');
    expect({}).not.toHaveProperty('1');
  });

  it('gives the same for any pieces, whatever the document is', () => {
    const piece = fc.constantFrom(
      '<a',
      '>',
      '/>',
      '</a>',
      ' b="',
      '"',
      '&amp;',
      '&',
      '\n',
      '<!--',
      '-->',
      '<![CDATA[',
      'x',
    );
    const outcome = (xml: string, length: number): unknown => {
      try {
        return heard(xml, length);
      } catch (error) {
        expect(error).toBeInstanceOf(XmlError);
        return 'damaged';
      }
    };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (pieces, length) => {
        const xml = `<r>${pieces.join('')}</r>`;
        expect(outcome(xml, length)).toEqual(outcome(xml, xml.length));
      }),
    );
  });
});
