import { describe, expect, it } from 'vitest';
import { omitUndefined } from '../../shared/values.ts';
import { known, knownPrice, knownSize, parseNumber } from './numbers.ts';

describe('IB’s ways to say nothing', () => {
  it.each([
    [undefined, undefined],
    [Number.MAX_VALUE, undefined],
    [-Number.MAX_VALUE, undefined],
    [Infinity, undefined],
    [Number.NaN, undefined],
    [2_147_483_647, undefined],
    [0, 0],
    [-1, -1],
    [0.1 + 0.2, 0.1 + 0.2],
  ])('%s is %s', (value, expected) => expect(known(value)).toBe(expected));

  it.each([
    ['1.7976931348623157E308', undefined],
    ['', undefined],
    ['n/a', undefined],
    ['1,234.5', 1234.5],
    ['-1', -1],
  ])('%j is %s', (text, expected) => expect(parseNumber(text)).toBe(expected));

  it('drops −1 and 0 as prices but keeps legal negative ones', () => {
    expect(knownPrice(-1, 'STK', 0)).toBeUndefined();
    expect(knownPrice(-5, 'STK', 10)).toBeUndefined();
    expect(knownPrice(0, 'STK')).toBeUndefined();
    expect(knownPrice(-1, 'FUT', 0)).toBeUndefined();
    expect(knownPrice(-1, 'FUT', 3)).toBe(-1);
    expect(knownPrice(0, 'FUT', 0)).toBeUndefined();
    expect(knownPrice(0, 'FUT')).toBe(0);
    expect(knownPrice(-37.63, 'FUT')).toBe(-37.63);
    expect(knownPrice(0, 'OPT', 5)).toBe(0);
    expect(knownPrice(1.25, 'STK')).toBe(1.25);
    expect(knownSize(-1)).toBeUndefined();
    expect(knownSize(0)).toBe(0);
  });

  it('leaves out absent members', () => {
    expect(Object.keys(omitUndefined({ a: 1, b: undefined }))).toEqual(['a']);
  });
});
