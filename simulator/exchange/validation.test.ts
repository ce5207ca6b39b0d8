import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { listed, NOON, TestExchange, terms } from '../../test/support/simulator/exchange.ts';
import { listings } from '../market/listings.ts';
import type { OrderTerms } from './model.ts';

const AAPL = listed('AAPL');
const EUR = listed('EUR.USD');
const SPX = listed('SPX');
const LONDON = listings.find(({ primaryExchange, secType }) => primaryExchange === 'LSE' && secType === 'STK') ?? AAPL;
const size = (quantity: number): Partial<OrderTerms> => ({ quantity: new Decimal(quantity) });

describe('refusals', () => {
  const cases: [string, number, OrderTerms][] = [
    ['no size', 434, terms(AAPL, size(0))],
    ['a negative size', 321, terms(AAPL, size(-5))],
    ['too fine a fraction', 10250, terms(AAPL, size(1.00005))],
    ['a fraction where there are none', 10245, terms(LONDON, size(1.5))],
    ['a fraction sent to one venue', 10247, terms(AAPL, { ...size(1.5), exchange: 'NYSE' })],
    ['less than the minimum', 388, terms(AAPL, size(0.00001))],
    ['a price off the ticks', 110, terms(AAPL, { type: 'LMT', limitPrice: 100.001 })],
    ['a stop off the ticks', 110, terms(AAPL, { type: 'STP', side: 'SELL', auxPrice: 100.001 })],
    ['a limit order without a limit', 321, terms(AAPL, { type: 'LMT' })],
    ['a stop without a price', 321, terms(AAPL, { type: 'STP' })],
    ['a trailing stop without a distance', 321, terms(AAPL, { type: 'TRAIL' })],
    ['a limit far through the market', 163, terms(AAPL, { type: 'LMT', limitPrice: 999 })],
    ['an index', 387, terms(SPX)],
    ['a type the contract does not list', 387, terms(EUR, { type: 'MOC', exchange: 'IDEALPRO' })],
    ['an auction order with the wrong time in force', 113, terms(AAPL, { type: 'MOC', tif: 'IOC' })],
    ['a date that has passed', 321, terms(AAPL, { type: 'LMT', limitPrice: 100, tif: 'GTD', goodTill: NOON - 1 })],
    ['an iceberg with discretion', 157, terms(AAPL, { displaySize: 10, discretionaryAmount: 0.1 })],
    ['an unknown algorithm', 439, terms(AAPL, { algo: { strategy: 'Magic', parameters: new Map() } })],
    ['an unknown parameter', 443, terms(AAPL, { algo: { strategy: 'Twap', parameters: new Map([['speed', '1']]) } })],
    ['a wrong parameter', 441, terms(AAPL, { algo: { strategy: 'PctVol', parameters: new Map([['pctVol', '9']]) } })],
    [
      'an algorithm for a stop',
      442,
      terms(AAPL, { type: 'STP', auxPrice: 300, algo: { strategy: 'Twap', parameters: new Map() } }),
    ],
    ['cash for an index', 10244, terms(SPX, { ...size(0), cashQuantity: new Decimal(100) })],
    ['another login’s account', 321, terms(AAPL, { account: 'U999' })],
  ];
  for (const [name, code, order] of cases)
    test(`${name}: ${code}`, () => {
      const test = new TestExchange();
      expect(test.place(order)).toBeUndefined();
      expect(test.codes()).toEqual([code]);
      expect(test.exchange.preview({ clientId: 1, orderId: 9 }, order)).toBeUndefined();
    });
});

test('changing another contract, a filled order or the group of an order is refused', () => {
  const test = new TestExchange();
  test.place(terms(AAPL));
  test.place(terms(AAPL), 1);
  test.nextId();
  test.place(terms(AAPL, { type: 'LMT', limitPrice: 100, ocaGroup: 'a', ocaType: 1 }), 2);
  test.place(terms(EUR, { exchange: 'IDEALPRO', ...size(1) }), 2);
  test.place(terms(AAPL, { type: 'LMT', limitPrice: 100, ocaGroup: 'b', ocaType: 1 }), 2);
  test.exchange.cancel({ clientId: 1, orderId: 2 });
  test.place(terms(AAPL), 2);
  expect(test.codes()).toEqual([104, 105, 10326, 202, 103]);
});

test('a preview says what then happens', () => {
  const test = new TestExchange();
  const preview = test.exchange.preview({ clientId: 1, orderId: 1 }, terms(AAPL));
  const order = test.place(terms(AAPL));
  const after = test.book.margin('DU1');
  expect(preview?.initialMarginAfter.toString()).toBe(after.initial.toString());
  expect(preview?.commission.toString()).toBe(order?.commission.toString());
});
