import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { futuresOn } from '../../test/support/simulator/futures.ts';
import { optionClasses, optionOf } from '../market/derivatives.ts';
import { createSchedules } from '../market/exchanges.ts';
import type { Instrument } from '../market/instruments.ts';
import { aapl, listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { dayNumber } from '../market/zone.ts';
import type { Account } from './account.ts';
import { createAccountBook } from './account-book.ts';
import type { AccountBook, Trade } from './book.ts';
import { pointValue, settlementOf } from './kinds.ts';
import { valueAccount } from './valuation.ts';

const paper = 'DU1';
const today = dayNumber('20261120');
const noon = Date.parse('2026-11-20T17:00:00Z');
const model = new PriceModel(1, createSchedules());
const listed = (symbol: string, currency: string): Instrument => {
  const found = listings.find((listing) => listing.symbol === symbol && listing.currency === currency);
  if (!found) throw new Error(`${symbol}.${currency} is not listed`);
  return found;
};
/** A listing in the dress of another kind, with a contract id of its own. */
const dressed = (secType: string, conId: number, rest: Partial<Instrument> = {}): Instrument =>
  ({ ...aapl, ...rest, secType, conId }) as Instrument;

const [optionClass] = optionClasses;
const option = (right: 'C' | 'P'): Instrument => {
  if (!optionClass) throw new Error('no options are listed');
  return optionOf(optionClass, dayNumber('20270115'), 250, right);
};
const future = futuresOn(today).at(-1) as Instrument;
const instruments: readonly Instrument[] = [
  aapl,
  listed('KO', 'USD'),
  listed('SHEL', 'GBP'),
  listed('SAP', 'EUR'),
  listed('EUR', 'USD'),
  listed('USD', 'JPY'),
  option('C'),
  option('P'),
  future,
  dressed('CFD', 901),
  dressed('CRYPTO', 902),
  dressed('FUND', 903),
  dressed('BOND', 904),
  dressed('CMDTY', 905),
];

interface Step {
  readonly instrument: Instrument;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: number;
  readonly commission: string;
}

const aStep: fc.Arbitrary<Step> = fc.record({
  instrument: fc.constantFrom(...instruments),
  side: fc.constantFrom('BUY', 'SELL'),
  quantity: fc.oneof(
    fc.integer({ min: 1, max: 500 }).map(String),
    fc.integer({ min: 1, max: 9_999_999 }).map((units) => new Decimal(units).div(10_000).toFixed()),
  ),
  price: fc.integer({ min: 1, max: 2_000_000 }).map((ticks) => ticks / 200),
  commission: fc.integer({ min: 0, max: 200_000 }).map((units) => new Decimal(units).div(10_000).toFixed()),
});
const steps = fc.array(aStep, { maxLength: 25 });

let executions = 0;
const tradeOf = ({ instrument, side, quantity, price, commission }: Step): Trade => {
  executions += 1;
  return {
    execId: `0000e0d5.${executions}.01.01`,
    account: paper,
    instrument,
    side,
    quantity: new Decimal(quantity),
    price,
    commission: new Decimal(commission),
    time: noon,
  };
};

const bookFor = (accounts = [paper]): AccountBook => createAccountBook({ accounts, model, today });
const account = (book: AccountBook): Account => {
  const found = book.account(paper);
  if (!found) throw new Error('the account is gone');
  return found;
};
const signed = ({ side, quantity }: Trade): Decimal => (side === 'BUY' ? quantity : quantity.neg());
const worthOf = (trade: Trade): Decimal => signed(trade).mul(pointValue(trade.instrument)).mul(trade.price);
const cashOf = ({ cash }: Account, currency: string): Decimal => cash.get(currency) ?? new Decimal(0);
const everything = ({ cash, holdings, closed, ...rest }: Account) => ({
  ...rest,
  cash: [...cash].filter(([, amount]) => !amount.isZero()).sort(),
  holdings: [...holdings].sort((a, b) => a.instrument.conId - b.instrument.conId),
  closed: [...closed].sort((a, b) => a.instrument.conId - b.instrument.conId),
});

describe('an account', () => {
  it('has the cash and the positions that its trades add up to, whatever is traded', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const book = bookFor();
        const before = account(book);
        const trades = taken.map(tradeOf);
        for (const trade of trades) book.book(trade);
        const after = account(book);
        for (const currency of ['USD', 'EUR', 'GBP', 'JPY']) {
          const moved = trades.map((trade) => {
            const own = trade.instrument.currency === currency;
            const settlement = settlementOf(trade.instrument);
            if (settlement === 'exchanged' && trade.instrument.symbol === currency) return signed(trade);
            if (!own) return new Decimal(0);
            return (settlement === 'paid' || settlement === 'exchanged' ? worthOf(trade).neg() : new Decimal(0)).minus(
              trade.commission,
            );
          });
          const settledByClosing = after.holdings
            .concat(after.closed)
            .filter(({ instrument }) => settlementOf(instrument) === 'closing' && instrument.currency === currency)
            .map(({ instrument, unsettled }) => {
              const paid = trades.filter((trade) => trade.instrument === instrument).map(worthOf);
              return unsettled.minus(Decimal.sum(0, ...paid));
            });
          const expected = Decimal.sum(cashOf(before, currency), ...moved, ...settledByClosing);
          expect(cashOf(after, currency).minus(expected).abs().toNumber()).toBeLessThan(1e-6);
        }
        for (const { instrument, quantity } of after.holdings) {
          const bought = trades.filter((trade) => trade.instrument.conId === instrument.conId).map(signed);
          const held = before.holdings.find((holding) => holding.instrument.conId === instrument.conId)?.quantity ?? 0;
          expect(quantity).toEqual(Decimal.sum(held, ...bought));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has realized and not yet realized what its trades have brought in, exactly', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 100_000 }), (taken, finalPrice) => {
        const book = bookFor();
        const before = account(book);
        const trades = taken.map(tradeOf);
        const realized = new Map<number, Decimal>();
        for (const trade of trades) {
          const { conId } = trade.instrument;
          realized.set(conId, (realized.get(conId) ?? new Decimal(0)).plus(book.book(trade) ?? 0));
        }
        const after = account(book);
        for (const instrument of new Set(trades.map((trade) => trade.instrument))) {
          const own = trades.filter((trade) => trade.instrument === instrument);
          const old = before.holdings.find((holding) => holding.instrument.conId === instrument.conId);
          const now = [...after.holdings, ...after.closed].find(
            (holding) => holding.instrument.conId === instrument.conId,
          );
          if (!now) throw new Error('a traded position is gone');
          const worth = now.quantity.mul(pointValue(instrument)).mul(finalPrice);
          const unrealized = worth.minus(now.cost);
          const paid = Decimal.sum(old?.cost ?? 0, ...own.map((trade) => worthOf(trade).plus(trade.commission)));
          expect((realized.get(instrument.conId) ?? new Decimal(0)).plus(unrealized)).toEqual(worth.minus(paid));
          expect(now.realizedToday).toEqual(realized.get(instrument.conId));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('stands the same in whatever order different instruments were traded', () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (taken, keys) => {
        const trades = taken.map(tradeOf);
        const queues = [...Map.groupBy(trades, ({ instrument }) => instrument.conId).values()].map((own) => [...own]);
        const shuffled: Trade[] = [];
        while (queues.some((queue) => queue.length > 0)) {
          const waiting = queues.filter((queue) => queue.length > 0);
          const next = waiting[(keys.next().value ?? 0) % waiting.length]?.shift();
          if (next) shuffled.push(next);
        }
        const [one, other] = [bookFor(), bookFor()];
        for (const trade of trades) one.book(trade);
        for (const trade of shuffled) other.book(trade);
        expect(everything(account(other))).toEqual(everything(account(one)));
      }),
      { numRuns: 40 },
    );
  });

  it('needs after a trade just the margin that was said before', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 8 }), (taken) => {
        const book = bookFor();
        const trades = taken.map(tradeOf);
        const before = book.margin(paper, noon);
        const said = book.marginWith(paper, trades, noon);
        expect(book.margin(paper, noon)).toEqual(before);
        for (const trade of trades) book.book(trade);
        expect(book.margin(paper, noon)).toEqual(said);
        expect(said.availableFunds).toEqual(said.equityWithLoan.minus(said.initial));
        expect(said.excessLiquidity).toEqual(said.equityWithLoan.minus(said.maintenance));
        expect(said.initial.gte(said.maintenance)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it('is worth the sum of its parts, and has gained today what its value has changed by', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 10 }), (taken) => {
        const book = bookFor();
        const tradable = taken.filter(({ instrument }) => settlementOf(instrument) !== 'exchanged');
        const before = valueAccount(model, account(book), noon);
        for (const step of tradable) book.book(tradeOf(step));
        const after = valueAccount(model, account(book), noon);
        const { base } = after;
        expect(base.netLiquidation).toEqual(
          Decimal.sum(base.cash, base.futuresPnl, ...Object.values(base.values), base.accruedInterest),
        );
        // Without currencies exchanged, value and profit change alike; each part is rounded to the cent.
        const gained = after.daily.minus(before.daily);
        const grown = base.netLiquidation.minus(before.base.netLiquidation);
        expect(gained.minus(grown).abs().toNumber()).toBeLessThan(0.3);
      }),
      { numRuns: 25 },
    );
  });
});

