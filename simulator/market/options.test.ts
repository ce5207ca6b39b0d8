import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blackScholes, impliedVolatility } from '../../shared/options/black-scholes.ts';
import { expiriesOn, optionByConId, optionClasses, optionOf, strikesOf, underlyingOf } from './derivatives.ts';
import { createSchedules } from './exchanges.ts';
import { optionTerms } from './option-pricing.ts';
import { PriceModel } from './prices.ts';
import { lastPriceAt, quoteAt } from './quotes.ts';
import { dayNumber, dayOf } from './zone.ts';

const inputs = fc.record({
  spot: fc.double({ min: 50, max: 500, noNaN: true }),
  strike: fc.double({ min: 50, max: 500, noNaN: true }),
  years: fc.double({ min: 0.01, max: 2, noNaN: true }),
  volatility: fc.double({ min: 0.1, max: 1, noNaN: true }),
  rate: fc.constant(0.04),
});

describe('blackScholes', () => {
  it('matches a published example', () => {
    // Hull, Options, Futures, and Other Derivatives, example 15.6: c = 4.76, p = 0.81.
    const example = { spot: 42, strike: 40, rate: 0.1, volatility: 0.2, years: 0.5 };
    expect(blackScholes({ ...example, right: 'C' }).price).toBeCloseTo(4.76, 2);
    expect(blackScholes({ ...example, right: 'P' }).price).toBeCloseTo(0.81, 2);
  });

  it('keeps put-call parity', () => {
    fc.assert(
      fc.property(inputs, (option) => {
        const { spot, strike, rate, years } = option;
        const difference =
          blackScholes({ ...option, right: 'C' }).price - blackScholes({ ...option, right: 'P' }).price;
        expect(difference).toBeCloseTo(spot - strike * Math.exp(-rate * years), 6);
      }),
    );
  });

  it('has Greeks that are the derivatives of its price', () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom('C' as const, 'P' as const), (option, right) => {
        const at = (change: Partial<typeof option>) => blackScholes({ ...option, ...change, right });
        const { delta, gamma, vega, theta } = at({});
        const { spot, years, volatility } = option;
        // A step far below the width of the distribution: a fixed one is too coarse for a short, calm option.
        const h = 1e-3 * spot * volatility * Math.sqrt(years);
        expect((at({ spot: spot + h }).price - at({ spot: spot - h }).price) / (2 * h)).toBeCloseTo(delta, 4);
        expect((at({ spot: spot + h }).delta - at({ spot: spot - h }).delta) / (2 * h)).toBeCloseTo(gamma, 4);
        expect(
          (at({ volatility: volatility + 1e-5 }).price - at({ volatility: volatility - 1e-5 }).price) / 2e-3,
        ).toBeCloseTo(vega, 4);
        expect((at({ years: years - 1e-6 }).price - at({ years: years + 1e-6 }).price) / (2e-6 * 365)).toBeCloseTo(
          theta,
          3,
        );
      }),
    );
  });

  it('is undone by the implied volatility', () => {
    fc.assert(
      fc.property(inputs, fc.constantFrom('C' as const, 'P' as const), (option, right) => {
        const { price, vega } = blackScholes({ ...option, right });
        fc.pre(vega > 0.01);
        expect(impliedVolatility({ ...option, right }, price)).toBeCloseTo(option.volatility, 4);
      }),
    );
  });
});

describe('listed options', () => {
  const model = new PriceModel(1, createSchedules());
  const today = dayNumber('20261120');
  const noon = Date.parse('2026-11-20T17:00:00Z');
  const [apple, spx, spxw] = optionClasses as [
    (typeof optionClasses)[0],
    (typeof optionClasses)[0],
    (typeof optionClasses)[0],
  ];

  it('have weekly and monthly expiries on trading days, moved off holidays', () => {
    const expiries = expiriesOn(apple, today, model).map(dayOf);
    expect(expiries).toEqual(expect.arrayContaining(['20261127', '20261218', '20270115', '20280121']));
    // Christmas 2026 is a Friday.
    expect(expiries).toContain('20261224');
    expect(expiries).not.toContain('20261225');
    expect(expiriesOn(spx, today, model).map(dayOf)).toContain('20261218');
    expect(expiriesOn(spxw, today, model).map(dayOf)).toContain('20261123');
  });

  it('keep their strikes for life', () => {
    const expiry = dayNumber('20261218');
    for (let day = today - 60; day <= expiry; day += 7) {
      expect(expiriesOn(apple, day, model)).toContain(expiry);
    }
    expect(strikesOf(apple, expiry, model)).toEqual(strikesOf(apple, expiry, new PriceModel(1, createSchedules())));
  });

  it('have strikes around the price of every day of their lives, however far it has gone', () => {
    for (const optionClass of optionClasses) {
      for (let day = today; day < today + 120; day += 13) {
        for (const expiry of expiriesOn(optionClass, day, model)) {
          const spot = model.closeOf(
            underlyingOf(optionClass, expiry),
            model.schedule(optionClass.underlying).previous(day).day,
          );
          const strikes = strikesOf(optionClass, expiry, model);
          expect(strikes[0]).toBeLessThan(spot);
          expect(strikes.at(-1)).toBeGreaterThan(spot);
        }
      }
    }
  });

  it('are found by a contract id that fits 32 bits, and only if they exist', () => {
    for (const optionClass of optionClasses) {
      for (const expiry of expiriesOn(optionClass, today, model)) {
        const strikes = strikesOf(optionClass, expiry, model);
        for (const strike of [strikes[0], strikes.at(-1)] as number[]) {
          const option = optionOf(optionClass, expiry, strike, 'P');
          expect(option.conId).toBeLessThan(2 ** 31);
          expect(optionByConId(option.conId, today, model)).toEqual(option);
        }
        const outside = optionOf(optionClass, expiry, (strikes.at(-1) ?? 0) + optionClass.strikeUnit, 'C');
        expect(optionByConId(outside.conId, today, model)).toBeUndefined();
      }
    }
  });

  it('settled in the morning are not quoted on that day, and keep their last price', () => {
    const expiry = dayNumber('20261218');
    const [strike = 0] = strikesOf(spx, expiry, model).slice(20);
    const option = optionOf(spx, expiry, strike, 'C');
    const eve = quoteAt(model, option, Date.parse('2026-12-17T20:00:00Z'));
    expect(eve).toMatchObject({ open: true, bid: expect.any(Number) });
    const last = quoteAt(model, option, Date.parse('2026-12-17T22:00:00Z')).last;
    const day = quoteAt(model, option, Date.parse('2026-12-18T16:00:00Z'));
    expect(day).toMatchObject({ open: false, bidSize: 0, askSize: 0, last });
    expect(day).not.toHaveProperty('bid');
    expect(day).not.toHaveProperty('ask');
  });

  it('are worth what their terms say at the underlying’s price', () => {
    for (const strike of strikesOf(apple, dayNumber('20261218'), model)) {
      const option = optionOf(apple, dayNumber('20261218'), strike, 'C');
      const { price: spot } = lastPriceAt(model, apple.underlying, noon);
      const terms = optionTerms(option, today, model);
      expect(Math.abs(quoteAt(model, option, noon).last - terms.value(spot))).toBeLessThanOrEqual(0.025 + 1e-9);
      expect(terms.greeks(spot).price).toBeCloseTo(terms.value(spot), 10);
    }
  });
});
