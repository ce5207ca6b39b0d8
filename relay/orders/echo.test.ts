import { describe, expect, it } from 'vitest';
import { type OrderContract, type OrderTerms, orderTypes } from '../../shared/orders/order.ts';
import { limitOrder, stock } from '../../test/support/trading-desk.ts';
import { merged, type OrderCase, orderCases, termsOf } from '../gateway/orders/encode.cases.ts';
import { compareEcho, isChanged } from './echo.ts';
import type { SeenOrder } from './model.ts';

const condition = { kind: 'margin', above: true, percent: '10', join: 'and' } as const;
const opposite = { ...condition, above: false };
const orElse = { ...condition, join: 'or' } as const;
const watched = {
  kind: 'price',
  join: 'and',
  above: true,
  price: '400',
  method: 'last',
  conId: 272_093,
  exchange: 'SMART',
  contract: 'MSFT',
} as const;
const moment = '2026-11-27T14:00:00Z';
const later = '2026-11-28T05:00:00Z';
const vwapWith = (percent: string, ...noTakeLiq: string[]) => ({
  strategy: 'Vwap',
  parameters: [['maxPctVol', percent], ...noTakeLiq.map((value) => ['noTakeLiq', value] as const)] as const,
});
const timed = (time: string) => ({ kind: 'time', join: 'and', after: true, time }) as const;
const vwap = vwapWith('0.2', '1');
const turned = { strategy: 'Vwap', parameters: [...vwap.parameters].reverse() };
/** As IB shows it. */
const seenWatched = {
  contract: '272093',
  exchange: 'SMART',
  conId: 272_093,
  method: 'last',
  price: '400.0',
  above: true,
  join: 'and',
  kind: 'price',
} as const;

function shown(terms: Partial<OrderTerms> = {}, changes: Partial<SeenOrder> = {}): SeenOrder {
  return {
    orderId: 101,
    clientId: 7,
    permId: 9_101,
    account: 'DU1',
    orderRef: 'irm.home.t.e',
    status: 'Submitted',
    contract: stock,
    terms: { ...limitOrder, ...terms },
    ...changes,
  };
}

/** What is told of an order that was approved as the plain one with `approved`, and shown as that with what follows. */
function told(
  approved: Partial<OrderTerms>,
  seen: Partial<OrderTerms> = {},
  changes: Partial<SeenOrder> = {},
  parentId?: number,
) {
  const order = { contract: stock, terms: { ...limitOrder, ...approved }, ...(parentId ? { parentId } : {}) };
  return compareEcho(order, shown({ ...approved, ...seen }, changes));
}

const same = { grave: [], mild: [] };

