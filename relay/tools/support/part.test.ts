import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../../shared/errors.ts';
import { partOf } from './part.ts';

describe('a part of a text', () => {
  it('ends between words', () => {
    expect(partOf('one two three', 0, 9)).toEqual({ text: 'one two ', offset: 0, total: 13, next: 8 });
    expect(partOf('one two three', 8, 9)).toEqual({ text: 'three', offset: 8, total: 13 });
  });

  it('is refused beyond the end, but an empty text has a beginning', () => {
    expect(() => partOf('abc', 3, 10)).toThrow(ToolError);
    expect(partOf('', 0, 10)).toEqual({ text: '', offset: 0, total: 0 });
  });

  it('gives the whole with all the others, and no character in halves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), fc.integer({ min: 2, max: 50 }), (text, limit) => {
        let whole = '';
        for (let offset: number | undefined = 0; offset !== undefined; ) {
          const part = partOf(text, offset, limit);
          expect(part.text.length).toBeLessThanOrEqual(limit);
          expect(part.text.isWellFormed()).toBe(true);
          whole += part.text;
          offset = part.next;
        }
        expect(whole).toBe(text);
      }),
    );
  });
});
