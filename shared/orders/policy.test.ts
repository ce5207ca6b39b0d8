import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, knownFields, policyId } from './policy.ts';
import { type Policy, policySchema } from './policy-fields.ts';
import type { PreparedOrder } from './preview.ts';

const measures: PreparedOrder['measures'] = {
  account: 'DU1234567',
  secType: 'STK',
  symbol: 'AAPL',
  currency: 'USD',
  side: 'BUY',
  quantity: 100,
  notional: 15_000,
  positionPercent: 20,
  borrowingPercent: 0,
  reduces: false,
  short: false,
  uncoveredOption: false,
  distancePercent: 2,
  regularHours: true,
};
const uses = { notional: '15000', orders: 1, quantity: '100', loss: '0' };
const nothing = { notional: '0', orders: 0, quantity: '0', loss: '0' };

const failing = (
  policy: Policy,
  changes: Partial<PreparedOrder['measures']> = {},
  used = nothing,
  use: typeof uses = uses,
): string[] =>
  judge(policy, 'relay', { ...measures, ...changes }, use, used)
    .filter(({ pass }) => !pass)
    .map(({ rule }) => rule);

describe('a policy', () => {
  it('without fields has nothing to say', () => expect(judge({}, 'relay', measures, uses, nothing)).toEqual([]));

  it('is judged field by field, and no field is forgotten', () => {
    expect(new Set(knownFields)).toEqual(new Set(Object.keys(policySchema.shape)));
  });

  it.each<[Policy, Partial<PreparedOrder['measures']>, boolean]>([
    [{ accounts: ['DU1234567'] }, {}, true],
    [{ accounts: ['DU7654321'] }, {}, false],
    [{ accounts: ['DU1234567'] }, { account: undefined }, false],
    [{ securityTypes: ['STK'] }, {}, true],
    [{ securityTypes: ['STK'] }, { secType: 'OPT' }, false],
    [{ symbols: ['AAPL'] }, {}, true],
    [{ symbols: ['AAPL'] }, { symbol: 'АAPL' }, false],
    [{ currencies: ['USD'] }, { currency: 'EUR' }, false],
    // The first letter is one that becomes a plain S when it is made large.
    [{ symbols: ['SPY'] }, { symbol: '\u017fPY' }, false],
    [{ symbols: ['AAPL', 'MSFT'] }, { symbol: 'AAPL,MSFT' }, true],
    [{ symbols: ['AAPL'] }, { symbol: 'AAPL,MSFT' }, false],
    [{ securityTypes: ['BAG', 'OPT'] }, { secType: 'BAG,OPT' }, true],
    [{ securityTypes: ['BAG', 'STK'] }, { secType: 'BAG,STK,OPT' }, false],
    [{ maxOrderQuantity: 100 }, {}, true],
    [{ maxOrderQuantity: 99 }, {}, false],
    [{ maxOrderQuantity: 99 }, { quantity: undefined }, false],
    [{ maxOrderQuantity: 99 }, { reduces: true }, false],
    [{ maxOrderNotional: 15_000 }, {}, true],
    [{ maxOrderNotional: 14_999 }, {}, false],
    [{ maxOrderNotional: 20_000 }, { notional: undefined }, false],
    [{ maxOrderNotional: 1 }, { reduces: true }, true],
    [{ maxPositionPercent: 20 }, {}, true],
    [{ maxPositionPercent: 19 }, {}, false],
    [{ maxPositionPercent: 19 }, { positionPercent: undefined }, false],
    [{ maxBorrowingPercent: 0 }, {}, true],
    [{ maxBorrowingPercent: 0 }, { borrowingPercent: 1 }, false],
    [{ closeOnly: true }, {}, false],
    [{ closeOnly: true }, { reduces: true }, true],
    [{ noShort: true }, { short: true }, false],
    [{ noUncoveredOptions: true }, { uncoveredOption: true }, false],
    [{ priceCollarPercent: 2 }, {}, true],
    [{ priceCollarPercent: 1 }, {}, false],
    [{ priceCollarPercent: 1 }, { distancePercent: undefined }, false],
    [{ hours: 'regular' }, {}, true],
    [{ hours: 'regular' }, { regularHours: false }, false],
    [{ hours: 'regular' }, { regularHours: undefined }, false],
  ])('%j, of an order with %j, passes: %s', (policy, changes, passes) => {
    expect(failing(policy, changes)).toEqual(passes ? [] : Object.keys(policy));
  });

  it.each<[Policy, typeof uses, string[]]>([
    [{ maxDayNotional: 30_000 }, { ...nothing, notional: '15000' }, []],
    [{ maxDayNotional: 30_000 }, { ...nothing, notional: '15000.01' }, ['maxDayNotional']],
    [{ maxDayOrders: 2 }, { ...nothing, orders: 1 }, []],
    [{ maxDayOrders: 2 }, { ...nothing, orders: 2 }, ['maxDayOrders']],
    [{ maxDayQuantity: 150 }, { ...nothing, quantity: '51' }, ['maxDayQuantity']],
    [{ maxDayLoss: 100 }, { ...nothing, loss: '100.5' }, ['maxDayLoss']],
  ])('%j counts what was used: %j', (policy, used, expected) => {
    expect(failing(policy, {}, used)).toEqual(expected);
    expect(failing(policy, { reduces: true }, used)).toEqual([]);
  });

  it('lets no sequence of orders through that is together above a limit of the day', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 100, max: 20_000 }),
        fc.integer({ min: 1, max: 10 }),
        (worths, maxDayNotional, maxDayOrders) => {
          let used = nothing;
          for (const worth of worths) {
            const use = { notional: String(worth), orders: 1, quantity: '1', loss: '0' };
            if (failing({ maxDayNotional, maxDayOrders }, { notional: worth }, used, use).length > 0) continue;
            used = { ...used, notional: String(Number(used.notional) + worth), orders: used.orders + 1 };
          }
          expect(Number(used.notional)).toBeLessThanOrEqual(maxDayNotional);
          expect(used.orders).toBeLessThanOrEqual(maxDayOrders);
        },
      ),
    );
  });

  it('has a name of its own, whatever the order of its fields', () => {
    expect(policyId({ maxDayOrders: 1, closeOnly: true })).toBe(policyId({ closeOnly: true, maxDayOrders: 1 }));
    expect(policyId({ maxDayOrders: 1 })).not.toBe(policyId({ maxDayOrders: 2 }));
  });
});
