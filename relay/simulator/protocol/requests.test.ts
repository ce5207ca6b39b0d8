import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFields, encodeFields } from './codec.ts';
import type { Item, Row } from './fields.ts';
import { ProtocolError } from './framing.ts';
import { BadFieldError, clientRequests, Request, type RequestName, requestNames } from './requests.ts';

const names = Object.keys(clientRequests) as RequestName[];

/** Values for a layout: texts for fields, rows for groups; conditional parts get values whether they are due or not. */
function valuesFor(items: readonly Item[]): fc.Arbitrary<Row> {
  const model: Record<string, fc.Arbitrary<Row[string]>> = {};
  const text = fc.constantFrom('', '0', '1', '2', 'BAG', 'STK', 'PEG BEST', 'PEG MID', 'Infinity', 'Ä', '3.5');
  const collect = (layout: readonly Item[]): void => {
    for (const item of layout) {
      if (item.kind === 'field') model[item.name] = text;
      else if (item.kind === 'list') model[item.name] = fc.array(text, { maxLength: 3 });
      else if (item.kind === 'group') model[item.name] = fc.array(valuesFor(item.items), { maxLength: 3 });
      else if (item.kind === 'when') collect(item.items);
    }
  };
  collect(items);
  return fc.record(model);
}

describe('requests', () => {
  it('have ids that differ', () => {
    expect(requestNames.size).toBe(names.length);
  });

  it.each([176, 178, 187, 193])('survive encoding and decoding at server version %i', (version) => {
    for (const name of names) {
      const message = clientRequests[name];
      fc.assert(
        fc.property(valuesFor(message.layout), (values) => {
          const tokens = encodeFields(message, values, version);
          const decoded = decodeFields(message, tokens, version);
          for (const [field, text] of Object.entries(decoded.values)) expect(text).toBe(values[field]);
          for (const [field, rows] of Object.entries(decoded.rows)) {
            expect(rows.length).toBe((values[field] as readonly unknown[]).length);
          }
          expect(encodeFields(message, { ...decoded.values, ...rowsOf(decoded) }, version)).toEqual(tokens);
        }),
        { numRuns: 15 },
      );
    }
  });

  it('that end too early are refused', () => {
    expect(() => decodeFields(clientRequests.reqPnL, ['92', '1'], 193)).toThrow(ProtocolError);
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

/** Turns decoded rows back into values to encode. */
function rowsOf({ rows }: ReturnType<typeof decodeFields>): Row {
  return Object.fromEntries(
    Object.entries(rows).map(([name, entries]) => [
      name,
      entries.map((entry) =>
        'value' in entry.values && Object.keys(entry.values).length === 1
          ? entry.values.value
          : { ...entry.values, ...rowsOf(entry) },
      ),
    ]),
  ) as Row;
}

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
