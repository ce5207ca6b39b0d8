import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PayoffLeg, payoffOf, profitAtExpiry } from './payoff.ts';

const option = (kind: 'C' | 'P', strike: number, units: number, premium: number): PayoffLeg => ({
  kind,
  strike,
  units,
  premium,
});

const cents = (max: number) => fc.integer({ min: 0, max: max * 100 }).map((value) => value / 100);
const units = fc.integer({ min: -5, max: 5 }).map((lots) => lots * 100);
const leg: fc.Arbitrary<PayoffLeg> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('C' as const, 'P' as const),
    strike: fc.integer({ min: 1, max: 400 }).map((step) => step / 2),
    units,
    premium: cents(50),
  }),
  fc.record({ kind: fc.constant('underlying' as const), strike: fc.constant(0), units, premium: cents(200) }),
);
const strategy = fc.array(leg, { minLength: 1, maxLength: 6 });

describe('the payoff of well-known strategies', () => {
  it('of a long call is limited below alone', () => {
    expect(payoffOf([option('C', 100, 100, 2.5)])).toEqual({
      cost: 250,
      maxProfit: undefined,
      maxLoss: -250,
      breakEvens: [102.5],
    });
  });

  it('of a short put is limited on both sides, as no price falls below 0', () => {
    expect(payoffOf([option('P', 100, -100, 2.5)])).toEqual({
      cost: -250,
      maxProfit: 250,
      maxLoss: -9_750,
      breakEvens: [97.5],
    });
  });

  it('of a short straddle has no limit to its loss, and two break-evens', () => {
    const legs = [option('C', 50, -100, 3), option('P', 50, -100, 2)];
    expect(payoffOf(legs)).toEqual({ cost: -500, maxProfit: 500, maxLoss: undefined, breakEvens: [45, 55] });
  });

  it('of an iron condor is what its wings leave', () => {
    const legs = [
      option('P', 90, 100, 1),
      option('P', 95, -100, 2),
      option('C', 105, -100, 2),
      option('C', 110, 100, 1),
    ];
    expect(payoffOf(legs)).toEqual({ cost: -200, maxProfit: 200, maxLoss: -300, breakEvens: [93, 107] });
  });

  it('of a covered call ends where the call begins', () => {
    const legs: PayoffLeg[] = [{ kind: 'underlying', strike: 0, units: 100, premium: 98 }, option('C', 105, -100, 3)];
    expect(payoffOf(legs)).toEqual({ cost: 9_500, maxProfit: 1_000, maxLoss: -9_500, breakEvens: [95] });
  });

  it('of what cancels itself is what it cost, everywhere', () => {
    const legs = [option('C', 100, 100, 3), option('C', 100, -100, 2)];
    expect(payoffOf(legs)).toEqual({ cost: 100, maxProfit: -100, maxLoss: -100, breakEvens: [] });
  });
});

describe('any payoff', () => {
  const price = cents(500);

  it('is its value less its cost, and within its limits', () => {
    fc.assert(
      fc.property(strategy, price, (legs, at) => {
        const { cost, maxProfit, maxLoss } = payoffOf(legs);
        const profit = profitAtExpiry(legs, at);
        const forNothing = legs.map((leg) => ({ ...leg, premium: 0 }));
        expect(profit).toBeCloseTo(profitAtExpiry(forNothing, at) - cost, 6);
        expect(profit).toBeLessThanOrEqual(maxProfit ?? Number.POSITIVE_INFINITY);
        expect(profit).toBeGreaterThanOrEqual(maxLoss ?? Number.NEGATIVE_INFINITY);
      }),
    );
  });

  it('without a limit grows past any amount, and with one reaches it', () => {
    const reach = [0, ...Array.from({ length: 400 }, (_, step) => (step + 1) / 2)];
    fc.assert(
      fc.property(strategy, (legs) => {
        const { maxProfit, maxLoss } = payoffOf(legs);
        const far = profitAtExpiry(legs, 1e9);
        const results = reach.map((at) => profitAtExpiry(legs, at));
        if (maxProfit === undefined) expect(far).toBeGreaterThan(1e9);
        else expect(Math.max(...results)).toBe(maxProfit);
        if (maxLoss === undefined) expect(far).toBeLessThan(-1e9);
        else expect(Math.min(...results)).toBe(maxLoss);
      }),
    );
  });

  it('is nothing at its break-evens, and keeps its sign between them', () => {
    fc.assert(
      fc.property(strategy, price, price, (legs, one, other) => {
        const { breakEvens } = payoffOf(legs);
        for (const at of breakEvens) expect(Math.abs(profitAtExpiry(legs, at))).toBeLessThan(0.01);
        expect(breakEvens).toEqual([...breakEvens].sort((a, b) => a - b));
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        const apart = breakEvens.some((at) => at >= low - 1e-6 && at <= high + 1e-6);
        if (!apart) expect(Math.sign(profitAtExpiry(legs, low))).toBe(Math.sign(profitAtExpiry(legs, high)));
      }),
    );
  });

  it('turns into its mirror image for the other side', () => {
    fc.assert(
      fc.property(strategy, price, (legs, at) => {
        const other = legs.map((leg) => ({ ...leg, units: -leg.units }));
        expect(profitAtExpiry(other, at)).toBeCloseTo(-profitAtExpiry(legs, at), 9);
        expect(payoffOf(other).breakEvens).toEqual(payoffOf(legs).breakEvens);
      }),
    );
  });

  it('of a call less a put is that of the underlying bought at the strike', () => {
    fc.assert(
      fc.property(price, price, (strike, at) => {
        expect(profitAtExpiry([option('C', strike, 1, 0), option('P', strike, -1, 0)], at)).toBeCloseTo(at - strike, 9);
      }),
    );
  });
});