describe('an echo', () => {
  it('of the approved order differs in nothing', () => expect(told({})).toEqual(same));

  it.each<[string, Partial<OrderTerms>, Partial<SeenOrder>]>([
    ['its account is DU2', {}, { account: 'DU2' }],
    ['its side is SELL', { side: 'SELL' }, {}],
    ['its size is 200 instead of 100', { quantity: '200' }, {}],
    ['its size is none instead of 100', { quantity: undefined }, {}],
    ['its limit price is 151 instead of 150', { limitPrice: '151' }, {}],
    ['its limit price is none instead of 150', { limitPrice: undefined }, {}],
    ['it trades MSFT', {}, { contract: { ...stock, conId: 272_093, name: 'MSFT' } }],
  ])('that says “%s” is another order', (text, terms, changes) => {
    expect(told({}, terms, changes)).toEqual({ grave: [text], mild: [] });
  });

  it.each<[string, Partial<OrderTerms>, Partial<OrderTerms>, Partial<SeenOrder>]>([
    ['its type is MIT instead of LMT', {}, { type: 'MIT' }, {}],
    ['its time in force is GTC instead of DAY', {}, { tif: 'GTC' }, {}],
    ['it goes to NASDAQ instead of SMART', {}, {}, { contract: { ...stock, exchange: 'NASDAQ' } }],
    ['it works outside regular hours', {}, { outsideRth: true }, {}],
    ['it does not work outside regular hours', { outsideRth: true }, { outsideRth: false }, {}],
    ['its parent is 5 instead of 7', {}, {}, { parentId: 5 }],
    [
      'its algorithm is none instead of Adaptive',
      { algo: { strategy: 'Adaptive', parameters: [] } },
      { algo: undefined },
      {},
    ],
    ['its algorithm is Vwap instead of none', {}, { algo: { strategy: 'Vwap', parameters: [] } }, {}],
    ['it has 0 conditions instead of 1', { conditions: [condition] }, { conditions: undefined }, {}],
    ['it has 2 conditions instead of 1', { conditions: [condition] }, { conditions: [condition, condition] }, {}],
    ['it has 2 conditions instead of 0', {}, { conditions: [condition, condition] }, {}],
    [
      'its condition 1 is another one',
      { conditions: [condition] },
      { conditions: [{ ...condition, percent: '11' }] },
      {},
    ],
    [
      'its condition 2 is another one',
      { conditions: [condition, condition] },
      { conditions: [condition, opposite] },
      {},
    ],
    ['its condition 1 is another one', { conditions: [condition, condition] }, { conditions: [orElse, condition] }, {}],
    ['its condition 1 is another one', { conditions: [watched] }, { conditions: [{ ...watched, conId: 5 }] }, {}],
    ['its condition 1 is another one', { conditions: [watched] }, { conditions: [{ ...watched, method: 'mid' }] }, {}],
    ['its condition 1 is another one', { conditions: [watched] }, { conditions: [condition] }, {}],
    ['it is cancelled by its conditions', {}, { conditionsCancel: true }, {}],
    ['its algorithm’s maxPctVol is 0.3 instead of 0.2', { algo: vwap }, { algo: vwapWith('0.3', '1') }, {}],
    ['its algorithm’s noTakeLiq is none instead of 1', { algo: vwap }, { algo: vwapWith('0.2') }, {}],
    [`its last moment is ${later} instead of ${moment}`, { tif: 'GTD', goodTill: moment }, { goodTill: later }, {}],
    [`its last moment is none instead of ${moment}`, { tif: 'GTD', goodTill: moment }, { goodTill: undefined }, {}],
    [`its first moment is ${later} instead of ${moment}`, { goodAfter: moment }, { goodAfter: later }, {}],
    ['its shown size is 20 instead of 10', { displaySize: '10' }, { displaySize: '20' }, {}],
    ['its shown size is 20 instead of none', {}, { displaySize: '20' }, {}],
    ['it is not hidden', { hidden: true }, { hidden: undefined }, {}],
    ['it is hidden', {}, { hidden: true }, {}],
    ['its smallest size is 5 instead of 10', { minQuantity: '10' }, { minQuantity: '5' }, {}],
    ['its trigger is last instead of mid', { triggerMethod: 'mid' }, { triggerMethod: 'last' }, {}],
    ['it is filled leg by leg', {}, { nonGuaranteed: true }, {}],
    ['its group is Some instead of All', { allocation: { group: 'All' } }, { allocation: { group: 'Some' } }, {}],
    ['its OCA type is 3 instead of 1', { oca: { group: 'a', type: 1 } }, { oca: { group: 'irm.t.a', type: 3 } }, {}],
    ['its amount is 90 instead of 100', { quantity: undefined, cashQuantity: '100' }, { cashQuantity: '90' }, {}],
  ])('that says “%s” was changed by a preset', (text, approved, terms, changes) => {
    expect(told(approved, terms, changes, 7)).toEqual({ grave: [], mild: [text] });
  });

  it.each<[string, Partial<OrderTerms>, Partial<OrderTerms>, Partial<SeenOrder>]>([
    ['a size that is spelt otherwise', {}, { quantity: '100.0' }, {}],
    ['a price that was rounded', { limitPrice: '10000' }, { limitPrice: '10001' }, {}],
    ['a negative price that was rounded', { limitPrice: '-10000' }, { limitPrice: '-10001' }, {}],
    ['no account', {}, {}, { account: '' }],
    ['a contract without an id', {}, {}, { contract: { ...stock, conId: 0 } }],
    ['no exchange', {}, {}, { contract: { ...stock, exchange: '' } }],
    ['no parent', {}, {}, { parentId: undefined }],
    ['the accounts of a group', { account: undefined, allocation: { group: 'all' } }, {}, { account: 'DU9' }],
    ['the size of an order by amount', { quantity: undefined, cashQuantity: '1000' }, { quantity: '6.6' }, {}],
    ['a trailing amount for a percentage', { type: 'TRAIL', trailingPercent: '2' }, { trailingAmount: '3' }, {}],
    ['market-to-limit as the limit order it became', { type: 'MTL' }, { type: 'LMT', limitPrice: '149' }, {}],
    ['market-to-limit as a market order', { type: 'MTL' }, { type: 'MKT' }, {}],
    ['a market order of the opening', { type: 'MOO' }, { type: 'MKT' }, {}],
    ['a limit order of the opening', { type: 'LOO' }, { type: 'LMT' }, {}],
    ['an auction order', { type: 'AUCTION' }, { type: 'MTL' }, {}],
    [
      'an algorithm whose parameters stand elsewhere, with some of IB’s own',
      { algo: vwap },
      {
        algo: {
          strategy: 'Vwap',
          parameters: [
            ['speedUp', '0'],
            ['noTakeLiq', '1'],
            ['maxPctVol', '0.20'],
          ],
        },
      },
      {},
    ],
    ['an algorithm without what is off', { algo: vwapWith('0.2', '0') }, { algo: vwapWith('0.2') }, {}],
    [
      'an algorithm whose time got a day',
      { algo: { strategy: 'Twap', parameters: [['endTime', '15:00:00 US/Eastern']] } },
      { algo: { strategy: 'Twap', parameters: [['endTime', '20261127 15:00:00 US/Eastern']] } },
      {},
    ],
    [
      'conditions by their ids',
      { conditions: [{ ...watched, price: '400.0' }] },
      { conditions: [{ ...watched, contract: '272093', exchange: '' }] },
      {},
    ],
    ['the method of a condition', { conditions: [{ ...watched, method: 'default' }] }, { conditions: [watched] }, {}],
    ['the join of the last condition', { conditions: [condition] }, { conditions: [orElse] }, {}],
    ['a moment of a condition that it does not say', { conditions: [timed('2')] }, { conditions: [timed('')] }, {}],
    ['a last moment of its own', {}, { goodTill: moment }, {}],
    ['a trigger of its own', {}, { triggerMethod: 'last' }, {}],
    ['no duration', { durationSeconds: 300 }, { durationSeconds: undefined }, {}],
    ['no amount', { quantity: undefined, cashQuantity: '100' }, { cashQuantity: undefined }, {}],
    [
      'the name of a group that carries the ticket',
      { oca: { group: 'a', type: 1 } },
      { oca: { group: 'b', type: 1 } },
      {},
    ],
    ['a shown size that is spelt otherwise', { displaySize: '10' }, { displaySize: '10.0' }, {}],
  ])('with %s is the same order', (_, approved, terms, changes) => {
    expect(told(approved, terms, changes, 7)).toEqual(same);
  });

  it.each(Object.entries<OrderCase>(orderCases))('of any order, as the gateway shows it, is the same: %s', (_, one) => {
    const terms = termsOf(one);
    const { contract = stock } = one;
    expect(compareEcho({ contract, terms }, shown(merged(terms, one.seen ?? {}), { contract }))).toEqual(same);
  });

  it('lacks what was met since, and only later', () => {
    const approved = { goodAfter: moment, conditions: [condition], conditionsCancel: true, hidden: true } as const;
    const seen = shown({ ...approved, goodAfter: undefined, conditions: undefined, conditionsCancel: undefined });
    const order = { contract: stock, terms: { ...limitOrder, ...approved } };
    expect(compareEcho(order, seen).mild).toHaveLength(3);
    expect(compareEcho(order, seen, false)).toEqual(same);
    expect(compareEcho(order, { ...seen, terms: { ...seen.terms, hidden: undefined } }, false).mild).toHaveLength(1);
  });

  it('of an order without a parent may name whichever IB gave it', () => {
    expect(told({}, {}, { parentId: 5 })).toEqual(same);
  });

  it('beyond rounding has another price', () => {
    expect(told({ limitPrice: '10000' }, { limitPrice: '10001.01' }).grave).toHaveLength(1);
    expect(told({ limitPrice: '-10000' }, { limitPrice: '-9998.9' }).grave).toHaveLength(1);
    expect(told({ limitPrice: '0' }, { limitPrice: '0.01' }).grave).toHaveLength(1);
  });

  const kept: Partial<Record<OrderTerms['type'], readonly string[]>> = {
    LMT: ['limit price'],
    STP: ['stop price'],
    STP_LMT: ['limit price', 'stop price'],
    MIT: ['stop price'],
    LIT: ['limit price', 'stop price'],
    TRAIL: ['trailing amount', 'trailing percentage'],
    TRAIL_LIMIT: ['trailing amount', 'trailing percentage'],
    LOC: ['limit price'],
    LOO: ['limit price'],
    AUCTION: ['limit price'],
  };

  it.each(orderTypes)('of type %s differs in the prices that are the owner’s, and in none that IB moves', (type) => {
    const names = ['limitPrice', 'stopPrice', 'trailingAmount', 'trailingPercent', 'trailStopPrice'] as const;
    const priced = (price: string): Partial<OrderTerms> => ({
      type,
      ...Object.fromEntries([...names, 'limitOffset', 'offset'].map((name) => [name, price])),
    });
    const { grave, mild } = told(priced('10'), priced('20'));
    expect(grave).toEqual((kept[type] ?? []).map((name) => `its ${name} is 20 instead of 10`));
    expect(mild).toEqual([]);
  });
});

