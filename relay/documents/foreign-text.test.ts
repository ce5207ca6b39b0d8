import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foreignLine, foreignText } from './foreign-text.ts';

describe('text of third parties', () => {
  it.each([
    ['direction overrides', 'pay \u202eDSU 001\u202c now', 'pay DSU 001 now'],
    ['isolates and marks', '\u2066a\u2069\u200eb\u061c', 'ab'],
    ['blanks without width', 'in\u200bvisi\ufeffble\u2060', 'invisible'],
    ['letters of the tag block, which only models read', `a${String.fromCodePoint(0xe0049, 0xe0047)}b`, 'ab'],
    ['bytes hidden in variation selectors', `a\ufe00\ufe01${String.fromCodePoint(0xe0101, 0xe01ef)}b`, 'ab'],
    ['control characters and escapes', 'a\u0000\u001b[31mb\u0007\u009bc', 'a[31mbc'],
    ['half of a surrogate pair', 'a\ud83db', 'a\ufffdb'],
    ['soft hyphens and fillers', 'co\u00adop\u3164\u115f', 'coop'],
  ])('loses %s', (_, text, expected) => {
    expect(foreignText(text)).toBe(expected);
  });

  it('keeps what people write with', () => {
    const text = 'Zürich\t5 % → 腾讯 👩\u200d💻 ❤\ufe0f عربی\u200cها\nnext';
    expect(foreignText(text)).toBe(text);
    expect(foreignText('a\r\nb\rc\u2028d')).toBe('a\nb\nc\nd');
  });

  it('is on one line where it has to be', () => {
    expect(foreignLine(' a\r\n\u2029 b\tc ')).toBe('a b c');
  });

  it('has nothing left to clean, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const clean = foreignText(text);
        expect(foreignText(clean)).toBe(clean);
        expect(clean).not.toMatch(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/u);
        expect(foreignLine(text)).not.toMatch(/[\n\r]/);
      }),
    );
  });
});
