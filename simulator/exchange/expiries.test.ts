import { Decimal } from 'decimal.js';
import { describe, expect, test } from 'vitest';
import { hour, listed, noon, terms } from '../../test/support/simulator/exchange.ts';
import type { Holding } from '../accounts/account.ts';
import { bonds } from '../market/bonds.ts';
import { expiriesOn, optionClasses, optionOf, strikesOf } from '../market/derivatives.ts';
import type { Instrument } from '../market/instruments.ts';
import { quoteAt } from '../market/quotes.ts';
import type { Side } from '../market/side.ts';
import { dayNumber, dayOf } from '../market/zone.ts';
import { createWorld } from '../world/world.ts';
import type { ExchangeEvent } from './model.ts';

const aapl = listed('AAPL');
const day = 24 * hour;

/** A world in which one account trades. */
function worldAt(at: number) {
  const clock = { now: at };
  const world = createWorld({ seed: 7, accounts: ['DU1'], clock: () => new Date(clock.now), enforcePacing: false });
  const events: ExchangeEvent[] = [];
  world.exchange.onEvent((event) => events.push(event));
  let orderId = 0;
  return {
    world,
    events,
    trade(instrument: Instrument, side: Side, quantity: number): void {
      orderId += 1;
      const order = terms(instrument, { side, quantity: new Decimal(quantity), tif: 'GTC' });
      world.exchange.place({ clientId: 1, orderId }, order, { values: {}, rows: {} });
    },
    exercise(instrument: Instrument, quantity: number): void {
      const owner = { clientId: 1, orderId: 900 };
      const request = { owner, account: 'DU1', instrument, quantity, override: true };
      world.exchange.exercise({ ...request, action: 'exercise' });
    },
    advanceTo(instant: number): void {
      clock.now = instant;
      world.exchange.advance(instant);
    },
    holding: (instrument: Instrument): Holding | undefined =>
      [...world.book.accounts]
        .flatMap(({ holdings, closed }) => [...holdings, ...closed])
        .find((holding) => holding.instrument.conId === instrument.conId),
    cash: (): Decimal => world.book.account('DU1')?.cash.get('USD') ?? new Decimal(0),
  };
}

/** The option on AAPL that expires next with the strike at this place in their list. */
function optionAt(desk: ReturnType<typeof worldAt>, place: number, right: 'C' | 'P'): Instrument {
  const [optionClass] = optionClasses;
  if (!optionClass) throw new RangeError('no options');
  const { model } = desk.world;
  const expiry = expiriesOn(optionClass, desk.world.today() + 1, model)[0] ?? 0;
  return optionOf(optionClass, expiry, strikesOf(optionClass, expiry, model).at(place) ?? 0, right);
}

describe('exercising options', () => {
  test('moves what a call has cost into what its shares cost', () => {
    const desk = worldAt(noon);
    const call = optionAt(desk, 0, 'C');
    desk.trade(call, 'BUY', 2);
    const premium = desk.holding(call)?.cost.div(2) ?? new Decimal(0);
    const before = desk.holding(aapl)?.cost ?? new Decimal(0);
    const cash = desk.cash();
    desk.exercise(call, 1);
    expect(desk.holding(aapl)?.cost.minus(before).toFixed()).toBe(premium.plus(100 * (call.strike ?? 0)).toFixed());
    expect(desk.holding(call)).toMatchObject({ realizedToday: new Decimal(0) });
    expect(cash.minus(desk.cash()).toNumber()).toBe(100 * (call.strike ?? 0));
  });

  test('takes what a put has cost from what its shares bring', () => {
    const desk = worldAt(noon);
    const put = optionAt(desk, -1, 'P');
    desk.trade(put, 'BUY', 1);
    const premium = desk.holding(put)?.cost ?? new Decimal(0);
    const cost = desk.holding(aapl)?.cost ?? new Decimal(0);
    desk.exercise(put, 1);
    const gain = new Decimal(100 * (put.strike ?? 0)).minus(premium).minus(cost);
    expect(desk.holding(aapl)?.realizedToday.toFixed()).toBe(gain.toFixed());
    expect(desk.holding(put)?.realizedToday.toNumber()).toBe(0);
  });

  test('books the same after it was saved, and after a correction of what came before', () => {
    const desk = worldAt(noon);
    const call = optionAt(desk, 0, 'C');
    desk.trade(call, 'BUY', 1);
    desk.exercise(call, 1);
    const [bought] = desk.world.exchange.executions();
    desk.world.exchange.scripts.correct(bought?.execId ?? '', (bought?.price ?? 0) + 1);
    expect(desk.holding(call)?.realizedToday.toNumber()).toBe(0);
    const other = worldAt(noon);
    other.world.book.restore(JSON.parse(JSON.stringify(desk.world.book.save())));
    expect(other.holding(aapl)).toEqual(desk.holding(aapl));
  });
});

describe('at the end of a contract', () => {
  test('options settled in the morning are worth what the index opened at', () => {
    const desk = worldAt(noon);
    const morning = optionClasses.find(({ settledInTheMorning }) => settledInTheMorning);
    if (!morning) throw new RangeError('no options are settled in the morning');
    const { model } = desk.world;
    const expiry = expiriesOn(morning, desk.world.today() + 1, model)[0] ?? 0;
    const index = morning.underlying;
    const spot = quoteAt(model, index, noon).last;
    const strike = strikesOf(morning, expiry, model).findLast((candidate) => candidate < spot - 100) ?? 0;
    const call = optionOf(morning, expiry, strike, 'C');
    desk.trade(call, 'BUY', 1);
    const days = expiry - desk.world.today();
    desk.advanceTo(noon + days * day);
    desk.trade(call, 'SELL', 1);
    expect(desk.events.at(-1)).toMatchObject({ type: 'error', code: 201 });
    const cash = desk.cash();
    const opening =
      model
        .schedule(index)
        .previous(expiry)
        .segments.find(({ regular }) => regular)?.start ?? 0;
    const open = quoteAt(model, index, opening + 60_000).dayOpen;
    desk.advanceTo(noon + (days + 1) * day);
    expect(desk.holding(call)).toBeUndefined();
    expect(desk.cash().minus(cash).toNumber()).toBeCloseTo(100 * (open - strike), 2);
    expect(Math.abs(open - model.closeOf(index, expiry))).toBeGreaterThan(1);
  });

  test('bonds are paid back with their last coupon', () => {
    const bond = bonds.find(({ bond: of }) => of?.maturity === '20280921') ?? bonds[0];
    const maturity = dayNumber(bond?.bond?.maturity ?? '');
    if (!bond) throw new RangeError('no bonds');
    const desk = worldAt(Date.parse('2028-09-18T17:00:00Z'));
    desk.trade(bond, 'BUY', 10);
    const cash = desk.cash();
    expect(dayOf(maturity)).toBe('20280921');
    desk.advanceTo(Date.parse('2028-09-23T17:00:00Z'));
    expect(desk.holding(bond)).toBeUndefined();
    const coupon = (10 * 1000 * (bond.bond?.coupon ?? 0)) / 200;
    expect(desk.cash().minus(cash).toNumber()).toBeCloseTo(10_000 + coupon, 2);
    desk.trade(bond, 'BUY', 1);
    expect(desk.events.at(-1)).toMatchObject({ type: 'error', code: 201 });
  });
});
