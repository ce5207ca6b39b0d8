import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { hour, listed, minuteMs, TestExchange, terms } from '../../test/support/simulator/exchange.ts';

const aapl = listed('AAPL');
const ko = listed('KO');
const cents = (price: number): number => Math.round(price * 100) / 100;

/** An entry at the market or a limit, a target above and a stop below. */
function bracket(test: TestExchange, entry: number | undefined): void {
  const { last } = test.quote(aapl);
  const limit = entry === undefined ? {} : { type: 'LMT' as const, limitPrice: entry };
  test.place(terms(aapl, { ...limit, transmit: false }));
  const exit = { side: 'SELL', parentId: 1, tif: 'GTC' } as const;
  test.place(terms(aapl, { ...exit, type: 'LMT', limitPrice: cents(last + 0.4), transmit: false }));
  test.place(terms(aapl, { ...exit, type: 'STP', auxPrice: cents(last - 0.4) }));
}

describe('brackets', () => {
  test('nothing works before the last order is transmitted', () => {
    const test = new TestExchange();
    test.place(terms(aapl, { transmit: false }));
    test.advance(minuteMs);
    expect(test.ofId(1)?.status).toBe('ApiPending');
  });

  test('exits wait for the entry, and one of them ends the other', () => {
    const test = new TestExchange();
    bracket(test, cents(test.quote(aapl).bid - 50));
    expect([1, 2, 3].map((id) => [test.ofId(id)?.status, test.ofId(id)?.whyHeld])).toEqual([
      ['Submitted', ''],
      ['PreSubmitted', 'child'],
      ['PreSubmitted', 'child,trigger'],
    ]);
    const entry = test.ofId(1);
    if (entry) test.exchange.scripts.fill(entry.permId, entry.remaining, 200);
    expect([2, 3].map((id) => test.ofId(id)?.whyHeld)).toEqual(['', 'trigger']);
    for (let hours = 0; hours < 400 && test.exchange.open().length > 0; hours += 1) test.advance(hour);
    const exits = test.book.trades.filter(({ side }) => side === 'SELL');
    expect(exits.reduce((sum, { quantity }) => sum + quantity.toNumber(), 0)).toBe(100);
    expect(test.book.position('DU1', aapl)).toBe(0);
  });

  test('are told of from the entry on, the exits as its children', () => {
    const test = new TestExchange();
    bracket(test, cents(test.quote(aapl).bid - 50));
    const told = test.events.flatMap((event) => (event.type === 'order' ? [event.order] : []));
    const transmitted = told.filter(({ status }) => status !== 'ApiPending');
    expect(transmitted.map(({ owner, status, whyHeld }) => [owner.orderId, status, whyHeld])).toEqual([
      [1, 'PreSubmitted', ''],
      [1, 'Submitted', ''],
      [2, 'PreSubmitted', 'child'],
      [3, 'PreSubmitted', 'child,trigger'],
    ]);
  });

  test('exits follow an entry that is filled in parts, and what is left of it takes them along', () => {
    const test = new TestExchange();
    bracket(test, cents(test.quote(aapl).bid - 50));
    const entry = test.ofId(1);
    if (entry) test.exchange.scripts.fill(entry.permId, new Decimal(30), 200);
    test.exchange.cancel({ clientId: 1, orderId: 1 });
    expect([2, 3].map((id) => test.ofId(id)?.remaining.toNumber())).toEqual([30, 30]);
  });

  test('exits are cancelled with their entry', () => {
    const test = new TestExchange();
    bracket(test, cents(test.quote(aapl).bid - 50));
    test.exchange.cancel({ clientId: 1, orderId: 1 });
    expect([1, 2, 3].map((id) => test.ofId(id)?.status)).toEqual(['Cancelled', 'Cancelled', 'Cancelled']);
    expect(test.codes()).toEqual([202, 202, 202]);
  });

  test('an exit without its entry is refused', () => {
    const test = new TestExchange();
    expect(test.place(terms(aapl, { parentId: 77 }))).toBeUndefined();
    expect(test.codes()).toEqual([10006]);
  });
});

describe('cancelling one', () => {
  const statuses = (test: TestExchange, ids: readonly number[]) => ids.map((id) => test.ofId(id)?.status);

  test('exit of a bracket cancels the other exit, and the entry works on', () => {
    const test = new TestExchange();
    bracket(test, cents(test.quote(aapl).bid - 50));
    test.exchange.cancel({ clientId: 1, orderId: 2 });
    expect(statuses(test, [1, 2, 3])).toEqual(['Submitted', 'Cancelled', 'Cancelled']);
    expect([2, 3].map((id) => test.ofId(id)?.completedStatus)).toEqual(['Cancelled by Trader', 'Cancelled by System']);
  });

  test('order of a group cancels the group, whatever its type, and nothing else', () => {
    const test = new TestExchange();
    const resting = { type: 'LMT', limitPrice: cents(test.quote(aapl).bid - 50) } as const;
    for (const ocaType of [1, 2, 3]) test.place(terms(aapl, { ...resting, ocaGroup: 'any', ocaType }));
    test.place(terms(aapl, { ...resting, ocaGroup: 'other' }));
    test.exchange.cancel({ clientId: 1, orderId: 2 });
    expect(statuses(test, [1, 2, 3, 4])).toEqual(['Cancelled', 'Cancelled', 'Cancelled', 'Submitted']);
  });
});

