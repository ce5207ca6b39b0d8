import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amount, barPrice, double, money } from './spelling.ts';

describe('a double', () => {
  it.each([
    [0, '0.0'],
    [150, '150.0'],
    [-3.5, '-3.5'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [9_999_999, '9999999.0'],
    [10_000_000, '1.0E7'],
    [123_456_789.5, '1.234567895E8'],
  ])('writes %d as %s', (value, text) => {
    expect(double(value)).toBe(text);
  });

  it('stays a text where it is one, and no value where it is none', () => {
    expect([double('1'), double(Number.MAX_VALUE), double(new Decimal(3))]).toEqual(['1', Number.MAX_VALUE, '3.0']);
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => Number(double(value)) === value),
    );
  });
});

describe('other spellings', () => {
  it.each([
    [barPrice, 7435, '7435.0'],
    [barPrice, -1, '-1'],
    [amount, 0, '0'],
    [amount, 0.05, '0.05'],
    [money, new Decimal('-29162.339'), '-29162.34'],
    [money, 0, '0.00'],
  ])('%o writes %s as %s', (spelling, value, text) => {
    expect(spelling(value)).toBe(text);
  });
});
