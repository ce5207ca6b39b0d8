import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { encodeFields, escapeAscii } from './codec.ts';
import { type Row, unsetInteger } from './fields.ts';
import { golden, lineAt, named } from './messages.cases.ts';
import { type ServerMessageName, serverMessages } from './messages.ts';

const versions = [173, 176, 178, 187, 193, 200] as const;
const names = Object.keys(serverMessages) as ServerMessageName[];

const encode = (name: ServerMessageName, version: number, values?: Row): string[] =>
  encodeFields(serverMessages[name], named(values), version);

describe('server messages', () => {
  it.each(versions)('have the layouts of the reference at server version %i', (version) => {
    for (const name of names) {
      const { line, values } = golden[name];
      expect(encode(name, version, values).join('|'), name).toBe(
        // The issuer's identity came with 176, two versions after the oldest.
        lineAt(version < 176 ? line.replace('description issuerId', '') : line, version),
      );
    }
  });

  it('have every id of the text protocol', () => {
    const range = (first: number, last: number): number[] =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index);
    const ids = [...range(1, 21), ...range(45, 47), ...range(49, 59), ...range(61, 109)];
    expect(names.map((name) => serverMessages[name].id).sort((a, b) => a - b)).toEqual(ids);
  });

  it('carry fund fields for funds only, from 179 on', () => {
    const size = (version: number, secType: string): number =>
      encode('contractData', version, { secIds: [], ineligibilityReasons: [], secType }).length;
    expect(size(178, 'FUND')).toBe(size(178, 'STK'));
    expect(size(193, 'FUND')).toBe(size(193, 'STK') + 17);
  });

  it.each([
    ['1', 'price|size|attrMask|exchange|specialConditions'],
    ['2', 'price|size|attrMask|exchange|specialConditions'],
    ['3', 'bidPrice|askPrice|bidSize|askSize|attrMask'],
    ['4', 'midPoint'],
  ])('carry what ticks of type %s have', (tickType, rest) => {
    expect(encode('tickByTick', 193, { tickType }).join('|')).toBe(`99|reqId|${tickType}|time|${rest}`);
  });

  it('carry the benchmark of orders pegged to one', () => {
    const peg =
      'referenceContractId|isPeggedChangeAmountDecrease|peggedChangeAmount|referenceChangeAmount|referenceExchangeId';
    for (const name of ['openOrder', 'completedOrder'] as const) {
      const line = encode(name, 193, { ...golden[name].values, orderType: 'PEG BENCH' }).join('|');
      expect(line).toContain(`randomizePrice|${peg}|6|1|conjunction`);
    }
  });
});

describe('an open order', () => {
  // As the gateway has it: orders without a delta-neutral leg say so with a word.
  const plain = { deltaNeutralOrderType: 'None' };
  const size = (version: number, values: Row): number => encodeFields(serverMessages.openOrder, values, version).length;

  it.each([
    [193, 141],
    [200, 156],
  ])('counts at server version %i the fields of a genuine one', (version, count) => {
    expect(size(version, plain)).toBe(count);
  });

  it.each([
    ['price', '1', 165],
    ['execution', '5', 163],
  ])('counts with a %s condition the fields of a genuine one', (_, type, count) => {
    expect(size(200, { ...plain, conditions: [{ type }] })).toBe(count);
  });

  it('has no scale parameters when its increment is unset', () => {
    expect(size(193, { ...plain, scalePriceIncrement: Number.MAX_VALUE })).toBe(141);
    expect(size(193, { ...plain, scalePriceIncrement: 0.1 })).toBe(148);
  });
});

describe('values', () => {
  const row = (values: Row): string => encodeFields(serverMessages.tickSize, values, 193).join('|');

  it('are written as the gateway writes them', () => {
    expect(row({ reqId: Number.MAX_VALUE, tickType: undefined, size: true })).toBe('2|6|1.7976931348623157E308||1');
    expect(row({ reqId: unsetInteger, tickType: '0.0', size: 1e-7 })).toBe('2|6|2147483647|0.0|1E-7');
    expect(row({ size: 1e22 })).toBe('2|6|||1E22');
  });

  it('keep every digit of a decimal', () => {
    expect(row({ tickType: new Decimal('0.0000000001'), size: new Decimal('12345678901234567890.12') })).toBe(
      '2|6||0.0000000001|12345678901234567890.12',
    );
  });

  it('cannot smuggle in another field', () => {
    expect(row({ reqId: 'a\0b' })).toBe('2|6|ab||');
  });

  it('are escaped to ASCII where the gateway does so', () => {
    expect(escapeAscii('TENCENT 腾讯')).toBe('TENCENT \\u817e\\u8baf');
    const text = encodeFields(serverMessages.error, { text: '€', advancedOrderRejectJson: '{"a":"€"}' }, 193);
    expect(text.slice(4)).toEqual(['\\u20ac', '{"a":"\\u20ac"}']);
  });
});
