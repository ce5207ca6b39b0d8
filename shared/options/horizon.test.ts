import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blackScholes } from './black-scholes.ts';
import { type HorizonLeg, horizonPayoff, profitAtHorizon, type Remaining } from './horizon.ts';
import { payoffOf, profitAtExpiry } from './payoff.ts';

const month: Remaining = { years: 30 / 365, volatility: 0.25, rate: 0.04 };
const option = (
  kind: 'C' | 'P',
  strike: number,
  units: number,
  premium: number,
  remaining?: Remaining,
): HorizonLeg => ({
  kind,
  strike,
  units,
  premium,
  ...(remaining ? { remaining } : {}),
});

const cents = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((value) => value / 100);
const right = fc.constantFrom('C' as const, 'P' as const);
const strike = fc.integer({ min: 40, max: 240 }).map((step) => step / 2);
const units = fc
  .integer({ min: -5, max: 5 })
  .filter((lots) => lots !== 0)
  .map((lots) => lots * 100);
const ending = fc.record({ kind: right, strike, units, premium: cents(50) });
const held = fc.record({
  kind: fc.constant('underlying' as const),
  strike: fc.constant(0),
  units,
  premium: cents(200),
});
const remaining: fc.Arbitrary<Remaining> = fc
  .record({
    years: fc.integer({ min: 1, max: 730 }).map((days) => days / 365),
    volatility: fc.double({ min: 0.05, max: 1.5, noNaN: true }),
    rate: fc.double({ min: -0.01, max: 0.1, noNaN: true }),
    future: fc.boolean(),
  })
  .map(({ future, ...rest }) => ({ ...rest, yield: future ? rest.rate : 0 }));
const living = fc.record({ kind: right, strike, units, premium: cents(50), remaining });
const mixed: fc.Arbitrary<HorizonLeg[]> = fc
  .tuple(
    fc.array(living, { minLength: 1, maxLength: 3 }),
    fc.array(fc.oneof<fc.Arbitrary<HorizonLeg>[]>(ending, held), { maxLength: 3 }),
  )
  .map(([living, ending]) => [...living, ...ending]);
const price = fc.oneof(cents(300), fc.integer({ min: 0, max: 1e6 }));

/** What the search may miss: a hundred-millionth of what the strikes are worth. */
const near = (legs: readonly HorizonLeg[]) =>
  2e-8 * legs.reduce((sum, leg) => sum + Math.abs(leg.units) * (leg.strike + leg.premium), 1);
const times = (legs: readonly HorizonLeg[], factor: number) =>
  legs.map((leg) => ({ ...leg, units: leg.units * factor }));

