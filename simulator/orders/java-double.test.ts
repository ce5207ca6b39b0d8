import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unsetDouble } from '../protocol/codec.ts';
import { javaDouble } from './java-double.ts';

describe('javaDouble', () => {
  it.each([
    [0, '0.0'],
    [150, '150.0'],
    [-3.5, '-3.5'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [9_999_999, '9999999.0'],
    [10_000_000, '1.0E7'],
    [123_456_789.5, '1.234567895E8'],
    [Number.MAX_VALUE, unsetDouble],
  ])('writes %d as %s', (value, text) => {
    expect(javaDouble(value)).toBe(text);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Number(javaDouble(value)) === value),
    );
  });
});
