import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { hour, listed, noon, terms } from '../../test/support/simulator/exchange.ts';
import { futuresOn } from '../../test/support/simulator/futures.ts';
import { createAccountBook } from '../accounts/account-book.ts';
import { borrowOf } from '../market/borrow.ts';
import { Catalogue } from '../market/catalogue.ts';
import { expiriesOn, optionClasses, optionOf, strikesOf } from '../market/derivatives.ts';
import { createSchedules } from '../market/exchanges.ts';
import type { Instrument } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { quoteAt } from '../market/quotes.ts';
import { dayNumber, Zone } from '../market/zone.ts';
import { createExchange } from './exchange.ts';
import type { ExchangeEvent, OrderTerms } from './model.ts';

const todayText = dayNumber('20261120');
const aapl = listed('AAPL');

/** An exchange with the simulator's own books. */
function desk(accounts: readonly string[] = ['DU1']) {
  const model = new PriceModel(7, createSchedules());
  const book = createAccountBook({ accounts, model, today: todayText });
  const clock = { now: noon };
  const events: ExchangeEvent[] = [];
  const exchange = createExchange({
    model,
    catalogue: new Catalogue(model),
    book,
    zone: new Zone('US/Eastern'),
    now: () => clock.now,
    seed: 7,
  });
  exchange.onEvent((event) => events.push(event));
  let orderId = 0;
  const place = (order: OrderTerms): void => {
    orderId += 1;
    exchange.place({ clientId: 1, orderId }, order, { values: {}, rows: {} });
  };
  const advance = (milliseconds: number): void => {
    clock.now += milliseconds;
    exchange.advance(clock.now);
  };
  const position = (account: string, instrument: Instrument): number =>
    book
      .account(account)
      ?.holdings.find((holding) => holding.instrument.conId === instrument.conId)
      ?.quantity.toNumber() ?? 0;
  const cash = (account = 'DU1'): number => book.account(account)?.cash.get('USD')?.toNumber() ?? 0;
  const codes = (): number[] => events.flatMap((event) => (event.type === 'error' ? [event.code] : []));
  return { model, book, exchange, clock, events, place, advance, position, cash, codes };
}

/** Options on AAPL that expire next, deep in and far out of the money. */
function options(model: PriceModel) {
  const [optionClass] = optionClasses;
  if (!optionClass) throw new RangeError('no options');
  const expiry = expiriesOn(optionClass, todayText + 1, model)[0] ?? 0;
  const strikes = strikesOf(optionClass, expiry, model);
  const option = (strike: number | undefined, right: 'C' | 'P') => optionOf(optionClass, expiry, strike ?? 0, right);
  return { inMoney: option(strikes[0], 'C'), outOfMoney: option(strikes[0], 'P'), expiry };
}

const one = (instrument: Instrument, changes: Partial<OrderTerms> = {}): OrderTerms =>
  terms(instrument, { quantity: new Decimal(1), tif: 'GTC', ...changes });

