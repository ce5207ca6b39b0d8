import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rule, RuleBook, ruleSchema } from './rules.ts';
import { type SpoilingRule, spoil } from './spoil.ts';

const outgoing = (name: string, fields: Record<string, unknown> = {}, clientId = 1) => ({ name, fields, clientId });

function book(...rules: Rule[]): RuleBook {
  const rulebook = new RuleBook();
  for (const rule of rules) rulebook.add(rule);
  return rulebook;
}

describe('rules', () => {
  it('apply to the next match and no further, unless told otherwise', () => {
    const rules = book({ on: 'out', message: 'position', do: 'drop' });
    expect(rules.outgoing(outgoing('positionEnd'))).toBeUndefined();
    expect(rules.outgoing(outgoing('position'))?.do).toBe('drop');
    expect(rules.outgoing(outgoing('position'))).toBeUndefined();
    expect(rules.list()).toMatchObject([{ id: 1, matched: 2, applied: 1 }]);
  });

  it('can wait for the nth match and last for several, or always', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constant('always' as const)),
        fc.integer({ min: 0, max: 30 }),
        (nth, times, messages) => {
          const rules = book({ on: 'out', do: 'drop', nth, times });
          const hit = Array.from({ length: messages }, () => rules.outgoing(outgoing('error')) !== undefined);
          const last = times === 'always' ? messages : nth + times - 1;
          expect(hit).toEqual(Array.from({ length: messages }, (_, i) => i + 1 >= nth && i + 1 <= last));
        },
      ),
    );
  });

  it('look at names, field values and clients', () => {
    const rules = book({
      on: 'out',
      message: ['error', 'orderStatus'],
      where: { code: 201 },
      clientId: 7,
      do: 'drop',
      times: 'always',
    });
    expect(rules.outgoing(outgoing('error', { code: 201 }, 7))).toBeDefined();
    expect(rules.outgoing(outgoing('error', { code: '201' }, 7))).toBeDefined();
    expect(rules.outgoing(outgoing('error', { code: 202 }, 7))).toBeUndefined();
    expect(rules.outgoing(outgoing('error', { code: 201 }, 8))).toBeUndefined();
    expect(rules.outgoing(outgoing('openOrder', { code: 201 }, 7))).toBeUndefined();
  });

  it('count each for itself; of two that are due the older one acts', () => {
    const rules = book({ on: 'out', do: 'drop' }, { on: 'out', do: 'duplicate', times: 2 });
    expect([1, 2, 3].map(() => rules.outgoing(outgoing('error'))?.do)).toEqual(['drop', 'duplicate', undefined]);
  });

  it('can be removed one by one and all together', () => {
    const rules = new RuleBook();
    const id = rules.add({ on: 'out', do: 'drop', times: 'always' });
    expect([rules.remove(id), rules.remove(id)]).toEqual([true, false]);
    rules.add({ on: 'out', do: 'drop' });
    rules.clear();
    expect(rules.list()).toEqual([]);
  });

  it.each<[unknown, RegExp]>([
    [{ on: 'in', message: 'placeOder', do: 'ignore' }, /did you mean placeOrder/],
    [{ on: 'out', message: 'reqMktData', do: 'drop' }, /no such message/],
    [{ on: 'in', do: 'truncate' }, /do/],
    [{ on: 'in', do: 'delay' }, /ms/],
    [{ on: 'in', do: 'ignore', times: 0 }, /times/],
    [{ on: 'in', do: 'ignore', tims: 2 }, /tims/],
  ])('refuse %j', (rule, reason) => {
    const { success, error } = ruleSchema.safeParse(rule);
    expect(success).toBe(false);
    expect(String(error)).toMatch(reason);
  });
});

describe('spoiling', () => {
  const tokens = ['61', '3', 'DU1', 'AAPL'];
  const spoilt = (rule: Rule) => {
    const parsed = ruleSchema.parse(rule);
    const bytes = spoil(tokens, parsed as SpoilingRule);
    return { length: bytes.readInt32BE(0), text: bytes.toString('utf8', 4).replaceAll('\0', '|') };
  };

  it.each<[Rule, number, string]>([
    [{ on: 'out', do: 'truncate' }, 5, '61|3|'],
    [{ on: 'out', do: 'truncate', keep: 3 }, 9, '61|3|DU1|'],
    [{ on: 'out', do: 'extraField' }, 20, '61|3|DU1|AAPL|extra|'],
    [{ on: 'out', do: 'unknownId' }, 16, '9999|3|DU1|AAPL|'],
    [{ on: 'out', do: 'withoutNul' }, 13, '61|3|DU1|AAPL'],
    [{ on: 'out', do: 'oversize' }, 16_777_217, '61|3|DU1|AAPL|'],
    [{ on: 'out', do: 'wrongLength', by: -2 }, 12, '61|3|DU1|AAPL|'],
    [{ on: 'out', do: 'change', fields: {} }, 14, '61|3|DU1|AAPL|'],
  ])('%j', (rule, length, text) => {
    expect(spoilt(rule)).toEqual({ length, text });
  });
});