describe('well-known strategies', () => {
  it('a long calendar gains most at its strike, and loses no more than was paid and interest', () => {
    const legs = [option('C', 100, -100, 3), option('C', 100, 100, 5, month)];
    const { cost, maxProfit = Number.NaN, maxLoss = Number.NaN, breakEvens } = horizonPayoff(legs);
    const atStrike = blackScholes({ ...month, spot: 100, strike: 100, right: 'C' }).price;
    expect(cost).toBe(200);
    expect(maxProfit).toBeCloseTo(100 * atStrike - 200, 9);
    expect(maxLoss).toBeCloseTo(-200, 6);
    expect(breakEvens).toHaveLength(2);
    const [low = 0, high = 0] = breakEvens;
    expect([low < 100, high > 100]).toEqual([true, true]);
  });

  it('a short calendar gains and loses the other way about, and neither without a limit', () => {
    const long = [option('P', 100, -100, 3), option('P', 100, 100, 5, month)];
    const [there, back] = [horizonPayoff(long), horizonPayoff(times(long, -1))];
    expect(back.maxLoss).toBeCloseTo(-(there.maxProfit ?? Number.NaN), 6);
    expect(back.maxProfit).toBeCloseTo(-(there.maxLoss ?? Number.NaN), 6);
    expect(back.breakEvens).toEqual(there.breakEvens);
  });

  it('a far call that is short alone above has no limit to its loss', () => {
    const legs = [option('C', 100, 100, 3), option('C', 110, -200, 2, month)];
    expect(horizonPayoff(legs).maxLoss).toBeUndefined();
    expect(horizonPayoff(times(legs, -1)).maxProfit).toBeUndefined();
  });

  it('a diagonal gains most at the strike that ends, or far above', () => {
    const { maxProfit, maxLoss } = horizonPayoff([option('C', 110, -100, 1.5), option('C', 95, 100, 8, month)]);
    const at = (spot: number) => 100 * blackScholes({ ...month, spot, strike: 95, right: 'C' }).price - 650;
    const far = 100 * (110 - 95 * Math.exp(-month.rate * month.years)) - 650;
    expect(maxProfit).toBeCloseTo(Math.max(at(110), far), 6);
    expect(maxLoss).toBeCloseTo(-650, 6);
  });

  it('an extreme between two strikes is found where nothing bends', () => {
    const other = { ...month, years: 60 / 365 };
    const legs = [option('C', 100, 100, 0, month), option('C', 110, -200, 0, other), option('C', 120, 100, 0, month)];
    const { maxLoss = Number.NaN } = horizonPayoff(legs);
    const sampled = Array.from({ length: 1_000 }, (_, step) => profitAtHorizon(legs, 50 + step / 10));
    expect(maxLoss).toBeCloseTo(Math.min(...sampled), 2);
    expect(maxLoss).toBeLessThanOrEqual(Math.min(...sampled) + near(legs));
  });

  it('what cancels itself is what it cost, everywhere', () => {
    const legs = [option('C', 100, 100, 3, month), option('C', 100, -100, 2, month)];
    const { maxProfit, maxLoss, breakEvens } = horizonPayoff(legs);
    expect([maxProfit, maxLoss]).toEqual([expect.closeTo(-100, 9), expect.closeTo(-100, 9)]);
    expect(breakEvens).toEqual([]);
  });

  it('terms beyond all sense still have an answer', () => {
    const wild = { years: 70, volatility: 10, rate: 0.04 };
    const still = { years: 1 / 365, volatility: 1e-9, rate: 0 };
    const legs = [option('C', 100, 100, 3), option('P', 90, -100, 2, wild), option('C', 80, -100, 2, still)];
    const { maxProfit, maxLoss } = horizonPayoff(legs);
    expect([Number.isFinite(maxProfit), Number.isFinite(maxLoss)]).toEqual([true, true]);
  });
});

