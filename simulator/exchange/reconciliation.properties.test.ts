import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hour, listed, minuteMs, noon, secondMs, terms } from '../../test/support/simulator/exchange.ts';
import { futuresOn } from '../../test/support/simulator/futures.ts';
import type { Account } from '../accounts/account.ts';
import { optionClasses, optionOf, strikesOf } from '../market/derivatives.ts';
import { type Instrument, pointValueOf } from '../market/instruments.ts';
import { quoteAt } from '../market/quotes.ts';
import { createWorld, type World } from '../world/world.ts';
import type { ExchangeEvent, Execution, OrderTerms, OrderType } from './model.ts';

/** Orders and days through the exchange and the books it keeps, against a ledger that is kept here from what clients are told. */

const accountCodes = ['DU1', 'DU2'];
const types: OrderType[] = ['MKT', 'LMT', 'STP', 'TRAIL', 'MTL', 'MIT'];
const zero = new Decimal(0);
const nothing = { values: {}, rows: {} };
/** Ten in the morning in New York: London trades as well. */
const morning = noon - 2 * hour;

type Step =
  | { readonly kind: 'place'; readonly draft: Draft }
  | { readonly kind: 'modify' | 'cancel' | 'fill' | 'correct'; readonly which: number; readonly amount: number }
  | { readonly kind: 'exercise'; readonly lapse: boolean }
  | { readonly kind: 'advance'; readonly milliseconds: number };

interface Draft {
  readonly instrument: number;
  readonly account: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: OrderType;
  readonly quantity: number;
  readonly offset: number;
  readonly byCash: boolean;
  readonly combo: boolean;
  readonly exitOf: number;
  readonly group: string;
  readonly ocaType: number;
}

const draft: fc.Arbitrary<Draft> = fc.record({
  instrument: fc.nat({ max: 5 }),
  account: fc.constantFrom(...accountCodes),
  side: fc.constantFrom('BUY', 'SELL'),
  type: fc.constantFrom(...types),
  quantity: fc.integer({ min: 1, max: 400 }),
  offset: fc.integer({ min: -20, max: 20 }),
  byCash: fc.boolean(),
  combo: fc.boolean(),
  exitOf: fc.nat({ max: 9 }),
  group: fc.constantFrom('', '', 'one'),
  ocaType: fc.integer({ min: 1, max: 3 }),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('place'), draft }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('modify', 'cancel', 'fill', 'correct'),
      which: fc.nat({ max: 12 }),
      amount: fc.integer({ min: 1, max: 99 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('exercise'), lapse: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('advance'),
      milliseconds: fc.constantFrom(secondMs, minuteMs, 20 * minuteMs, 3 * hour),
    }),
  },
);

/** A world with a clock of its own, and all that its exchange told. */
class Story {
  readonly world: World;
  readonly events: ExchangeEvent[] = [];
  readonly openings: readonly Account[];
  readonly instruments: readonly Instrument[];
  readonly call: Instrument;
  now = morning;
  orderId = 0;

  constructor() {
    this.world = createWorld({
      seed: 7,
      accounts: accountCodes,
      clock: () => new Date(this.now),
      enforcePacing: false,
    });
    this.openings = this.world.accounts;
    this.world.exchange.onEvent((event) => this.events.push(event));
    const held = this.openings[0]?.holdings.find(({ instrument }) => instrument.right !== undefined)?.instrument;
    const [future] = futuresOn(this.world.today());
    if (!held || !future) throw new RangeError('no derivatives');
    this.call = held;
    this.instruments = [listed('AAPL'), listed('KO'), listed('SHEL'), listed('EUR.USD'), future, held];
  }

  last(instrument: Instrument): number {
    return quoteAt(this.world.model, instrument, this.now).last;
  }