describe('a position', () => {
  const bought = (side: 'BUY' | 'SELL', quantity: string, price: number, instrument = listed('NVDA', 'USD')): Trade =>
    tradeOf({ instrument, side, quantity, price, commission: '1' });
  const held = (book: AccountBook, symbol = 'NVDA') => {
    const { holdings, closed } = account(book);
    const found = [...holdings, ...closed].find(({ instrument }) => instrument.symbol === symbol);
    return [found?.quantity.toNumber(), found?.averageCost.toNumber()];
  };

  it('costs on average what was paid for it, commission included, and keeps its cost while it is reduced', () => {
    const book = bookFor();
    expect(book.book(bought('BUY', '10', 100))).toBeUndefined();
    expect(held(book)).toEqual([10, 100.1]);
    book.book(bought('BUY', '10', 110));
    expect(held(book)).toEqual([20, 105.1]);
    expect(book.book(bought('SELL', '5', 120))?.toNumber()).toBe(5 * 120 - 1 - 5 * 105.1);
    expect(held(book)).toEqual([15, 105.1]);
    expect(book.book(bought('SELL', '15', 100))?.toNumber()).toBe(15 * 100 - 1 - 15 * 105.1);
    expect(held(book)).toEqual([0, 0]);
  });

  it('that goes through zero realizes what it closed and costs what it opened', () => {
    const book = bookFor();
    book.book(bought('BUY', '10', 100));
    expect(book.book(bought('SELL', '40', 110))?.toNumber()).toBe(1100 - 1001 - 0.25);
    expect(held(book)).toEqual([-30, 109.975]);
    expect(book.book(bought('BUY', '30', 100))?.toNumber()).toBe(30 * 9.975 - 1);
  });

  it('in a currency pair moves two balances and has a cost of its own', () => {
    const book = bookFor();
    const before = account(book);
    book.book(bought('BUY', '10000', 1.2, listed('EUR', 'USD')));
    const after = account(book);
    expect(cashOf(after, 'EUR').minus(cashOf(before, 'EUR')).toNumber()).toBe(10_000);
    expect(cashOf(after, 'USD').minus(cashOf(before, 'USD')).toNumber()).toBe(-12_001);
    expect(held(book, 'EUR')).toEqual([10_000, 1.2001]);
    const [one, other] = [before, after].map((state) => valueAccount(model, state, noon).base.values);
    expect(other).toEqual(one);
  });
});

