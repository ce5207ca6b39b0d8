import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pdfOf } from '../../simulator/research/pdf.ts';
import { mediaTypeOf } from './media-type.ts';
import { pdfText } from './pdf-text.ts';

/** A document of one page, packed as most are. */
function packed(content: string, more = ''): Buffer {
  const data = deflateSync(Buffer.from(content, 'latin1'));
  const head = `%PDF-1.5\n1 0 obj\n<< /Length ${data.length} /Filter /FlateDecode ${more}>>\nstream\n`;
  return Buffer.concat([Buffer.from(head), data, Buffer.from('\nendstream\nendobj\n%%EOF')]);
}

describe('the text of a PDF document', () => {
  it('has the lines of a simple one', () => {
    expect(pdfText(Buffer.from(pdfOf(['A (first) \\ line', '', 'and another'])))).toBe(
      'A (first) \\ line\n\nand another',
    );
  });

  it('is unpacked, with blanks where letters are set apart', () => {
    const content = 'BT /F1 9 Tf 50 700 Td [(Pro) 10 (fit) -300 (rose)] TJ 0 -12 Td (by 5\\045) Tj ET';
    expect(pdfText(packed(content))).toBe('Profit rose\nby 5%');
  });

  it('is not guessed at where fonts have their own codes, or there is none', () => {
    expect(pdfText(packed('BT (AB) Tj ET', '/Font /Subtype /Type0 '))).toBeUndefined();
    expect(pdfText(packed('0 0 10 10 re f'))).toBeUndefined();
    expect(pdfText(packed('BT (AB) Tj ET', '/Subtype /Image '))).toBeUndefined();
    expect(pdfText(Buffer.from('%PDF-1.4 broken'))).toBeUndefined();
  });

  it('leaves out strings that never end, however many, and reads those after them', () => {
    expect(pdfText(packed(`BT ${'(\\('.repeat(100_000)} (end) Tj ET`))).toBe('end');
  });

  it('comes through whatever bytes there are', () => {
    const piece = fc.constantFrom(
      'stream\n',
      'endstream',
      '<<',
      '>>',
      'BT',
      'ET',
      '(',
      ')',
      'Tj',
      '\\',
      '/Filter /FlateDecode ',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(['string', 'undefined']).toContain(typeof pdfText(Buffer.from(`%PDF-1.4\n${pieces.join('')}`)));
      }),
    );
  });
});

describe('the kind of a document', () => {
  it.each([
    ['%PDF-1.4', 'application/pdf'],
    ['\x89PNG\r\n', 'image/png'],
    ['PK\x03\x04', 'application/zip'],
    ['hello', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('%j is %s', (start, expected) => {
    expect(mediaTypeOf(Buffer.from(start, 'latin1'))).toBe(expected);
  });
});