describe('one cancels all', () => {
  const pair = (ocaType: number): TestExchange => {
    const test = new TestExchange();
    for (const instrument of [aapl, ko]) {
      const limitPrice = cents(test.quote(instrument).bid * 0.5);
      test.place(terms(instrument, { type: 'LMT', limitPrice, ocaGroup: 'either', ocaType, tif: 'GTC' }));
    }
    return test;
  };

  test('type 1 cancels the others at the first fill', () => {
    const test = pair(1);
    test.exchange.scripts.fill(test.ofId(1)?.permId ?? 0, new Decimal(40), 100);
    expect([test.ofId(1)?.status, test.ofId(2)?.status]).toEqual(['Submitted', 'Cancelled']);
  });

  test('an order that comes after its group is filled is rejected', () => {
    const test = new TestExchange();
    const group = { ocaGroup: 'either', ocaType: 1 };
    test.place(terms(aapl, group));
    expect(test.ofId(1)?.status).toBe('Filled');
    expect(test.place(terms(ko, group))?.status).toBe('Inactive');
    expect(test.texts()).toEqual(['Order rejected - reason:OCA group is already filled.']);
    expect(test.place(terms(ko, { ...group, account: 'DU2' }))?.status).toBe('Filled');
  });

  test('types 2 and 3 reduce the others in proportion', () => {
    for (const type of [2, 3]) {
      const test = pair(type);
      test.exchange.scripts.fill(test.ofId(1)?.permId ?? 0, new Decimal(40), 100);
      expect(test.ofId(2)?.remaining.toNumber()).toBe(60);
      test.exchange.scripts.fill(test.ofId(1)?.permId ?? 0, new Decimal(60), 100);
      expect(test.ofId(2)?.status).toBe('Cancelled');
    }
  });
});

test('groups are reduced to whole units without drift', () => {
  const test = new TestExchange();
  for (const [instrument, quantity] of [
    [aapl, 3],
    [ko, 300],
  ] as const) {
    const limitPrice = cents(test.quote(instrument).bid * 0.5);
    const size = { quantity: new Decimal(quantity), ocaGroup: 'either', ocaType: 2 };
    test.place(terms(instrument, { type: 'LMT', limitPrice, tif: 'GTC', ...size }));
  }
  test.exchange.scripts.fill(test.ofId(1)?.permId ?? 0, new Decimal(2), 100);
  expect(test.ofId(2)?.remaining.toNumber()).toBe(100);
});

describe('conditions', () => {
  const price = (conId: number, threshold: number, isMore = true) =>
    ({
      kind: 'price',
      conjunction: 'and',
      isMore,
      price: threshold,
      conId,
      exchange: 'SMART',
      triggerMethod: 0,
    }) as const;

  test('an order waits for a price of another contract', () => {
    const test = new TestExchange();
    const { last } = test.quote(ko);
    test.place(terms(aapl, { conditions: [price(ko.conId, cents(last + 0.01))], tif: 'GTC' }));
    expect(test.ofId(1)?.status).toBe('PreSubmitted');
    for (let hours = 0; hours < 100 && test.exchange.open().length > 0; hours += 1) test.advance(hour);
    const [trade] = test.book.trades;
    test.now = trade?.time ?? 0;
    expect(test.quote(ko).last).toBeGreaterThanOrEqual(cents(last + 0.01));
  });

  test('time releases an order to the second', () => {
    const test = new TestExchange();
    const time = test.now + 10 * minuteMs;
    test.place(terms(aapl, { conditions: [{ kind: 'time', conjunction: 'and', isMore: true, time }] }));
    test.advance(hour);
    expect(test.book.trades[0]?.time).toBe(time);
  });

  test('and binds closer than or', () => {
    const test = new TestExchange();
    const no = price(ko.conId, 1e6);
    const yes = price(ko.conId, 1);
    test.place(terms(aapl, { conditions: [{ ...yes, conjunction: 'or' }, no, no] }));
    test.place(terms(aapl, { conditions: [yes, no] }));
    test.advance(minuteMs);
    expect([test.ofId(1)?.status, test.ofId(2)?.status]).toEqual(['Filled', 'PreSubmitted']);
  });

  test('conditions can cancel an order instead', () => {
    const test = new TestExchange();
    const limitPrice = cents(test.quote(aapl).bid * 0.5);
    const time = test.now + minuteMs;
    const conditions = [{ kind: 'time', conjunction: 'and', isMore: true, time } as const];
    test.place(terms(aapl, { type: 'LMT', limitPrice, conditions, conditionsCancelOrder: true }));
    expect(test.ofId(1)?.status).toBe('Submitted');
    test.advance(2 * minuteMs);
    expect(test.ofId(1)?.status).toBe('Cancelled');
  });

  test('a trade elsewhere and a margin cushion count as conditions', () => {
    const test = new TestExchange();
    const traded = { kind: 'execution', conjunction: 'and', secType: 'STK', exchange: 'SMART', symbol: 'KO' } as const;
    const cushion = { kind: 'margin', conjunction: 'and', isMore: false, percent: 5 } as const;
    test.place(terms(aapl, { conditions: [traded] }));
    test.place(terms(aapl, { conditions: [cushion] }));
    test.advance(minuteMs);
    expect(test.ofId(1)?.status).toBe('PreSubmitted');
    test.place(terms(ko));
    test.advance(minuteMs);
    expect([test.ofId(1)?.status, test.ofId(2)?.status]).toEqual(['Filled', 'PreSubmitted']);
  });
});
