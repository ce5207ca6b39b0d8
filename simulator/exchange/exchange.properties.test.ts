import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hour, listed, minuteMs, noon, secondMs, TestExchange, terms } from '../../test/support/simulator/exchange.ts';
import type { ExchangeEvent, Order, OrderTerms, OrderType, TimeInForce } from './model.ts';
import { isFinal } from './working.ts';

const instruments = [listed('AAPL'), listed('KO')];
const types: OrderType[] = [
  'MKT',
  'LMT',
  'STP',
  'STP LMT',
  'TRAIL',
  'TRAIL LIMIT',
  'MIT',
  'LIT',
  'MTL',
  'REL',
  'MIDPRICE',
  'MOC',
  'LOC',
];
const cents = (price: number): number => Math.max(0.01, Math.round(price * 100) / 100);

type Step =
  | { readonly kind: 'place'; readonly draft: Draft }
  | { readonly kind: 'modify'; readonly which: number; readonly quantity: number; readonly offset: number }
  | { readonly kind: 'cancel'; readonly which: number }
  | { readonly kind: 'advance'; readonly milliseconds: number };

interface Draft {
  readonly instrument: number;
  readonly account: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: OrderType;
  readonly tif: TimeInForce;
  readonly quantity: number;
  readonly offset: number;
  readonly outsideRth: boolean;
  readonly allOrNone: boolean;
  readonly ocaGroup: string;
  readonly parent: number;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  instrument: fc.nat({ max: 1 }),
  account: fc.constantFrom('DU1', 'DU2'),
  side: fc.constantFrom('BUY', 'SELL'),
  type: fc.constantFrom(...types),
  tif: fc.constantFrom('DAY', 'GTC', 'IOC', 'FOK'),
  quantity: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 500, max: 8000 })),
  offset: fc.integer({ min: -60, max: 60 }),
  outsideRth: fc.boolean(),
  allOrNone: fc.boolean(),
  ocaGroup: fc.constantFrom('', '', '', 'group'),
  parent: fc.nat({ max: 12 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('place'), draft }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('modify'),
      which: fc.nat({ max: 12 }),
      quantity: fc.integer({ min: 1, max: 2000 }),
      offset: fc.integer({ min: -60, max: 60 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel'), which: fc.nat({ max: 12 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('advance'),
      milliseconds: fc.constantFrom(300, 5 * secondMs, 3 * minuteMs, 25 * minuteMs, 18 * hour),
    }),
  },
);

function termsOf(test: TestExchange, given: Draft): OrderTerms {
  const instrument = instruments[given.instrument] ?? listed('AAPL');
  const { last } = test.quote(instrument);
  const price = cents(last + given.offset / 100);
  const trails = given.type.startsWith('TRAIL');
  const isChild = given.parent > 0 && given.parent <= test.lastId;
  return terms(instrument, {
    account: given.account,
    side: given.side,
    type: given.type,
    tif: ['MOC', 'LOC'].includes(given.type) || isChild ? 'DAY' : given.tif,
    quantity: new Decimal(given.quantity),
    limitPrice: price,
    auxPrice: trails ? cents(Math.abs(given.offset) / 100) : given.type === 'REL' ? 0.01 : cents(price + 0.05),
    ...(given.type === 'TRAIL LIMIT' ? { limitPriceOffset: 0.1 } : {}),
    ...(trails ? { limitPrice: undefined } : {}),
    outsideRth: given.outsideRth,
    allOrNone: given.allOrNone && given.quantity <= 500,
    ocaGroup: given.ocaGroup,
    ocaType: 1,
    parentId: isChild ? given.parent : 0,
  });
}

function act(test: TestExchange, next: Step): void {
  switch (next.kind) {
    case 'place':
      test.place(termsOf(test, next.draft));
      break;
    case 'modify': {
      const order = test.ofId(next.which);
      if (!order) break;
      const limitPrice = cents((order.terms.limitPrice ?? 100) + next.offset / 100);
      test.place({ ...order.terms, quantity: new Decimal(next.quantity), limitPrice }, next.which);
      break;
    }
    case 'cancel':
      test.exchange.cancel({ clientId: 1, orderId: next.which });
      break;
    case 'advance':
      test.advance(next.milliseconds);
  }
}

const orders = (events: readonly ExchangeEvent[]): Order[] =>
  events.flatMap((event) => ('order' in event ? [event.order] : []));

