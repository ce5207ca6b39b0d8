import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { listed, TestExchange, terms } from '../../test/support/simulator/exchange.ts';
import type { OrderTerms } from './model.ts';

const aapl = listed('AAPL');
const ko = listed('KO');
const cents = (price: number): number => Math.round(price * 100) / 100;

/** An exchange whose accounts can carry a thousand shares of an instrument and little more: margin is a quarter. */
function exchangeFor(shares: number, instrument = aapl): TestExchange {
  const price = new TestExchange().quote(instrument).ask;
  return new TestExchange({ cash: (price * shares * 1.05) / 4 });
}

const resting = (test: TestExchange, quantity: number, changes: Partial<OrderTerms> = {}): OrderTerms => {
  const { bid } = test.quote(aapl);
  const limitPrice = cents(changes.side === 'SELL' ? bid * 1.1 : bid - 0.5);
  return terms(aapl, { type: 'LMT', limitPrice, tif: 'GTC', quantity: new Decimal(quantity), ...changes });
};

describe('funds', () => {
  test('are taken by orders that work, until they are cancelled', () => {
    const test = exchangeFor(1000);
    test.place(resting(test, 600));
    expect(test.place(resting(test, 600))?.status).toBe('Inactive');
    expect(test.codes()).toEqual([201]);
    test.exchange.cancel({ clientId: 1, orderId: 1 });
    expect(test.place(resting(test, 600))?.status).toBe('Submitted');
  });

  test('are taken in other instruments and by orders to sell short alike', () => {
    const test = exchangeFor(1000);
    test.place(resting(test, 900, { side: 'SELL' }));
    expect(test.place(terms(ko, { quantity: new Decimal(1000) }))?.status).toBe('Inactive');
  });

  test('are counted once for opposite orders, and once for all orders of a group', () => {
    const test = exchangeFor(1000);
    test.place(resting(test, 900));
    expect(test.place(resting(test, 900, { side: 'SELL' }))?.status).toBe('Submitted');
    const other = exchangeFor(1000);
    for (const limit of [1, 2, 3])
      other.place(
        resting(other, 900, { ocaGroup: 'one', ocaType: 1, limitPrice: cents(other.quote(aapl).bid - limit) }),
      );
    expect(other.exchange.open()).toHaveLength(3);
  });

  test('are not taken by exits, but by attached orders that add to a position', () => {
    const test = exchangeFor(1000);
    test.place(resting(test, 900, { transmit: false }));
    test.place(resting(test, 900, { side: 'SELL', parentId: 1, transmit: false }));
    test.place(terms(aapl, { type: 'STP', side: 'SELL', auxPrice: 20, quantity: new Decimal(900), parentId: 1 }));
    expect(test.exchange.open()).toHaveLength(3);
    test.place(resting(test, 2000, { side: 'SELL', parentId: 1 }), 2);
    expect(test.ofId(2)?.terms.quantity.toNumber()).toBe(900);
    expect(test.place(resting(test, 900, { parentId: 1 }))?.status).toBe('Inactive');
    expect(test.place(resting(test, 2000, { side: 'SELL', parentId: 1 }))?.status).toBe('Inactive');
  });

  test('are taken at the price of an order that waits far below the market', () => {
    const test = exchangeFor(1000);
    const low = cents(test.quote(aapl).bid / 10);
    expect(test.place(resting(test, 8000, { limitPrice: low }))?.status).toBe('Submitted');
    expect(test.place(resting(test, 8000, { limitPrice: low }))?.status).toBe('Inactive');
  });

  test('are those of the order as it is when it is changed', () => {
    const test = exchangeFor(1000);
    test.place(resting(test, 900));
    test.place(resting(test, 950), 1);
    expect(test.ofId(1)?.terms.quantity.toNumber()).toBe(950);
    test.place(resting(test, 1200), 1);
    expect(test.ofId(1)?.terms.quantity.toNumber()).toBe(950);
    expect(test.codes()).toEqual([201]);
  });

  test('taken by an order pass to its position when it is filled', () => {
    const test = exchangeFor(1000);
    test.place(resting(test, 900));
    const order = test.ofId(1);
    if (order) test.exchange.scripts.fill(order.permId, new Decimal(450), test.quote(aapl).bid);
    expect(test.place(resting(test, 200))?.status).toBe('Inactive');
    expect(test.place(resting(test, 50))?.status).toBe('Submitted');
  });
});