describe('a combination', () => {
  const leg = { exchange: 'SMART', secType: 'OPT', symbol: 'AAPL', currency: 'USD', name: 'AAPL' };
  const long = { ...leg, conId: 1, ratio: 1, side: 'BUY' } as const;
  const short = { ...leg, conId: 2, ratio: 1, side: 'SELL' } as const;
  const spread = (legs?: OrderContract['legs']): OrderContract => ({
    ...stock,
    conId: 0,
    secType: 'BAG',
    name: 'spread',
    ...(legs ? { legs } : {}),
  });
  const gravity = (approved: OrderContract, seen: OrderContract) =>
    compareEcho({ contract: approved, terms: limitOrder }, shown({}, { contract: seen })).grave;

  it('is what its legs are, in whichever order, and under whichever id', () => {
    expect(gravity(spread([long, short]), spread([short, long]))).toEqual([]);
    expect(gravity(spread([long, short]), { ...spread([long, short]), conId: 28_812_380 })).toEqual([]);
    expect(gravity(spread([long, short]), spread())).toEqual([]);
  });

  it.each([
    ['contract', { conId: 3 }],
    ['ratio', { ratio: 2 }],
    ['side', { side: 'SELL' } as const],
  ])('with a leg of another %s is another one', (_, change) => {
    expect(gravity(spread([long, short]), spread([{ ...long, ...change }, short]))).toEqual(['it trades spread']);
  });

  it('with a leg more or less is another one', () => {
    expect(gravity(spread([long, short]), spread([long]))).toHaveLength(1);
    expect(gravity(spread([long]), spread([long, short]))).toHaveLength(1);
  });
});

