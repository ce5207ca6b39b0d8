import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge, judgesOrders, knownFields, needsNotional, policyId } from './policy.ts';
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
    [{ maxDayNotional: 20_000 }, { notional: undefined }, false],
    [{ maxDayQuantity: 100 }, { reduces: true }, true],
    [{ maxDayQuantity: 99 }, { reduces: true }, false],
    [{ maxDayQuantity: 100 }, { quantity: undefined }, false],
    // Without any price of paper money nothing is judged that needs one; with one, all of it.
    [{ maxOrderNotional: 1 }, { notional: undefined, unpriced: true }, true],
    [{ maxOrderNotional: 1 }, { unpriced: true }, false],
    [{ maxDayNotional: 1 }, { notional: undefined, unpriced: true }, true],
    [{ maxDayNotional: 1 }, { unpriced: true }, false],
    [{ maxPositionPercent: 1 }, { notional: undefined, unpriced: true }, true],
    [{ maxPositionPercent: 1 }, { unpriced: true }, false],
    [{ maxPositionPercent: 1 }, { reduces: true }, true],
    [{ maxBorrowingPercent: 0 }, { borrowingPercent: 1, reduces: true }, true],
    [{ priceCollarPercent: 1 }, { distancePercent: undefined, reduces: true }, true],
    [{ priceCollarPercent: 1 }, { distancePercent: undefined, unpriced: true }, true],
    [{ priceCollarPercent: 1 }, { reduces: true }, false],
    [{ symbols: ['SPY'] }, { symbol: 'spy' }, true],
    [{ symbols: ['SS'] }, { symbol: 'S\u017f' }, false],
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

  it.each<[Policy, typeof uses, string[], string[]?]>([
    [{ maxDayNotional: 30_000 }, { ...nothing, notional: '15000' }, []],
    [{ maxDayNotional: 30_000 }, { ...nothing, notional: '15000.01' }, ['maxDayNotional']],
    [{ maxDayOrders: 2 }, { ...nothing, orders: 1 }, []],
    [{ maxDayOrders: 2 }, { ...nothing, orders: 2 }, ['maxDayOrders']],
    [{ maxDayQuantity: 150 }, { ...nothing, quantity: '50' }, []],
    [{ maxDayQuantity: 150 }, { ...nothing, quantity: '51' }, ['maxDayQuantity'], ['maxDayQuantity']],
    [{ maxDayLoss: 100 }, { ...nothing, loss: '100.5' }, ['maxDayLoss']],
  ])('%j counts what was used: %j, fails %j, and of what only reduces %j', (policy, used, expected, reducing = []) => {
    expect(failing(policy, {}, used)).toEqual(expected);
    expect(failing(policy, { reduces: true }, used)).toEqual(reducing);
  });

  it('lets what adds no units pass, also when a day’s size is used up', () => {
    const spent = { ...nothing, quantity: '1000' };
    expect(failing({ maxDayQuantity: 100 }, {}, spent, { ...uses, quantity: '0' })).toEqual([]);
    expect(failing({ maxDayQuantity: 100 }, {}, spent, { ...uses, quantity: '1' })).toEqual(['maxDayQuantity']);
    expect(failing({ maxDayQuantity: 100 }, { quantity: undefined }, spent, { ...uses, quantity: '0' })).toEqual([
      'maxDayQuantity',
    ]);
  });

  it.each<[Policy, Partial<PreparedOrder['measures']>, string]>([
    [{ accounts: ['DU7654321'] }, {}, 'account DU1234567; allowed: DU7654321'],
    [{ accounts: ['DU7654321'] }, { account: undefined }, 'account unknown; allowed: DU7654321'],
    [{ securityTypes: ['OPT', 'FUT'] }, {}, 'kind STK; allowed: OPT, FUT'],
    [{ symbols: [...'ABCDEFGHIJ'] }, {}, 'symbol AAPL; allowed: A, B, C, D, E, F, G, H, I, J'],
    [{ symbols: [...'ABCDEFGHIJK'] }, {}, 'symbol AAPL; allowed: A, B, C, D, E, F, G, H, I, J, …'],
    [{ currencies: ['EUR'] }, {}, 'currency USD; allowed: EUR'],
    [{ maxOrderQuantity: 99 }, {}, 'size 100, at most 99 an order'],
    [{ maxOrderQuantity: 99 }, { quantity: undefined }, 'size unknown, at most 99 an order'],
    [{ maxOrderNotional: 99 }, {}, 'worth 15000, at most 99 an order'],
    [{ maxDayQuantity: 99 }, {}, 'size 100 within 24 hours, at most 99'],
    [{ maxDayNotional: 99 }, {}, 'worth 15000 within 24 hours, at most 99'],
    [{ maxDayOrders: 1 }, {}, '1 orders within 24 hours, at most 1'],
    [{ maxDayLoss: 9 }, {}, 'loss 0 within 24 hours, at most 9'],
    [{ maxPositionPercent: 9 }, {}, 'position 20 % of net liquidation, at most 9 %'],
    [{ maxBorrowingPercent: 9 }, {}, 'borrowed 0 % of net liquidation, at most 9 %'],
    [{ priceCollarPercent: 1 }, {}, 'price 2 % from the market, at most 1 %'],
  ])('%j says what it found of an order with %j: %s', (policy, changes, text) => {
    const rule = Object.keys(policy)[0];
    const verdicts = judge(policy, 'dashboard', { ...measures, ...changes }, uses, nothing);
    expect(verdicts).toEqual([{ rule, by: 'dashboard', text, pass: expect.any(Boolean) }]);
  });

  it.each<[Policy, boolean]>([
    [{}, false],
    [{ maxOrderQuantity: 1, maxDayOrders: 1, maxDayLoss: 1, closeOnly: true }, false],
    [{ maxOrderNotional: 1 }, true],
    [{ maxDayNotional: 1 }, true],
    [{ maxPositionPercent: 1 }, true],
    [{ priceCollarPercent: 1 }, true],
  ])('%j needs to know what an order is worth: %s', (policy, needs) => expect(needsNotional(policy)).toBe(needs));

  it.each<[Policy, boolean]>([
    [{}, false],
    [{ approval: 'ticket', deadManMinutes: 5, approveForeignCancels: true }, false],
    [{ maxDayOrders: undefined }, false],
    [{ maxDayOrders: 1, approval: 'ticket' }, true],
    [{ hours: 'regular' }, true],
  ])('%j has something to say of orders: %s', (policy, judges) => expect(judgesOrders(policy)).toBe(judges));

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
    expect(policyId({})).toMatch(/^[0-9a-f]{16}$/);
  });
});
