import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText, hashOf, hashOfText, hashVersions, readCanonical } from './canonical.ts';
import { decimalText, instantText } from './decimal-text.ts';
import type { PlannedOrder } from './order.ts';

const order: PlannedOrder = {
  version: 1,
  kind: 'place',
  contract: { conId: 265598, secType: 'STK', symbol: 'AAPL', exchange: 'SMART', currency: 'USD', name: 'AAPL' },
  entry: {
    account: 'DU1234567',
    side: 'BUY',
    quantity: '100',
    type: 'LMT',
    limitPrice: '150.25',
    tif: 'GTD',
    goodTill: '2026-11-20T21:00:00Z',
    outsideRth: false,
    conditions: [{ kind: 'time', join: 'and', after: true, time: '2026-11-20T15:00:00Z' }],
    algo: { strategy: 'Adaptive', parameters: [['adaptivePriority', 'Normal']] },
  },
  stopLoss: {
    account: 'DU1234567',
    side: 'SELL',
    quantity: '100',
    type: 'STP',
    stopPrice: '140',
    tif: 'GTC',
    outsideRth: false,
  },
};

type Json = { [name: string]: unknown } | unknown[];

/** The same with the members of every object in another order. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name, shuffled(member, random), random()] as const);
  return Object.fromEntries(entries.sort((a, b) => a[2] - b[2]).map(([name, member]) => [name, member]));
}

/** Where a value that is no object stands. */
function leaves(value: unknown, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, member]) => leaves(member, [...path, name]));
}

function withOther(value: unknown, path: readonly (string | number)[]): Json {
  const copy = structuredClone(value) as Json;
  let at = copy as Record<string, unknown>;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const last = String(path.at(-1));
  const old = at[last];
  at[last] = typeof old === 'boolean' ? !old : typeof old === 'number' ? old + 1 : `${old}1`;
  return copy;
}

describe('the canonical form of an order', () => {
  it('is the same whatever the order of its members, and is read back', () => {
    fc.assert(
      fc.property(fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (numbers) => {
        const other = shuffled(order, () => numbers.next().value as number) as PlannedOrder;
        expect(canonicalText(other)).toBe(canonicalText(order));
        expect(readCanonical(canonicalText(other))).toEqual(order);
      }),
      { numRuns: 50 },
    );
    expect(hashOf(order)).toMatch(/^1:[0-9a-f]{64}$/);
    expect(hashVersions[0]).toBe(order.version);
  });

  it.each(leaves(order).map((path) => [path.join('.'), path] as const))('another %s is another order', (_, path) => {
    expect(hashOf(withOther(order, path) as unknown as PlannedOrder)).not.toBe(hashOf(order));
  });

  it('of nothing else is the same: what is absent is not what is false, and lists keep their order', () => {
    const { stopLoss: _, ...bare } = order as PlannedOrder & { kind: 'place' };
    const hashes = [order, bare, { ...bare, takeProfit: bare.entry }, { ...bare, stopLoss: bare.entry }].map((one) =>
      hashOf(one as PlannedOrder),
    );
    expect(new Set(hashes).size).toBe(4);
    expect(hashOf({ ...order, stopLoss: undefined } as unknown as PlannedOrder)).toBe(hashOf(bare));
  });

  const text = canonicalText(order);
  it.each([
    ['no JSON', 'no JSON', text.slice(1)],
    ['a member that nobody knows', 'its members|kind', text.replace('{"contract"', '{"also":1,"contract"')],
    ['blanks', 'written otherwise', text.replace(',', ', ')],
    ['a number in another notation', 'entry.limitPrice', text.replace('"150.25"', '"150.250"')],
    ['an exponent', 'entry.limitPrice', text.replace('"150.25"', '"1e2"')],
    ['an instant in another zone', 'entry.goodTill', text.replace('21:00:00Z', '21:00:00+00:00')],
    ['a control character', 'entry.account', text.replace('"DU1234567"', '"DU\\u00001234567"')],
    ['a letter that only looks like one', 'contract.symbol', text.replace('"symbol":"AAPL"', '"symbol":"АAPL"')],
    ['no size above 0', 'entry.quantity', text.replace('"quantity":"100"', '"quantity":"-100"')],
    ['another version', 'version', text.replace('"version":1', '"version":2')],
    ['members twice', 'written otherwise', text.replace('"side":"BUY"', '"side":"SELL","side":"BUY"')],
  ])('with %s is refused', (_, message, changed) => {
    expect(changed).not.toBe(text);
    expect(() => readCanonical(changed)).toThrow(new RegExp(message));
    expect(hashOfText(changed)).not.toBe(hashOf(order));
  });
});

describe('numbers and instants', () => {
  it('have one spelling, whatever they were given as', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
        fc.integer({ min: 0, max: 8 }),
        (digits, scale) => {
          const sign = digits < 0n ? '-' : '';
          const whole = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
          const plain = `${sign}${whole.slice(0, whole.length - scale)}${scale > 0 ? `.${whole.slice(-scale)}` : ''}`;
          const one = decimalText(plain);
          expect(one).toBeDefined();
          expect(one).toMatch(/^(0|-?(0\.\d*[1-9]|[1-9]\d*(\.\d*[1-9])?))$/);
          expect(decimalText(`${plain}${plain.includes('.') ? '00' : '.00'}`)).toBe(one);
          expect(decimalText(`${digits}e-${scale}`)).toBe(one);
          expect(Number(one)).toBeCloseTo(Number(plain), 8);
        },
      ),
    );
  });

  it.each(['', 'x', '1,5', '0x10', 'Infinity', 'NaN', '1e99', '1e-20', '١', '1 000', '--1'])('%j is none', (text) => {
    expect(decimalText(text)).toBeUndefined();
  });

  it.each([
    ['2026-11-20T10:00:00-05:00', '2026-11-20T15:00:00Z'],
    ['2026-11-20T15:00Z', '2026-11-20T15:00:00Z'],
    ['2026-11-20T15:00:00.999Z', '2026-11-20T15:00:00Z'],
    ['2026-11-20T15:00:00', undefined],
    ['2026-02-30T15:00:00Z', undefined],
    ['tomorrow', undefined],
  ])('%j is %j', (given, text) => expect(instantText(given)).toBe(text));
});
