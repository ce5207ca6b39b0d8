import { describe, expect, it } from 'vitest';
import { afterwards, known } from './codes.cases.ts';
import { codesOf, orderCodes, orderVerdict } from './codes.ts';

describe('codes about orders', () => {
  it.each(known)('$fates: $codes', ({ codes, fates }) => {
    const other = codesOf(codes).filter((code) => !fates.includes(orderVerdict(code).fate) || !orderCodes.has(code));
    expect(other).toEqual([]);
  });

  it('are all listed, each once', () => {
    const listed = known.flatMap(({ codes }) => codesOf(codes));
    expect(new Set(listed).size).toBe(listed.length);
    expect([...orderCodes.keys()].sort((a, b) => a - b)).toEqual(listed.sort((a, b) => a - b));
  });

  it('are unsure when nothing is known of them, and only 202 ends an order', () => {
    expect(orderVerdict(99_999).fate).toBe('unsure');
    expect([...orderCodes.values()].filter(({ fate }) => fate === 'ended').map(({ code }) => code)).toEqual([202]);
  });

  it.each(afterwards)('%i in answer to a %s: %s, %s', (code, request, after) => {
    expect(orderVerdict(code).after[request]).toBe(after);
  });
});