describe('with the books of the simulator', () => {
  test('a preview is what then happens to margin and commission', () => {
    const { exchange, place, book, clock } = desk();
    const preview = exchange.preview({ clientId: 1, orderId: 1 }, terms(aapl));
    place(terms(aapl));
    const after = book.margin('DU1', clock.now);
    expect(preview?.initialMarginAfter.toFixed(2)).toBe(after.initial.toFixed(2));
    expect(preview?.maintenanceMarginAfter.toFixed(2)).toBe(after.maintenance.toFixed(2));
    expect(preview?.equityWithLoanAfter.toFixed(2)).toBe(after.equityWithLoan.toFixed(2));
    expect(preview?.commission.toString()).toBe(exchange.executions()[0]?.commission.toString());
  });

  test('selling what was bought realizes a result, commission deducted', () => {
    const { exchange, place } = desk();
    place(terms(aapl, { side: 'SELL', quantity: new Decimal(10) }));
    expect(exchange.executions()[0]?.realizedPnl).toBeInstanceOf(Decimal);
  });

  test('options in the money deliver at their expiry, the others lapse', () => {
    const { model, place, position, advance, cash } = desk();
    const { inMoney, outOfMoney, expiry } = options(model);
    const shares = position('DU1', aapl);
    place(one(inMoney));
    place(one(outOfMoney));
    const before = cash();
    expect([position('DU1', inMoney), position('DU1', outOfMoney)]).toEqual([1, 1]);
    advance((expiry - todayText + 1) * 24 * hour);
    expect([position('DU1', inMoney), position('DU1', outOfMoney)]).toEqual([0, 0]);
    expect(position('DU1', aapl)).toBe(shares + 100);
    expect(cash()).toBeLessThan(before - 99 * (inMoney.strike ?? 0));
  });

  test('options are exercised on request, out of the money only when insisted on', () => {
    const { model, place, position, exchange, codes } = desk();
    const { inMoney, outOfMoney } = options(model);
    const shares = position('DU1', aapl);
    for (const instrument of [inMoney, outOfMoney]) {
      place(one(instrument));
      const owner = { clientId: 1, orderId: 500 };
      exchange.exercise({ owner, account: 'DU1', instrument, action: 'exercise', quantity: 1, override: false });
    }
    expect(position('DU1', aapl)).toBe(shares + 100);
    expect(codes()).toEqual([201]);
    const owner = { clientId: 1, orderId: 501 };
    exchange.exercise({ owner, account: 'DU1', instrument: outOfMoney, action: 'lapse', quantity: 1, override: false });
    expect(position('DU1', outOfMoney)).toBe(0);
    exchange.exercise({ owner, account: 'DU1', instrument: outOfMoney, action: 'lapse', quantity: 1, override: false });
    expect(codes()).toEqual([201, 201]);
  });

  test('a future settles when it expires', () => {
    const { place, position, advance } = desk();
    const [front] = futuresOn(todayText);
    if (!front) throw new RangeError('no futures');
    place(one(front, { exchange: front.primaryExchange }));
    expect(position('DU1', front)).toBe(1);
    advance((dayNumber(front.expiry ?? '') - todayText + 1) * 24 * hour);
    expect(position('DU1', front)).toBe(0);
  });

  test('an advisor’s order is divided evenly over the accounts', () => {
    const { place, exchange } = desk(['DF1', 'DU1', 'DU2', 'DU3']);
    place(terms(aapl, { account: 'DF1', faGroup: 'All', quantity: new Decimal(100) }));
    const parts = exchange.executions().map(({ account, quantity }) => [account, quantity.toNumber()]);
    expect(parts).toEqual([
      ['DU1', 34],
      ['DU2', 33],
      ['DU3', 33],
    ]);
  });

  test('shares that cannot be borrowed hold a short sale', () => {
    const { model, place, exchange, codes } = desk();
    const scarce = listings.find(
      (listing) =>
        listing.secType === 'STK' &&
        borrowOf(model, listing, noon).shares < 1 &&
        !['PINK', 'NSE'].includes(listing.primaryExchange),
    );
    if (!scarce) throw new RangeError('everything can be borrowed');
    place(one(scarce, { side: 'SELL', quantity: new Decimal(scarce.minSize) }));
    expect(codes()).toEqual([404]);
    expect(exchange.open()[0]).toMatchObject({ status: 'PreSubmitted', whyHeld: 'locate' });
  });

  test('coins are sold only as far as there are any', () => {
    const { place, exchange, codes } = desk();
    const coin = listings.find(({ secType }) => secType === 'CRYPTO');
    if (!coin) throw new RangeError('no coins are listed');
    place(one(coin, { quantity: new Decimal('0.02') }));
    place(one(coin, { side: 'SELL', quantity: new Decimal('0.03') }));
    expect([codes(), exchange.executions().length]).toEqual([[201], 1]);
    place(one(coin, { side: 'SELL', quantity: new Decimal('0.02') }));
    expect(exchange.executions()).toHaveLength(2);
  });

  test('every tradable listing takes a market order in its hours', () => {
    const { exchange, place, advance, model, clock } = desk(['DU1']);
    const tradable = listings.filter(({ secType, currency }) => secType === 'STK' && currency !== 'USD').slice(0, 6);
    for (const instrument of tradable) place(one(instrument, { quantity: new Decimal(instrument.minSize) }));
    advance(72 * hour + 16 * hour);
    for (const instrument of tradable) expect(quoteAt(model, instrument, clock.now).last).toBeGreaterThan(0);
    expect(exchange.open()).toEqual([]);
  });
});
