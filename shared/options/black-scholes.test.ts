import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { blackScholes, impliedVolatility, type OptionInputs } from './black-scholes.ts';

const option = fc.record({
  spot: fc.double({ min: 10, max: 1_000, noNaN: true }),
  moneyness: fc.double({ min: 0.8, max: 1.25, noNaN: true }),
  years: fc.double({ min: 0.02, max: 3, noNaN: true }),
  volatility: fc.double({ min: 0.1, max: 1.5, noNaN: true }),
  rate: fc.double({ min: -0.01, max: 0.1, noNaN: true }),
});

const inputsOf = ({
  spot,
  moneyness,
  ...rest
}: { spot: number; moneyness: number } & Omit<OptionInputs, 'spot' | 'strike' | 'right'>) => ({
  ...rest,
  spot,
  strike: spot * moneyness,
});

it('agrees with the textbook', () => {
  // Hull, Options, Futures, and Other Derivatives: S 42, K 40, r 10 %, σ 20 %, half a year.
  const inputs = { spot: 42, strike: 40, years: 0.5, volatility: 0.2, rate: 0.1 };
  expect(blackScholes({ ...inputs, right: 'C' }).price).toBeCloseTo(4.76, 2);
  expect(blackScholes({ ...inputs, right: 'P' }).price).toBeCloseTo(0.81, 2);
});

it('keeps puts and calls in parity', () => {
  fc.assert(
    fc.property(option, (drawn) => {
      const inputs = inputsOf(drawn);
      const call = blackScholes({ ...inputs, right: 'C' });
      const put = blackScholes({ ...inputs, right: 'P' });
      const forward = inputs.spot - inputs.strike * Math.exp(-inputs.rate * inputs.years);
      expect(call.price - put.price).toBeCloseTo(forward, 8);
      expect(call.delta - put.delta).toBeCloseTo(1, 10);
      expect(call.gamma).toBeCloseTo(put.gamma, 12);
      expect(call.vega).toBeCloseTo(put.vega, 12);
    }),
  );
});

it('has the Greeks that its prices have', () => {
  fc.assert(
    fc.property(option, fc.constantFrom('C' as const, 'P' as const), (drawn, right) => {
      const inputs = { ...inputsOf(drawn), right };
      const { delta, vega, theta } = blackScholes(inputs);
      const price = (change: Partial<OptionInputs>) => blackScholes({ ...inputs, ...change }).price;
      const step = inputs.spot * 1e-4;
      const slope = (price({ spot: inputs.spot + step }) - price({ spot: inputs.spot - step })) / (2 * step);
      expect(delta).toBeCloseTo(slope, 4);
      const point =
        (price({ volatility: inputs.volatility + 1e-4 }) - price({ volatility: inputs.volatility - 1e-4 })) / 2e-4;
      expect(vega / inputs.spot).toBeCloseTo(point / 100 / inputs.spot, 6);
      const hour = 1 / 365 / 24;
      const decay = (price({ years: inputs.years - hour }) - price({ years: inputs.years + hour })) / 2;
      expect(theta / inputs.spot).toBeCloseTo((decay * 24) / inputs.spot, 4);
    }),
  );
});

it('finds the volatility that a price was made with', () => {
  fc.assert(
    fc.property(option, fc.constantFrom('C' as const, 'P' as const), (drawn, right) => {
      const inputs = { ...inputsOf(drawn), right };
      const { price, vega } = blackScholes(inputs);
      fc.pre(vega / inputs.spot > 1e-6);
      expect(impliedVolatility(inputs, price)).toBeCloseTo(inputs.volatility, 4);
    }),
  );
});

it('finds none for a price below the intrinsic value or above the underlying', () => {
  const inputs = { spot: 100, strike: 80, years: 0.5, rate: 0.04, right: 'C' as const };
  expect(impliedVolatility(inputs, 19)).toBeUndefined();
  expect(impliedVolatility(inputs, 101)).toBeUndefined();
});
