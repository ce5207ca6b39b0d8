import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { listed, noon, TestExchange, terms } from '../../test/support/simulator/exchange.ts';
import { listings } from '../market/listings.ts';
import { oddLotWarning } from './forex-minimum.ts';
import type { OrderTerms } from './model.ts';

const aapl = listed('AAPL');
const eur = listed('EUR.USD');
const spx = listed('SPX');
const unlisted = listings.find(({ primaryExchange }) => primaryExchange === 'PINK') ?? aapl;
const london = listings.find(({ primaryExchange, secType }) => primaryExchange === 'LSE' && secType === 'STK') ?? aapl;
const size = (quantity: number): Partial<OrderTerms> => ({ quantity: new Decimal(quantity) });

describe('refusals', () => {
  const cases: [string, number, OrderTerms][] = [
    ['no size', 434, terms(aapl, size(0))],
    ['a negative size', 321, terms(aapl, size(-5))],
    ['too fine a fraction', 10250, terms(aapl, size(1.00005))],
    ['a fraction where there are none', 10245, terms(london, size(1.5))],
    ['a fraction sent to one venue', 10247, terms(aapl, { ...size(1.5), exchange: 'NYSE' })],
    ['less than the minimum', 388, terms(aapl, size(0.00001))],
    ['a price off the ticks', 110, terms(aapl, { type: 'LMT', limitPrice: 100.001 })],
    ['a stop off the ticks', 110, terms(aapl, { type: 'STP', side: 'SELL', auxPrice: 100.001 })],
    ['a limit order without a limit', 321, terms(aapl, { type: 'LMT' })],
    ['a stop without a price', 321, terms(aapl, { type: 'STP' })],
    ['a trailing stop without a distance', 321, terms(aapl, { type: 'TRAIL' })],
    ['a limit far through the market', 163, terms(aapl, { type: 'LMT', limitPrice: 999 })],
    ['an index', 387, terms(spx)],
    ['a type the contract does not list', 387, terms(eur, { type: 'MOC', exchange: 'IDEALPRO' })],
    ['an auction order with the wrong time in force', 113, terms(aapl, { type: 'MOC', tif: 'IOC' })],
    ['a date that has passed', 321, terms(aapl, { type: 'LMT', limitPrice: 100, tif: 'GTD', goodTill: noon - 1 })],
    ['an iceberg with discretion', 157, terms(aapl, { displaySize: 10, discretionaryAmount: 0.1 })],
    ['an unknown algorithm', 439, terms(aapl, { algo: { strategy: 'Magic', parameters: new Map() } })],
    ['an unknown parameter', 443, terms(aapl, { algo: { strategy: 'Twap', parameters: new Map([['speed', '1']]) } })],
    ['a wrong parameter', 441, terms(aapl, { algo: { strategy: 'PctVol', parameters: new Map([['pctVol', '9']]) } })],
    [
      'an algorithm for a stop',
      442,
      terms(aapl, { type: 'STP', auxPrice: 300, algo: { strategy: 'Twap', parameters: new Map() } }),
    ],
    ['cash for an index', 10244, terms(spx, { ...size(0), cashQuantity: new Decimal(100) })],
    ['what is quoted over the counter', 460, terms(unlisted)],
    ['another login’s account', 321, terms(aapl, { account: 'U999' })],
  ];
  for (const [name, code, order] of cases)
    test(`${name}: ${code}`, () => {
      const test = new TestExchange();
      expect(test.place(order)).toBeUndefined();
      expect(test.codes()).toEqual([code]);
      expect(test.exchange.preview({ clientId: 1, orderId: 9 }, order)).toBeUndefined();
    });
});

describe('an order of currencies below the minimum', () => {
  test.each([
    [5000, [399]],
    [20_000, []],
  ])('of %i euros fills, with these codes: %o', (quantity, codes) => {
    const test = new TestExchange();
    const order = test.place(terms(eur, { ...size(quantity), exchange: 'IDEALPRO' }));
    expect(test.codes()).toEqual(codes);
    expect(order?.status).toBe('Filled');
  });

  test('is told the minimum in the first currency of the pair', () => {
    expect(oddLotWarning(terms(listed('USD.JPY')), new Decimal(24_999))).toBe(
      'Your order size is below the USD 25000 IdealPro minimum and will be routed as an odd lot order.',
    );
  });
});

test('changing another contract, a filled order or the group of an order is refused', () => {
  const test = new TestExchange();
  test.place(terms(aapl));
  test.place(terms(aapl), 1);
  test.nextId();
  test.place(terms(aapl, { type: 'LMT', limitPrice: 100, ocaGroup: 'a', ocaType: 1 }), 2);
  test.place(terms(eur, { exchange: 'IDEALPRO', ...size(1) }), 2);
  test.place(terms(aapl, { type: 'LMT', limitPrice: 100, ocaGroup: 'b', ocaType: 1 }), 2);
  test.exchange.cancel({ clientId: 1, orderId: 2 });
  test.place(terms(aapl), 2);
  expect(test.codes()).toEqual([104, 105, 10326, 202, 103]);
});

test('a preview says what then happens', () => {
  const test = new TestExchange();
  const preview = test.exchange.preview({ clientId: 1, orderId: 1 }, terms(aapl));
  const order = test.place(terms(aapl));
  const after = test.book.margin('DU1');
  expect(preview?.initialMarginAfter.toString()).toBe(after.initial.toString());
  expect(preview?.commission.toString()).toBe(order?.commission.toString());
});