describe('a change', () => {
  const before: OrderTerms = { ...limitOrder, conditions: [condition] };

  it.each<[string, Partial<OrderTerms>, Partial<OrderTerms>, boolean]>([
    ['of nothing', {}, {}, true],
    ['of a price, as it is', { limitPrice: '151' }, { limitPrice: '151' }, true],
    ['of a price that is spelt otherwise', { limitPrice: '151' }, { limitPrice: '151.00' }, true],
    ['of a price, not yet there', { limitPrice: '151' }, {}, false],
    ['of price and size, one of them there', { limitPrice: '151', quantity: '50' }, { limitPrice: '151' }, false],
    ['of a price, while IB changes the rest', { limitPrice: '151' }, { limitPrice: '151', tif: 'GTC' }, true],
    ['of a condition, shown by its id', { conditions: [watched] }, { conditions: [seenWatched] }, true],
    [
      'of a condition, not yet there',
      { conditions: [watched] },
      { conditions: [{ ...seenWatched, price: '5' }] },
      false,
    ],
    ['of an algorithm, in another order', { algo: vwap }, { algo: turned }, true],
    ['of an algorithm, not yet there', { algo: vwap }, { algo: vwapWith('0.2') }, false],
    ['of its conditions', { conditions: [] }, { conditions: [] }, true],
    ['of its conditions, not yet there', { conditions: [] }, {}, false],
    ['that takes a term away', { conditions: undefined }, { conditions: undefined }, true],
    ['that takes a term away, not yet there', { conditions: undefined }, {}, false],
    ['that adds a term', { hidden: true }, { hidden: true }, true],
    ['that adds a term, not yet there', { hidden: true }, {}, false],
    ['from words to a number', { goodTill: '5' }, { goodTill: '5' }, true],
  ])('%s: %j, with %j shown', (_, after, seen, done) => {
    expect(isChanged(before, { ...before, ...after }, { ...before, ...seen })).toBe(done);
  });
});
