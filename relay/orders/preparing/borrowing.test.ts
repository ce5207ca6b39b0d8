import { describe, expect, it } from 'vitest';
import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';
import { conId, contract, entry, type SceneChanges, sceneWith } from '../../../test/support/scenes.ts';
import type { OpenOrder } from '../planning/trading-view.ts';
import { borrowedAfter } from './borrowing.ts';
import { cashAfter } from './money.ts';

const other = 2;
const pointValues = new Map([
  [conId, 1],
  [other, 1],
  [3, 100],
  [4, 0.01],
]);

let orderId = 0;
function working(
  terms: Partial<OrderTerms>,
  { ocaGroup, remaining = '10', ...changes }: Partial<OrderContract> & { ocaGroup?: string; remaining?: string } = {},
): OpenOrder {
  orderId += 1;
  return {
    order: {
      ...{ clientId: 0, orderId, permId: orderId, account: 'DU1234567', orderRef: '', status: 'Submitted' },
      contract: { ...contract, conId: other, ...changes },
      terms: { ...entry, ...terms },
      ...(ocaGroup !== undefined && { ocaGroup }),
    },
    filled: '0',
    remaining,
  };
}

/** Ten more shares at 100 cost 1,000. */
function borrowed(open: readonly OpenOrder[], changes: SceneChanges & { cash?: string } = {}): string | undefined {
  const { cash = '1000', ...scenery } = changes;
  const values = new Map([
    ['NetLiquidation', new Map([['USD', '200000']])],
    [
      'ExchangeRate',
      new Map([
        ['USD', '1'],
        ['EUR', '1.2'],
        ['GBP', '1.3'],
      ]),
    ],
    ['TotalCashBalance', new Map([['USD', cash]])],
  ]);
  const scene = sceneWith({ ...scenery, scene: { open, pointValues, values } });
  return borrowedAfter(scene, cashAfter(scene))?.toFixed();
}

const limit = (price: string, units = '10') => ({ type: 'LMT' as const, limitPrice: price, quantity: units });
const option = { conId: 3, secType: 'OPT', multiplier: '100' };
const pair = { conId: 5, secType: 'CASH', symbol: 'EUR', currency: 'USD' };
const combination = {
  conId: 0,
  secType: 'BAG',
  legs: [
    { ...contract, conId: 3, ratio: 1, side: 'BUY' as const },
    { ...contract, conId: other, ratio: 100, side: 'BUY' as const },
  ],
};

const cases: readonly (readonly [what: string, open: OpenOrder[], borrowed: string | undefined])[] = [
  ['nothing else', [], '0'],
  ['a buy of another hand', [working(limit('50'))], '500'],
  ['what of it is filled already', [working(limit('50'), { remaining: '4' })], '200'],
  ['two buys', [working(limit('50')), working(limit('20'))], '700'],
  ['a sell, which brings money in', [working({ ...limit('50'), side: 'SELL' })], '0'],
  ['a stop to buy', [working({ type: 'STP', limitPrice: undefined, stopPrice: '70' } as never)], '700'],
  ['an amount of money', [working({ quantity: undefined, cashQuantity: '250' } as never)], '250'],
  ['an option with its multiplier', [working(limit('2'), option)], '2000'],
  ['shares that are quoted in pence', [working(limit('450'), { conId: 4, currency: 'GBP' })], '58.5'],
  ['a pair that is bought', [working(limit('1.1', '1000'), { ...pair, remaining: '1000' })], '1100'],
  ['a pair that is sold', [working({ ...limit('1.1', '1000'), side: 'SELL' }, { ...pair, remaining: '1000' })], '1200'],
  ['a future, which is not paid', [working(limit('5000'), { conId: 6, secType: 'FUT', multiplier: '50' })], '0'],
  ['a combination for money', [working(limit('3', '1'), { ...combination, remaining: '1' })], '300'],
  ['a combination that brings money', [working(limit('-3', '1'), { ...combination, remaining: '1' })], '0'],
  [
    'the largest of a group that cancels itself',
    [working(limit('50'), { ocaGroup: 'a' }), working(limit('80'), { ocaGroup: 'a' })],
    '800',
  ],
  [
    'a market order in what is looked at',
    [working({ type: 'MKT', limitPrice: undefined } as never, { conId })],
    '1000.1',
  ],
  ['a market order in something else', [working({ type: 'MKT', limitPrice: undefined } as never)], undefined],
  ['an instrument that was not found', [working(limit('50'), { conId: 99 })], undefined],
];

describe('what is borrowed once an order is filled', () => {
  it.each(cases)('counts %s', (_, open, expected) => {
    expect(borrowed(open)).toBe(expected);
  });

  it('is the order’s own part as well', () => {
    expect(borrowed([], { cash: '400' })).toBe('600');
    expect(borrowed([working(limit('50'))], { cash: '400' })).toBe('1100');
  });
});
