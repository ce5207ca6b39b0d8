import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { hour, listed, minuteMs, secondMs, TestExchange, terms } from '../../test/support/simulator/exchange.ts';
import type { OrderTerms, OrderType } from './model.ts';

const aapl = listed('AAPL');
const ko = listed('KO');
const eur = listed('EUR.USD');
const cents = (price: number): number => Math.round(price * 100) / 100;
const at = (time: string): number => Date.parse(`2026-11-20T${time}:00-05:00`);

describe('how long orders live', () => {
  test('immediate or cancel takes what there is', () => {
    const test = new TestExchange();
    const { ask } = test.quote(aapl);
    const order = test.place(terms(aapl, { type: 'LMT', limitPrice: ask, tif: 'IOC', quantity: new Decimal(50_000) }));
    expect(order?.status).toBe('Cancelled');
    expect(order?.filled.toNumber()).toBeGreaterThan(0);
  });

  test('fill or kill is all or nothing', () => {
    const test = new TestExchange();
    const { ask } = test.quote(aapl);
    const whole = terms(aapl, { type: 'LMT', limitPrice: ask, tif: 'FOK' });
    expect(test.place({ ...whole, quantity: new Decimal(50_000) })?.filled.toNumber()).toBe(0);
    expect(test.place({ ...whole, quantity: new Decimal(1) })?.status).toBe('Filled');
  });

  test('good till date ends on time; good after time starts then', () => {
    const test = new TestExchange();
    const limitPrice = cents(test.quote(aapl).bid * 0.5);
    const goodTill = test.now + 90 * secondMs;
    test.place(terms(aapl, { type: 'LMT', limitPrice, tif: 'GTD', goodTill }));
    test.place(terms(aapl, { goodAfter: test.now + 30 * secondMs }));
    expect(test.ofId(2)?.status).toBe('PreSubmitted');
    test.advance(hour);
    expect(test.ofId(1)).toMatchObject({ status: 'Cancelled', completedAt: goodTill });
    expect(test.book.trades[0]?.time).toBe(goodTill - minuteMs);
  });

  test('outside regular hours only orders that ask for it work', () => {
    const test = new TestExchange({ at: at('17:00') });
    const { ask } = test.quote(aapl);
    test.place(terms(aapl, { type: 'LMT', limitPrice: cents(ask + 1) }));
    test.place(terms(aapl, { type: 'LMT', limitPrice: cents(ask + 1), outsideRth: true }));
    test.place(terms(aapl, { outsideRth: true }));
    expect([1, 2, 3].map((id) => test.ofId(id)?.status)).toEqual(['PreSubmitted', 'Filled', 'PreSubmitted']);
    expect(test.codes()).toEqual([399, 2109, 399]);
  });

  test('the overnight session takes the orders meant for it', () => {
    const test = new TestExchange({ at: Date.parse('2026-11-23T03:00:00Z') });
    const { ask } = test.quote(aapl);
    const order = { type: 'LMT', limitPrice: cents(ask + 1) } as const;
    expect(test.place(terms(aapl, { ...order, includeOvernight: true }))?.status).toBe('Filled');
    expect(test.place(terms(aapl, { ...order, tif: 'OVERNIGHT', exchange: 'OVERNIGHT' }))?.status).toBe('Filled');
    expect(test.place(terms(aapl, order))?.status).toBe('PreSubmitted');
    expect(test.exchange.executions()[0]?.exchange).toBe('OVERNIGHT');
  });
});

