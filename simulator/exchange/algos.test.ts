import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { hour, listed, minuteMs, noon, TestExchange, terms } from '../../test/support/simulator/exchange.ts';
import type { OrderTerms } from './model.ts';

const aapl = listed('AAPL');
const ko = listed('KO');

/** An order worked by an algorithm; its times as they are read from its parameters. */
function worked(
  strategy: string,
  parameters: Record<string, string>,
  times: { startTime?: number; endTime?: number } = {},
  quantity = 1200,
): OrderTerms {
  const algo = { strategy, parameters: new Map(Object.entries(parameters)), ...times };
  return terms(aapl, { quantity: new Decimal(quantity), algo });
}

const filled = (test: TestExchange): number => test.ofId(1)?.filled.toNumber() ?? 0;

describe('algorithms', () => {
  test('begin and end when they are told', () => {
    const test = new TestExchange();
    test.place(worked('Twap', {}, { startTime: noon + 10 * minuteMs, endTime: noon + 20 * minuteMs }));
    test.advance(10 * minuteMs - 1);
    expect(filled(test)).toBe(0);
    test.advance(5 * minuteMs);
    expect(filled(test)).toBeGreaterThan(500);
    expect(filled(test)).toBeLessThan(700);
    test.advance(6 * minuteMs);
    expect(test.ofId(1)).toMatchObject({ status: 'Filled' });
    expect(test.book.trades.at(-1)?.time).toBeLessThan(noon + 20 * minuteMs);
  });

  test('give up at their end what they could not do, unless they may go on', () => {
    for (const [allowPastEndTime, status] of [
      ['0', 'Cancelled'],
      ['1', 'Submitted'],
    ] as const) {
      const test = new TestExchange();
      const order = worked('Vwap', { allowPastEndTime }, { endTime: noon + 10 * minuteMs });
      test.place({ ...order, type: 'LMT', limitPrice: 20 });
      test.advance(11 * minuteMs);
      expect(test.ofId(1)?.status).toBe(status);
    }
  });

  test('take no larger part of the volume than they may', () => {
    const quantity = 5_000_000;
    const done = (strategy: string, parameters: Record<string, string>): number => {
      const test = new TestExchange();
      test.place(worked(strategy, parameters, {}, quantity));
      test.advance(20 * minuteMs);
      return filled(test);
    };
    const usual = (aapl.process.volume * 20 * minuteMs) / (6.5 * hour);
    expect(done('PctVol', { pctVol: '0.02' })).toBeLessThanOrEqual(0.021 * usual);
    expect(done('PctVol', { pctVol: '0.02' })).toBeGreaterThan(0);
    expect(done('Vwap', { maxPctVol: '0.01' })).toBeLessThanOrEqual(0.011 * usual);
  });

  test('are refused with an end before their start, or in the past', () => {
    const test = new TestExchange();
    test.place(worked('Twap', {}, { startTime: noon + hour, endTime: noon + minuteMs }));
    test.place(worked('Twap', {}, { endTime: noon - minuteMs }));
    expect(test.codes()).toEqual([441, 441]);
  });
});

describe('discretion', () => {
  test('is used when the market comes within it, at the market’s price', () => {
    const test = new TestExchange();
    const { ask } = test.quote(aapl);
    const limitPrice = Math.round((ask - 0.05) * 100) / 100;
    const order = terms(aapl, { type: 'LMT', limitPrice, quantity: new Decimal(1), tif: 'IOC' });
    expect(test.place(order)?.status).toBe('Cancelled');
    expect(test.place({ ...order, discretionaryAmount: 0.05 })).toMatchObject({
      status: 'Filled',
      averageFillPrice: ask,
    });
  });
});

describe('prices of legs', () => {
  test('add up to the price of the combination', () => {
    const test = new TestExchange();
    const prices = [test.quote(aapl).ask + 0.02, test.quote(ko).bid - 0.01];
    const legs: OrderTerms['legs'] = [
      { instrument: aapl, ratio: 1, side: 'BUY', exchange: 'SMART', price: prices[0] ?? 0 },
      { instrument: ko, ratio: 2, side: 'SELL', exchange: 'SMART', price: prices[1] ?? 0 },
    ];
    const limitPrice = (prices[0] ?? 0) - 2 * (prices[1] ?? 0);
    const order = test.place(terms(aapl, { legs, combo: true, type: 'LMT', limitPrice, quantity: new Decimal(1) }));
    const [summary, first, second] = order?.executions ?? [];
    expect(first?.price).toBeLessThanOrEqual(prices[0] ?? 0);
    expect(second?.price).toBe(prices[1]);
    expect((first?.price ?? 0) - 2 * (second?.price ?? 0)).toBeCloseTo(summary?.price ?? 0, 6);
  });
});
