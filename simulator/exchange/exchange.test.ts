import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { hour, listed, minuteMs, secondMs, TestExchange, terms } from '../../test/support/simulator/exchange.ts';

const aapl = listed('AAPL');
const cents = (price: number): number => Math.round(price * 100) / 100;

describe('market and limit orders', () => {
  test('a market order is filled at the quote and the commission follows', () => {
    const test = new TestExchange();
    const { ask } = test.quote(aapl);
    const order = test.place(terms(aapl));
    expect(order).toMatchObject({ status: 'Filled', averageFillPrice: ask, completedStatus: 'Filled Size: 100' });
    const told = test.events.map((event) => (event.type === 'order' ? event.order.status : event.type));
    expect(told).toEqual(['PreSubmitted', 'Submitted', 'execution', 'Filled', 'commission']);
    expect(test.book.position('DU1', aapl)).toBe(100);
  });

  test('a limit order rests, is changed, and cancelled', () => {
    const test = new TestExchange();
    const { bid } = test.quote(aapl);
    const far = cents(bid * 0.9);
    expect(test.place(terms(aapl, { type: 'LMT', limitPrice: far }))?.status).toBe('Submitted');
    test.advance(minuteMs);
    test.place(terms(aapl, { type: 'LMT', limitPrice: cents(far - 1), quantity: new Decimal(50) }), 1);
    expect(test.ofId(1)).toMatchObject({ status: 'Submitted' });
    expect(test.ofId(1)?.remaining.toNumber()).toBe(50);
    test.exchange.cancel({ clientId: 1, orderId: 1 });
    expect(test.ofId(1)).toMatchObject({ status: 'Cancelled', completedStatus: 'Cancelled by Trader' });
    expect(test.texts()).toEqual(['Order Canceled - reason:']);
    test.exchange.cancel({ clientId: 1, orderId: 1 });
    test.exchange.cancel({ clientId: 1, orderId: 99 });
    expect(test.codes()).toEqual([202, 10148, 10147]);
  });

  test('a resting limit is filled at its own price once the market comes through it', () => {
    const test = new TestExchange();
    const limitPrice = cents(test.quote(aapl).bid - 0.05);
    test.place(terms(aapl, { type: 'LMT', limitPrice, tif: 'GTC' }));
    test.advance(30 * 24 * hour);
    expect(test.book.trades[0]?.price).toBe(limitPrice);
  });

  test('a large order walks through the book at prices that get worse', () => {
    const test = new TestExchange();
    const order = test.place(terms(aapl, { quantity: new Decimal(9000) }));
    const prices = order?.executions.map(({ price }) => price) ?? [];
    expect(prices.length).toBeGreaterThan(2);
    expect(prices).toEqual(prices.toSorted((a, b) => a - b));
    test.advance(minuteMs);
    expect(test.ofId(1)?.status).toBe('Filled');
  });

  test('an order outside hours waits for the opening', () => {
    const test = new TestExchange({ at: Date.parse('2026-11-22T17:00:00Z') });
    expect(test.place(terms(aapl, { quantity: new Decimal(1) }))?.status).toBe('PreSubmitted');
    expect(test.texts()).toEqual([
      'Order Message:\nBUY 1 AAPL NASDAQ.NMS\nWarning: Your order will not be placed at the exchange until 2026-11-23 09:30:00 US/Eastern.',
    ]);
    test.advance(22 * hour);
    expect(test.ofId(1)?.status).toBe('Filled');
    expect(test.ofId(1)?.completedAt).toBe(Date.parse('2026-11-23T14:30:00Z'));
  });

  test('a day order ends with the session, one that is good till cancelled lives on', () => {
    const test = new TestExchange();
    const limitPrice = cents(test.quote(aapl).bid * 0.8);
    test.place(terms(aapl, { type: 'LMT', limitPrice }));
    test.place(terms(aapl, { type: 'LMT', limitPrice, tif: 'GTC' }));
    test.advance(4 * hour);
    expect(test.ofId(1)).toMatchObject({ status: 'Cancelled', completedAt: Date.parse('2026-11-20T21:00:00Z') });
    expect(test.ofId(2)?.status).toBe('PreSubmitted');
    test.advance(70 * hour);
    expect(test.exchange.completed()).toEqual([]);
    expect(test.ofId(2)?.status).toBe('Submitted');
    expect(test.book.days).toHaveLength(3);
  });

  test('an order beyond the means of its account is inactive', () => {
    const test = new TestExchange({ cash: 1000 });
    expect(test.place(terms(aapl))?.status).toBe('Inactive');
    expect(test.texts()[0]).toMatch(
      /^Order rejected - reason:YOUR ORDER IS NOT ACCEPTED.*\[1000\.00 USD\] MUST EXCEED THE INITIAL MARGIN \[\d+\.\d\d USD\]$/,
    );
  });
});

describe('stops', () => {
  test('a stop waits, is triggered at its price, and fills near it however far the clock jumps', () => {
    const jump = new TestExchange();
    const auxPrice = cents(jump.quote(aapl).last - 0.05);
    const stop = terms(aapl, { side: 'SELL', type: 'STP', auxPrice, tif: 'GTC' });
    const step = new TestExchange();
    for (const test of [jump, step])
      expect(test.place(stop)).toMatchObject({ status: 'PreSubmitted', whyHeld: 'trigger' });
    jump.advance(100 * hour);
    for (let minute = 0; minute < 6000; minute += 1) step.advance(minuteMs);
    expect(jump.book.trades).toEqual(step.book.trades);
    expect(jump.book.trades.length).toBeGreaterThan(0);
    expect(jump.book.trades[0]?.price).toBeLessThanOrEqual(auxPrice);
    expect(jump.now).toBe(step.now);
  });
});

test('what a time jump does is what small steps do', () => {
  const run = (stepMs: number): unknown => {
    const test = new TestExchange();
    const { bid, ask, last } = test.quote(aapl);
    test.place(terms(aapl, { type: 'LMT', limitPrice: cents(bid - 0.2), tif: 'GTC' }));
    test.place(terms(aapl, { type: 'TRAIL', side: 'SELL', auxPrice: 0.4, tif: 'GTC' }));
    test.place(terms(aapl, { type: 'STP LMT', auxPrice: cents(last + 0.3), limitPrice: cents(ask + 0.5) }));
    for (let passed = 0; passed < 2 * hour; passed += stepMs) test.advance(stepMs);
    return test.book.trades;
  };
  expect(run(2 * hour)).toEqual(run(7 * secondMs));
});