const aHistory = fc.array(
  fc.oneof({ weight: 5, arbitrary: aStep }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) }),
  { maxLength: 15 },
);

/** Plays trades, and days that end, and gives back the ids of the trades. */
function play(book: AccountBook, history: readonly (Step | number)[], price?: (index: number) => number): string[] {
  let day = today - 1;
  const ids: string[] = [];
  for (const [index, event] of history.entries()) {
    if (typeof event === 'number') {
      day += event;
      book.rollDay(day);
      continue;
    }
    const execId = `e${index}`;
    book.book({ ...tradeOf(event), execId, price: price?.(index) ?? event.price });
    ids.push(execId);
  }
  return ids;
}

describe('the books', () => {
  it('are after a correction as if the price had always been right', () => {
    fc.assert(
      fc.property(aHistory, fc.nat(), fc.integer({ min: 1, max: 5000 }), (history, choice, price) => {
        const [corrected, right] = [bookFor(), bookFor()];
        const ids = play(corrected, history);
        const id = ids[choice % Math.max(1, ids.length)];
        if (id === undefined) return;
        corrected.correct(id, price);
        play(right, history, (index) => {
          const event = history[index];
          return `e${index}` === id || typeof event !== 'object' ? price : event.price;
        });
        expect(account(corrected)).toEqual(account(right));
      }),
      { numRuns: 25 },
    );
  });

  it('are restored as they were saved', () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        const [saved, restored] = [bookFor([paper, 'DU2']), bookFor(['U9'])];
        play(saved, history);
        restored.restore(JSON.parse(JSON.stringify(saved.save())));
        expect(JSON.stringify(restored.accounts.map(everything))).toBe(JSON.stringify(saved.accounts.map(everything)));
        expect(restored.save()).toEqual(JSON.parse(JSON.stringify(saved.save())));
      }),
      { numRuns: 25 },
    );
  });

  it('lose and gain nothing when a day ends', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 10 }), (taken) => {
        const book = bookFor();
        for (const step of taken) book.book(tradeOf(step));
        const before = account(book);
        const midnight = Date.parse('2026-11-21T05:00:00Z');
        const valued = valueAccount(model, before, midnight).base;
        book.rollDay(today);
        const after = account(book);
        const now = valueAccount(model, after, midnight).base;
        expect(
          now.netLiquidation.minus(now.accruedInterest).minus(valued.netLiquidation).abs().toNumber(),
        ).toBeLessThan(0.05);
        expect(after.closed).toEqual([]);
        expect(after.holdings.every(({ realizedToday }) => realizedToday.isZero())).toBe(true);
        book.rollDay(today);
        expect(account(book)).toEqual(after);
      }),
      { numRuns: 25 },
    );
  });

  it('refuse a trade twice, a stranger, and a correction of nothing', () => {
    const book = bookFor();
    const trade = tradeOf({ instrument: aapl, side: 'BUY', quantity: '1', price: 1, commission: '0' });
    book.book(trade);
    expect(() => book.book(trade)).toThrow(RangeError);
    expect(() => book.book({ ...trade, execId: 'x', account: 'DU7' })).toThrow(RangeError);
    expect(() => book.correct('y', 1)).toThrow(RangeError);
    expect(() => book.restore({ entries: 'none' })).toThrow();
  });

  it('tell of every change', () => {
    const book = bookFor();
    const told: (string | undefined)[] = [];
    book.onChange(({ id }, instrument) => told.push(`${id} ${instrument?.symbol}`));
    const trade = tradeOf({ instrument: aapl, side: 'SELL', quantity: '100', price: 250, commission: '1' });
    book.book(trade);
    book.correct(trade.execId, 251);
    book.rollDay(today);
    expect(told).toEqual(['DU1 AAPL', 'DU1 AAPL', 'DU1 undefined']);
  });
});