describe('auctions', () => {
  test('orders at the close trade at the closing price, limits permitting', () => {
    const test = new TestExchange({ at: at('15:00') });
    const { last } = test.quote(aapl);
    test.place(terms(aapl, { type: 'MOC' }));
    test.place(terms(aapl, { type: 'LOC', limitPrice: cents(last + 20) }));
    test.place(terms(aapl, { type: 'LOC', limitPrice: cents(last - 20) }));
    test.advance(30 * minuteMs);
    expect(test.exchange.open().map(({ status }) => status)).toEqual(['PreSubmitted', 'PreSubmitted', 'PreSubmitted']);
    test.advance(2 * hour);
    test.now = at('15:59') + 59 * secondMs;
    const close = test.quote(aapl).last;
    expect([1, 2, 3].map((id) => test.ofId(id)?.status)).toEqual(['Filled', 'Filled', 'Cancelled']);
    expect(test.book.trades.map(({ price }) => price)).toEqual([close, close]);
  });

  test('after the cut-off orders at the close are refused', () => {
    const test = new TestExchange({ at: at('15:55') });
    expect(test.place(terms(aapl, { type: 'MOC' }))).toBeUndefined();
    expect(test.texts()).toEqual(['Order rejected - reason:Exchange is closed.']);
  });

  test('orders at the opening trade at the first price', () => {
    const test = new TestExchange({ at: at('08:00') });
    test.place(terms(aapl, { tif: 'OPG' }));
    test.place(terms(aapl, { tif: 'OPG', type: 'LMT', limitPrice: 1 }));
    test.advance(2 * hour);
    expect([1, 2].map((id) => test.ofId(id)?.status)).toEqual(['Filled', 'Cancelled']);
    expect(test.book.trades[0]?.time).toBe(at('09:30'));
  });
});

describe('triggers', () => {
  /** Runs until the order is done and returns what it traded. */
  function traded(changes: Partial<OrderTerms>, seed = 7) {
    const test = new TestExchange({ seed });
    const { last } = test.quote(aapl);
    const order = test.place(terms(aapl, { tif: 'GTC', ...changes }));
    for (let hours = 0; hours < 900 && test.exchange.open().length > 0; hours += 1) test.advance(hour);
    return { test, order, last, trade: test.book.trades[0] };
  }
  const last = new TestExchange().quote(aapl).last;

  test('touched orders trade on the favourable side', () => {
    expect(traded({ type: 'MIT', auxPrice: cents(last - 0.1) }).trade?.price).toBeLessThan(last);
    const lit = traded({ type: 'LIT', auxPrice: cents(last - 0.1), limitPrice: cents(last - 0.12) });
    expect(lit.order).toMatchObject({ whyHeld: 'trigger' });
    expect(lit.trade?.price).toBeLessThanOrEqual(cents(last - 0.12));
  });

  test('a trailing stop follows by amount or percent and never back', () => {
    const { trade, test } = traded({ type: 'TRAIL', side: 'SELL', auxPrice: 0.5 });
    expect(trade?.price).toBeLessThan(last + 100);
    expect(test.ofId(1) ?? test.book.trades).toBeDefined();
    const percent = traded({ type: 'TRAIL', side: 'BUY', trailingPercent: 0.2 });
    expect(percent.trade).toBeDefined();
    const stop = test.events.flatMap((event) =>
      'order' in event && event.order.trailStopPrice !== undefined ? [event.order.trailStopPrice] : [],
    );
    expect(stop).toEqual(stop.toSorted((a, b) => a - b));
  });

  test('a trailing limit keeps the distance between its stop and its limit', () => {
    const prices = { trailStopPrice: cents(last - 0.3), limitPrice: cents(last - 0.4) };
    const { test } = traded({ type: 'TRAIL LIMIT', side: 'SELL', auxPrice: 0.3, ...prices });
    for (const { price } of test.book.trades) expect(price).toBeGreaterThan(last - 0.41);
    expect(test.book.trades.length).toBeGreaterThan(0);
  });

  test('a stop can turn into a trailing stop', () => {
    const { test, trade } = traded({
      type: 'STP',
      side: 'SELL',
      auxPrice: cents(last - 30),
      adjustment: { type: 'TRAIL', triggerPrice: cents(last + 0.2), trailingAmount: 0.3, trailingUnit: 0 },
    });
    expect(trade?.price).toBeGreaterThan(last - 1);
    expect(test.events.some((event) => 'order' in event && event.order.terms.type === 'TRAIL')).toBe(true);
  });

  test('trigger methods other than the last price need their own prices', () => {
    for (const triggerMethod of [1, 2, 3, 4, 7, 8]) {
      const { trade } = traded({ type: 'STP', side: 'SELL', auxPrice: cents(last - 0.05), triggerMethod });
      expect(trade?.price).toBeLessThan(last);
    }
  });
});