/** Checks everything that has to hold whatever clients do. */
function check(test: TestExchange): void {
  const ended = new Map<number, string>();
  const limits = ['LMT', 'STP LMT', 'LIT', 'LOC', 'REL', 'MIDPRICE'];
  for (const order of orders(test.events)) {
    const { filled, remaining, terms: asked, permId, status, executions } = order;
    expect(filled.plus(remaining).toString(), 'filled and remaining').toBe(asked.quantity.toString());
    expect(remaining.isNegative()).toBe(false);
    const done = executions.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
    expect(done.toString(), 'executions add up').toBe(filled.toString());
    expect(status === 'Filled').toBe(remaining.isZero());
    const before = ended.get(permId);
    if (before !== undefined) expect(status, 'final states stay').toBe(before);
    if (isFinal(order)) ended.set(permId, status);
    if (asked.tif === 'FOK' && isFinal(order)) expect(filled.isZero() || remaining.isZero()).toBe(true);
    if (order.parentPermId !== 0 && !filled.isZero()) {
      expect(orders(test.events).some((other) => other.permId === order.parentPermId && other.filled.gt(0))).toBe(true);
    }
  }
  for (const event of test.events) {
    if (event.type !== 'execution') continue;
    const { terms: asked } = event.order;
    if (!limits.includes(asked.type) || asked.limitPrice === undefined) continue;
    const beyond = (event.execution.price - asked.limitPrice) * (asked.side === 'BUY' ? 1 : -1);
    expect(beyond, `${asked.type} within its limit`).toBeLessThan(1e-9);
  }
  for (const order of test.exchange.open()) {
    const rests = order.status === 'Submitted' && (order.terms.tif === 'IOC' || order.terms.tif === 'FOK');
    expect(rests, 'immediate orders do not rest').toBe(false);
    if (order.terms.allOrNone) expect(order.filled.isZero(), 'all or none').toBe(true);
  }
}

const clocks = [
  noon,
  Date.parse('2026-11-20T20:50:00Z'),
  Date.parse('2026-11-20T14:29:30Z'),
  Date.parse('2026-11-21T10:00:00Z'),
];
const story = fc.record({
  at: fc.constantFrom(...clocks),
  steps: fc.array(step, { minLength: 1, maxLength: 10 }),
});
const runs = 6;

describe('whatever clients do', () => {
  test('orders, executions and positions agree', () => {
    fc.assert(
      fc.property(story, ({ at, steps }) => {
        const test = new TestExchange({ at });
        for (const next of steps) act(test, next);
        check(test);
        const executed = test.events.flatMap((event) => (event.type === 'execution' ? [event.execution] : []));
        for (const account of ['DU1', 'DU2'])
          for (const instrument of instruments) {
            const own = executed.filter((one) => one.account === account && one.instrument.conId === instrument.conId);
            const sum = own.reduce(
              (all, { side, quantity }) => all + quantity.toNumber() * (side === 'BUY' ? 1 : -1),
              0,
            );
            expect(test.book.position(account, instrument)).toBe(sum);
          }
        expect(new Set(executed.map(({ execId }) => execId)).size).toBe(executed.length);
        const charged = executed.reduce((sum, { commission }) => sum.plus(commission), new Decimal(0));
        const due = [...test.exchange.open(), ...lastStates(test)].reduce(
          (sum, { filled }) => (filled.isZero() ? sum : sum.plus(Decimal.max(1, filled.mul('0.005')))),
          new Decimal(0),
        );
        expect(charged.toString(), 'parts of a commission add up').toBe(due.toString());
      }),
      { numRuns: runs },
    );
  });

  test('a saved exchange has the same future', () => {
    fc.assert(
      fc.property(story, fc.nat({ max: 13 }), ({ at, steps }, cut) => {
        const one = new TestExchange({ at });
        for (const next of steps.slice(0, cut)) act(one, next);
        const saved: unknown = JSON.parse(JSON.stringify(one.exchange.save()));
        const other = new TestExchange({ at });
        while (other.lastId < one.lastId) other.nextId();
        other.now = one.now;
        other.book.trades.push(...one.book.trades);
        other.exchange.restore(saved);
        const from = one.events.length;
        for (const next of steps.slice(cut)) for (const test of [one, other]) act(test, next);
        for (const test of [one, other]) test.advance(10 * minuteMs);
        expect(JSON.parse(JSON.stringify(other.events))).toEqual(JSON.parse(JSON.stringify(one.events.slice(from))));
      }),
      { numRuns: runs },
    );
  });

  test('how often the clock is looked at changes nothing', () => {
    fc.assert(
      fc.property(fc.array(draft, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 40 }), (drafts, parts) => {
        const run = (pieces: number) => {
          const test = new TestExchange();
          for (const given of drafts) test.place(termsOf(test, given));
          const total = 20 * minuteMs;
          for (let piece = 1; piece <= pieces; piece += 1) {
            test.now = noon + Math.floor((total * piece) / pieces);
            test.exchange.advance(test.now);
          }
          return test.book.trades.map(({ execId, price, quantity, time }) => ({ execId, price, quantity, time }));
        };
        expect(run(parts)).toEqual(run(1));
      }),
      { numRuns: Math.ceil(runs / 2) },
    );
  });
});

/** The orders that have ended, as they were when they did. */
function lastStates(test: TestExchange): Order[] {
  const states = new Map(orders(test.events).map((order) => [order.permId, order]));
  const open = new Set(test.exchange.open().map(({ permId }) => permId));
  return [...states.values()].filter(({ permId }) => !open.has(permId));
}