describe('any strategy', () => {
  it('whose options end together has the closed form', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof<fc.Arbitrary<HorizonLeg>[]>(ending, held), { minLength: 1, maxLength: 6 }),
        price,
        (legs, at) => {
          expect(horizonPayoff(legs)).toEqual(payoffOf(legs));
          expect(profitAtHorizon(legs, at)).toBe(profitAtExpiry(legs, at));
        },
      ),
    );
  });

  it('has nearly the closed form when its options outlive it by a moment', () => {
    const moment = { years: 1e-14, volatility: 0.1, rate: 0 };
    fc.assert(
      fc.property(fc.array(ending, { minLength: 1, maxLength: 5 }), price, (legs, at) => {
        const [found, exact] = [horizonPayoff(legs.map((leg) => ({ ...leg, remaining: moment }))), payoffOf(legs)];
        const within = 0.01;
        expect(found.cost).toBe(exact.cost);
        for (const limit of ['maxProfit', 'maxLoss'] as const) {
          if (exact[limit] === undefined) expect(found[limit]).toBeUndefined();
          else expect(Math.abs((found[limit] ?? Number.NaN) - exact[limit])).toBeLessThan(within);
        }
        const profit = profitAtHorizon(
          legs.map((leg) => ({ ...leg, remaining: moment })),
          at,
        );
        expect(Math.abs(profit - profitAtExpiry(legs, at))).toBeLessThan(within);
        // A result that only touches nothing is none or two of the model's.
        const touches = legs.some(({ strike }) => Math.abs(profitAtExpiry(legs, strike)) < within);
        if (touches || Math.abs(profitAtExpiry(legs, 0)) < within) return;
        expect(found.breakEvens).toHaveLength(exact.breakEvens.length);
        for (const [index, expected] of exact.breakEvens.entries()) {
          expect(Math.abs((found.breakEvens[index] ?? Number.NaN) - expected)).toBeLessThan(within);
        }
      }),
    );
  });

  it('is its legs’ worth less its cost, and within its limits', () => {
    fc.assert(
      fc.property(mixed, price, (legs, at) => {
        const { cost, maxProfit, maxLoss } = horizonPayoff(legs);
        const spot = at;
        const worth = legs.map(({ kind, strike, units, remaining }) => {
          if (kind === 'underlying') return units * spot;
          if (remaining && spot > 0) return units * blackScholes({ ...remaining, spot, strike, right: kind }).price;
          const exercised = Math.max(0, kind === 'C' ? spot - strike : strike - spot);
          return units * exercised * (remaining ? Math.exp(-remaining.rate * remaining.years) : 1);
        });
        const profit = profitAtHorizon(legs, at);
        const sum = worth.reduce((sum, each) => sum + each, 0) - cost;
        expect(Math.abs(profit - sum)).toBeLessThan(near(legs) * (1 + at / 100));
        expect(profit).toBeLessThanOrEqual((maxProfit ?? Number.POSITIVE_INFINITY) + near(legs));
        expect(profit).toBeGreaterThanOrEqual((maxLoss ?? Number.NEGATIVE_INFINITY) - near(legs));
      }),
    );
  });

  it('without a limit grows past any amount', () => {
    fc.assert(
      fc.property(mixed, (legs) => {
        const { maxProfit, maxLoss } = horizonPayoff(legs);
        const [far, farther] = [profitAtHorizon(legs, 1e9), profitAtHorizon(legs, 2e9)];
        if (maxProfit === undefined) expect(farther).toBeGreaterThan(far);
        if (maxLoss === undefined) expect(farther).toBeLessThan(far);
        expect(maxProfit === undefined && maxLoss === undefined).toBe(false);
      }),
    );
  });

  it('is nothing at its break-evens, and keeps its sign between them', () => {
    fc.assert(
      fc.property(mixed, price, price, (legs, one, other) => {
        const { breakEvens } = horizonPayoff(legs);
        const size = near(legs) + legs.reduce((sum, { units }) => sum + Math.abs(units), 0) * 1e-6;
        for (const at of breakEvens) expect(Math.abs(profitAtHorizon(legs, at))).toBeLessThan(size * (1 + at / 100));
        expect(breakEvens).toEqual(breakEvens.toSorted((a, b) => a - b));
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const results = [low, high].map((at) => profitAtHorizon(legs, at));
        const apart = breakEvens.some((at) => at >= low - 1e-6 && at <= high + 1e-6);
        const small = results.some((result) => Math.abs(result) < near(legs));
        if (!apart && !small) expect(Math.sign(results[0] ?? 0)).toBe(Math.sign(results[1] ?? 0));
      }),
    );
  });

  it('scales with its quantities', () => {
    fc.assert(
      fc.property(mixed, fc.constantFrom(2, 8, 0.5), (legs, factor) => {
        const [one, scaled] = [horizonPayoff(legs), horizonPayoff(times(legs, factor))];
        expect(scaled.cost).toBeCloseTo(one.cost * factor, 6);
        expect(scaled.breakEvens).toEqual(one.breakEvens);
        for (const limit of ['maxProfit', 'maxLoss'] as const) {
          if (one[limit] === undefined) expect(scaled[limit]).toBeUndefined();
          else expect(Math.abs((scaled[limit] ?? Number.NaN) - one[limit] * factor)).toBeLessThan(near(legs));
        }
      }),
    );
  });
});