test('every other type of order finds a price and keeps to its cap', () => {
  const types: OrderType[] = [
    'REL',
    'PASSV REL',
    'PEG MKT',
    'PEG MID',
    'MIDPRICE',
    'SNAP MKT',
    'SNAP MID',
    'SNAP PRIM',
    'MTL',
  ];
  for (const type of types) {
    const test = new TestExchange();
    const limitPrice = cents(test.quote(aapl).ask + 0.2);
    test.place(terms(aapl, { type, ...(type === 'MTL' ? {} : { limitPrice, auxPrice: 0.01 }) }));
    test.advance(2 * hour);
    expect(test.codes(), type).toEqual([]);
    expect(test.ofId(1)?.status, type).toBe('Filled');
    for (const { price } of test.book.trades) expect(price, type).toBeLessThanOrEqual(limitPrice);
  }
});

test('an order pegged to a benchmark moves with it', () => {
  const test = new TestExchange();
  const { bid } = test.quote(aapl);
  const reference = test.quote(ko).last;
  const pegBench = { conId: ko.conId, isDecrease: false, amount: 1, referenceAmount: 0.5, exchange: 'SMART' };
  test.place(
    terms(aapl, { type: 'PEG BENCH', pegBench: { ...pegBench, startingPrice: bid, stockReferencePrice: reference } }),
  );
  test.advance(20 * minuteMs);
  expect(test.codes()).toEqual([]);
  expect(test.book.trades.length).toBeGreaterThan(0);
});

describe('who trades with whom', () => {
  test('two accounts meet inside the spread at the price of the one that was first', () => {
    const test = new TestExchange();
    const { bid } = test.quote(aapl);
    const limitPrice = cents(bid + 0.01);
    test.place(terms(aapl, { type: 'LMT', limitPrice, quantity: new Decimal(50) }));
    test.place(terms(aapl, { type: 'LMT', limitPrice, side: 'SELL', account: 'DU2', quantity: new Decimal(80) }));
    expect([test.ofId(1)?.status, test.ofId(2)?.filled.toNumber()]).toEqual(['Filled', 50]);
    expect(test.book.trades.map(({ price }) => price)).toEqual([limitPrice, limitPrice]);
  });

  test('an account does not trade with itself', () => {
    const test = new TestExchange();
    const limitPrice = cents(test.quote(aapl).bid + 0.01);
    test.place(terms(aapl, { type: 'LMT', limitPrice }));
    test.place(terms(aapl, { type: 'LMT', limitPrice, side: 'SELL' }));
    expect(test.book.trades).toEqual([]);
  });

  test('all or none waits until there is enough', () => {
    const test = new TestExchange();
    const order = test.place(terms(aapl, { allOrNone: true, quantity: new Decimal(600_000) }));
    expect(order).toMatchObject({ status: 'Submitted', lastFillPrice: 0 });
    test.advance(minuteMs);
    expect(test.ofId(1)?.filled.toNumber()).toBe(0);
  });
});

