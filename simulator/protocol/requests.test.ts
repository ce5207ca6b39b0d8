import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFields, encodeFields } from './codec.ts';
import { ProtocolError } from './framing.ts';
import { BadFieldError, clientRequests, Request, type RequestName, requestNames } from './requests.ts';

const names = Object.keys(clientRequests) as RequestName[];

describe('requests', () => {
  it('have every id of the text protocol', () => {
    const range = (first: number, last: number): number[] =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index);
    // 26 to 48 and 60 were never given to a request.
    const ids = [...range(1, 25), ...range(49, 59), ...range(61, 105)];
    expect([...requestNames.keys()].sort((a, b) => a - b)).toEqual(ids);
    expect(requestNames.size).toBe(names.length);
  });

  it('that end too early are refused', () => {
    expect(() => decodeFields(clientRequests.reqPnL, ['92', '1'], 193)).toThrow(ProtocolError);
  });

  it('of any fields whatever are read or refused, and nothing else', () => {
    const field = fc.oneof(fc.constantFrom('', '0', '1', '2', '-1', '1e9', 'BAG', 'PEG BEST', 'Infinity'), fc.string());
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(field, { maxLength: 150 }), (name, tokens) => {
        try {
          decodeFields(clientRequests[name], tokens, 193);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each(['-1', '99999999', 'x', '1.5'])('with %s rows are refused', (count) => {
    const tokens = encodeFields(clientRequests.placeOrder, { secType: 'BAG' }, 193);
    const legs = tokens.indexOf('0', tokens.indexOf('BAG'));
    expect(() => decodeFields(clientRequests.placeOrder, tokens.with(legs, count), 193)).toThrow(ProtocolError);
  });

  it('count 118 fields for a plain stock order at 193', () => {
    expect(encodeFields(clientRequests.placeOrder, { secType: 'STK', orderType: 'LMT' }, 193)).toHaveLength(118);
  });
});

describe('Request', () => {
  const request = (values: Record<string, string>) => new Request('reqIds', { values, rows: {} });

  it('reads an empty number as 0', () => {
    expect(request({ count: '' }).int('count')).toBe(0);
    expect(request({}).flag('count')).toBe(false);
  });

  it.each(['x', '1.5', '2147483648', 'NaN'])('refuses %s as an integer', (count) => {
    expect(() => request({ count }).int('count')).toThrow(BadFieldError);
  });
});
