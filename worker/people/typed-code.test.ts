import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newTypedCode, readTypedCode } from './typed-code.ts';

test.each([
  [12, /^(?:[2-9A-HJ-NP-Z]{4}-){2}[2-9A-HJ-NP-Z]{4}$/],
  [20, /^(?:[2-9A-HJ-NP-Z]{4}-){4}[2-9A-HJ-NP-Z]{4}$/],
])('%i characters stand in groups that can be read out', (characters, form) => {
  const codes = Array.from({ length: 500 }, () => newTypedCode(characters));
  for (const code of codes) expect(code).toMatch(form);
  expect(new Set(codes).size).toBe(codes.length);
});

test('a code is read however it was typed', () => {
  const typing = fc.constantFrom(' ', '-', '', '–', '\u00a0', '\n');
  fc.assert(
    fc.property(fc.array(typing, { minLength: 12, maxLength: 12 }), fc.boolean(), (gaps, lower) => {
      const code = newTypedCode(12);
      const plain = code.replaceAll('-', '');
      const typed = [...plain].map((character, at) => character + gaps[at]).join('');
      expect(readTypedCode(lower ? typed.toLowerCase() : typed)).toBe(plain);
    }),
  );
});
