import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { listed, minuteMs, TestExchange, terms } from '../../test/support/simulator/exchange.ts';

const aapl = listed('AAPL');
const resting = { type: 'LMT', limitPrice: 100, tif: 'GTC' } as const;

describe('scripted behaviour', () => {
  test('a correction raises the last digits of the execution’s id, and the books follow', () => {
    const test = new TestExchange();
    const execId = test.place(terms(aapl))?.executions[0]?.execId ?? '';
    expect(execId).toMatch(/^[0-9a-f]{8}\.[0-9a-f]{8}\.01\.01$/);
    test.exchange.scripts.correct(execId, 123.45);
    test.exchange.scripts.correct(execId, 123.5);
    const ids = test.exchange.executions().map((execution) => execution.execId.slice(-5));
    expect(ids.slice(-2)).toEqual(['01.02', '01.03']);
    expect(test.book.trades[0]?.price).toBe(123.5);
    expect(test.ofId(1)?.executions[0]?.price).toBe(123.5);
  });

  test('an accepted order is rejected later', () => {
    const test = new TestExchange();
    const order = test.place(terms(aapl, resting));
    test.exchange.scripts.reject(order?.permId ?? 0, 'No trading permission');
    expect(test.ofId(1)?.status).toBe('Inactive');
    expect(test.texts()).toEqual(['Order rejected - reason:No trading permission']);
  });

  test('nothing is matched while halted', () => {
    const test = new TestExchange();
    test.exchange.scripts.halt(true);
    test.place(terms(aapl));
    test.advance(minuteMs);
    expect(test.book.trades).toEqual([]);
    test.exchange.scripts.halt(false);
    test.advance(minuteMs);
    expect(test.ofId(1)?.status).toBe('Filled');
  });

  test('the next order is refused as told, the one after it is not', () => {
    const test = new TestExchange();
    test.exchange.scripts.rejectNext(460, 'No trading permissions.');
    test.place(terms(aapl));
    expect(test.codes()).toEqual([460]);
    expect(test.place(terms(aapl))?.status).toBe('Filled');
  });

  test('an order entered by hand has no client until one takes it', () => {
    const test = new TestExchange();
    const order = test.exchange.scripts.enterByHand(terms(aapl, resting));
    expect(order.owner).toEqual({ clientId: -1, orderId: 0 });
    test.exchange.bind(order.permId, { clientId: 0, orderId: 12 });
    test.exchange.cancel({ clientId: 0, orderId: 12 });
    expect(test.exchange.find(order.permId)?.status).toBe('Cancelled');
    expect(test.exchange.lastOrderId(0)).toBe(12);
  });

  test('fills and cancels come as told, and only for orders that live', () => {
    const test = new TestExchange();
    const permId = test.place(terms(aapl, resting))?.permId ?? 0;
    test.exchange.scripts.fill(permId, new Decimal(40), 99);
    test.exchange.scripts.cancel(permId, 'Trading halted');
    expect(test.ofId(1)?.averageFillPrice).toBe(99);
    expect(test.texts()).toEqual(['Order Canceled - reason:Trading halted']);
    expect(() => test.exchange.scripts.fill(permId, new Decimal(1), 99)).toThrow(RangeError);
  });
});