  act(step: Step): void {
    const { exchange } = this.world;
    switch (step.kind) {
      case 'place':
        this.orderId += 1;
        exchange.place(
          { clientId: 1, orderId: this.orderId },
          step.draft.combo ? this.spread(step.draft) : this.single(step.draft),
          nothing,
        );
        break;
      case 'modify': {
        const order = exchange.open().find(({ owner }) => owner.orderId === step.which);
        if (order) exchange.place(order.owner, { ...order.terms, quantity: new Decimal(step.amount) }, order.wire);
        break;
      }
      case 'cancel':
        exchange.cancel({ clientId: 1, orderId: step.which });
        break;
      case 'fill': {
        const order = exchange.open()[step.which];
        if (!order) break;
        const increment = order.terms.legs[0].instrument.sizeIncrement;
        const part = order.remaining.mul(step.amount).div(100).div(increment).floor().mul(increment);
        if (part.gt(0)) exchange.scripts.fill(order.permId, part, this.last(order.terms.legs[0].instrument));
        break;
      }
      case 'correct': {
        const execution = exchange.executions().filter(({ isComboSummary }) => !isComboSummary)[step.which];
        if (execution) exchange.scripts.correct(execution.execId, cents(execution.price * (1 + step.amount / 1000)));
        break;
      }
      case 'exercise':
        exchange.exercise({
          owner: { clientId: 1, orderId: 999 },
          account: 'DU1',
          instrument: this.call,
          action: step.lapse ? 'lapse' : 'exercise',
          quantity: 1,
          override: true,
        });
        break;
      case 'advance':
        this.now += step.milliseconds;
        exchange.advance(this.now);
    }
  }

  single(given: Draft): OrderTerms {
    const instrument = this.instruments[given.instrument] ?? listed('AAPL');
    const last = this.last(instrument);
    const isExit = given.exitOf > 0 && given.exitOf < this.orderId;
    const byCash = given.byCash && instrument.secType === 'STK' && instrument.currency === 'USD';
    const units = instrument.secType === 'STK' ? given.quantity : Math.ceil(given.quantity / 100);
    const { side, type } = given;
    const near = this.tick(instrument, last * (1 + given.offset / 2000));
    return terms(instrument, {
      account: given.account,
      side,
      type,
      tif: 'GTC',
      quantity: byCash ? zero : new Decimal(instrument.secType === 'CASH' ? units * 25_000 : units),
      ...(byCash ? { cashQuantity: new Decimal(given.quantity * 10) } : {}),
      limitPrice: type === 'LMT' ? near : undefined,
      auxPrice: type === 'TRAIL' ? this.tick(instrument, last / 500) : near,
      parentId: isExit ? given.exitOf : 0,
      ocaGroup: given.group,
      ocaType: given.ocaType,
    });
  }

  /** Buys one call and sells another. */
  spread(given: Draft): OrderTerms {
    const [optionClass] = optionClasses;
    if (!optionClass) throw new RangeError('no options');
    const expiry = Math.floor(Date.parse(`${iso(this.call.expiry ?? '')}T00:00:00Z`) / 86_400_000);
    const strikes = strikesOf(optionClass, expiry, this.world.model);
    const at = strikes.indexOf(this.call.strike ?? 0);
    const short = optionOf(optionClass, expiry, strikes[at + 1] ?? 0, 'C');
    return terms(this.call, {
      account: given.account,
      combo: true,
      side: given.side,
      type: given.type === 'LMT' ? 'LMT' : 'MKT',
      limitPrice: given.side === 'BUY' ? 9 : 0.01,
      quantity: new Decimal(Math.ceil(given.quantity / 40)),
      legs: [
        { instrument: this.call, ratio: 1, side: 'BUY', exchange: 'SMART' },
        { instrument: short, ratio: 2, side: 'SELL', exchange: 'SMART' },
      ],
    });
  }

  tick({ secType }: Instrument, price: number): number {
    const step = secType === 'FUT' ? 4 : secType === 'CASH' ? 20_000 : secType === 'OPT' ? 10 : 100;
    return Math.max(1, Math.round(price * step)) / step;
  }
}