describe('sizes', () => {
  test('a scale order shows one component at a time, each at a better price', () => {
    const test = new TestExchange();
    const { ask } = test.quote(aapl);
    const scale = { initialSize: 10, nextSize: 5, priceIncrement: 0.01 };
    test.place(terms(aapl, { type: 'LMT', limitPrice: ask, scale, quantity: new Decimal(40), tif: 'GTC' }));
    expect(test.ofId(1)?.filled.toNumber()).toBe(10);
    for (let hours = 0; hours < 300 && test.exchange.open().length > 0; hours += 1) test.advance(hour);
    const prices = test.book.trades.map(({ price }) => price);
    expect(test.book.trades.slice(0, 3).map(({ quantity }) => quantity.toNumber())).toEqual([10, 5, 5]);
    expect(prices).toEqual(prices.toSorted((a, b) => b - a));
  });

  test('cash buys fractions of a share, and currencies by amount', () => {
    const test = new TestExchange();
    const order = test.place(terms(aapl, { quantity: new Decimal(0), cashQuantity: new Decimal(1000) }));
    expect(order?.status).toBe('Filled');
    expect(order?.filled.mul(order.averageFillPrice).toNumber()).toBeCloseTo(1000, 0);
    const euros = { exchange: 'IDEALPRO', quantity: new Decimal(0), cashQuantity: new Decimal(50_000) };
    expect(test.place(terms(eur, euros))?.status).toBe('Filled');
  });

  test('an algorithm takes its time', () => {
    const test = new TestExchange();
    const parameters = new Map([
      ['startTime', ''],
      ['endTime', ''],
    ]);
    test.place(terms(aapl, { quantity: new Decimal(1200), algo: { strategy: 'Twap', parameters } }));
    test.advance(10 * minuteMs);
    const half = test.ofId(1)?.filled.toNumber() ?? 0;
    expect(half).toBeGreaterThan(300);
    expect(half).toBeLessThan(500);
    test.advance(hour);
    expect(test.ofId(1)?.status).toBe('Filled');
  });
});

describe('combinations', () => {
  test('both legs trade at once in their ratio, at the net price', () => {
    const test = new TestExchange();
    const legs: OrderTerms['legs'] = [
      { instrument: aapl, ratio: 1, side: 'BUY', exchange: 'SMART' },
      { instrument: ko, ratio: 3, side: 'SELL', exchange: 'SMART' },
    ];
    const order = test.place(terms(aapl, { legs, combo: true, quantity: new Decimal(2) }));
    expect(order?.status).toBe('Filled');
    const executions = order?.executions ?? [];
    expect(executions.map(({ isComboSummary, quantity, side }) => [isComboSummary, quantity.toNumber(), side])).toEqual(
      [
        [true, 2, 'BUY'],
        [false, 2, 'BUY'],
        [false, 6, 'SELL'],
      ],
    );
    const [summary, first, second] = executions;
    expect((first?.price ?? 0) - 3 * (second?.price ?? 0)).toBeCloseTo(summary?.price ?? 0, 6);
    expect([test.book.position('DU1', aapl), test.book.position('DU1', ko)]).toEqual([2, -6]);
  });

  test('a resting one trades when its net price comes, however the clock goes', () => {
    const legs: OrderTerms['legs'] = [
      { instrument: aapl, ratio: 1, side: 'BUY', exchange: 'SMART' },
      { instrument: ko, ratio: 2, side: 'SELL', exchange: 'SMART' },
    ];
    const run = (steps: number) => {
      const test = new TestExchange();
      const net = test.quote(aapl).ask - 2 * test.quote(ko).bid;
      for (const [side, away] of [
        ['BUY', -0.3],
        ['BUY', -0.6],
        ['SELL', 0.3],
        ['SELL', 0.6],
      ] as const) {
        const limitPrice = cents(net + away);
        test.place(terms(aapl, { legs, combo: true, side, type: 'LMT', limitPrice, quantity: new Decimal(1) }));
      }
      for (let step = 0; step < steps; step += 1) test.advance((30 * minuteMs) / steps);
      return test.book.trades.map(({ time, price, side }) => ({ time, price, side }));
    };
    expect(run(1)).not.toEqual([]);
    expect(run(90)).toEqual(run(1));
  });
});