const cents = (price: number): number => Math.max(0.01, Math.round(price * 100) / 100);
const iso = (day: string): string => `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
const stem = ({ execId }: Execution): string => execId.slice(0, execId.lastIndexOf('.'));

/** Each execution as it was last reported. */
function latest(executions: readonly Execution[]): Execution[] {
  return [...new Map(executions.map((execution) => [stem(execution), execution])).values()];
}

/** What the books must say of an account that did this today, kept with nothing but what clients are told. */
function ledgerOf(opening: Account, executions: readonly Execution[]) {
  const cash = new Map(opening.cash);
  const positions = new Map(opening.holdings.map(({ instrument, quantity }) => [instrument.conId, quantity]));
  const move = (currency: string, amount: Decimal): void => {
    cash.set(currency, amount.plus(cash.get(currency) ?? 0));
  };
  for (const { account, instrument, side, quantity, price, commission, commissionCurrency } of executions) {
    if (account !== opening.id) continue;
    const signed = side === 'BUY' ? quantity : quantity.neg();
    positions.set(instrument.conId, signed.plus(positions.get(instrument.conId) ?? 0));
    move(commissionCurrency, commission.neg());
    if (instrument.secType === 'FUT') continue;
    move(instrument.currency, signed.mul(price).mul(pointValueOf(instrument)).neg());
    if (instrument.secType === 'CASH') move(instrument.symbol, signed);
  }
  return { cash, positions };
}

const plain = (amounts: ReadonlyMap<unknown, Decimal>): Record<string, string> =>
  Object.fromEntries(
    [...amounts]
      .filter(([, amount]) => !amount.isZero())
      .map(([key, amount]): [string, string] => [String(key), amount.toFixed(8)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

const heldBy = ({ holdings }: Account): ReadonlyMap<number, Decimal> =>
  new Map(holdings.map(({ instrument, quantity }) => [instrument.conId, quantity]));

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('the accounts, after whatever was done', () => {
  test('are what the executions make of them, to the last digit', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 14 }), (steps) => {
        const story = new Story();
        for (const next of steps.filter(({ kind }) => kind !== 'exercise')) story.act(next);
        const executions = latest(story.world.exchange.executions()).filter(({ isComboSummary }) => !isComboSummary);
        for (const opening of story.openings) {
          const account = story.world.book.account(opening.id) ?? opening;
          const ledger = ledgerOf(opening, executions);
          expect(plain(account.cash)).toEqual(plain(ledger.cash));
          expect(plain(heldBy(account))).toEqual(plain(ledger.positions));
          if (steps.some(({ kind }) => kind === 'correct')) continue;
          for (const { instrument, realizedToday } of [...account.holdings, ...account.closed]) {
            const told = executions.filter(
              (one) => one.account === account.id && one.instrument.conId === instrument.conId,
            );
            const sum = told.reduce((total, { realizedPnl }) => total.plus(realizedPnl ?? 0), zero);
            expect(realizedToday.toFixed(8)).toBe(sum.toFixed(8));
          }
        }
      }),
      { numRuns: 12 },
    );
  });

  test('realize what a corrected execution says', () => {
    const story = new Story();
    const { exchange, book } = story.world;
    const [aapl] = story.instruments;
    if (!aapl) throw new RangeError('not listed');
    exchange.place({ clientId: 1, orderId: 1 }, terms(aapl, { side: 'SELL', quantity: new Decimal(10) }), nothing);
    const [sale] = exchange.executions();
    exchange.scripts.correct(sale?.execId ?? '', (sale?.price ?? 0) + 1);
    const corrected = exchange.executions().at(-1);
    expect(corrected?.realizedPnl?.minus(sale?.realizedPnl ?? 0).toNumber()).toBe(10);
    const holding = book.account('DU1')?.holdings.find(({ instrument }) => instrument.conId === aapl.conId);
    expect(holding?.realizedToday.toFixed()).toBe(corrected?.realizedPnl?.toFixed());
  });

  test('go on after a restart as if there had been none, over nights and weekends', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), fc.nat({ max: 10 }), (steps, cut) => {
        const one = new Story();
        for (const next of steps.slice(0, cut)) one.act(next);
        const saved = asJson({ book: one.world.book.save(), exchange: one.world.exchange.save() }) as {
          book: unknown;
          exchange: unknown;
        };
        const other = new Story();
        other.now = one.now;
        other.orderId = one.orderId;
        other.world.book.restore(saved.book);
        other.world.exchange.restore(saved.exchange);
        for (const story of [one, other]) {
          for (const next of steps.slice(cut)) story.act(next);
          story.act({ kind: 'advance', milliseconds: 3 * 24 * hour });
        }
        expect(asJson(other.world.exchange.open())).toEqual(asJson(one.world.exchange.open()));
        expect(other.world.accounts.map((account) => plain(account.cash))).toEqual(
          one.world.accounts.map((account) => plain(account.cash)),
        );
        expect(asJson(other.world.accounts)).toEqual(asJson(one.world.accounts));
      }),
      { numRuns: 3 },
    );
  });
});
