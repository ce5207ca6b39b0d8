import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blackScholes } from './black-scholes.ts';
import { certainValue, type ModelInputs } from './lattice.ts';
import { exerciseValue, impliedBy, optionValues } from './values.ts';

const greeks = ['gamma', 'theta', 'vega'] as const;

/** Options with their values by QuantLib; see scripts/option-values. */
function judged() {
  const file = process.env.QUANTLIB_VALUES ?? new URL('./quantlib.json', import.meta.url);
  const { columns, rows } = JSON.parse(readFileSync(file, 'utf8')) as { columns: string[]; rows: unknown[][] };
  return rows.map((row) => {
    const { days, dividends, ...terms } = Object.fromEntries(row.map((value, index) => [columns[index], value])) as {
      days: number;
      dividends: [day: number, amount: number][];
    } & Omit<ModelInputs, 'years' | 'dividends'> &
      Record<'price' | 'delta' | (typeof greeks)[number], number>;
    const paid = dividends.map(([day, amount]) => ({ years: day / 365, amount }));
    return { row: JSON.stringify(row), expected: terms, inputs: { ...terms, years: days / 365, dividends: paid } };
  });
}

const put = (change: Partial<ModelInputs> = {}): ModelInputs => ({
  spot: 100,
  strike: 110,
  years: 45 / 365,
  volatility: 0.25,
  rate: 0.045,
  right: 'P',
  american: true,
  dividends: [],
  ...change,
});

it('agrees with QuantLib', () => {
  const misses = judged().flatMap(({ row, expected, inputs }) => {
    const values = optionValues(inputs);
    const off = (name: keyof typeof values): number => Math.abs(values[name] - expected[name]);
    const wrong = [
      off('price') > Math.max(0.005, 0.0005 * expected.price) ? 'price' : [],
      off('delta') > 0.002 ? 'delta' : [],
      greeks.filter((name) => off(name) > Math.max(1e-4, 0.02 * Math.abs(expected[name]))),
    ].flat();
    return wrong.length > 0 ? [`${wrong.join()} of ${row}: ${JSON.stringify(values)}`] : [];
  });
  expect(misses).toEqual([]);
}, 60_000);

describe('a put that may be exercised early', () => {
  it('has the values that QuantLib gives it', () => {
    expect(optionValues(put({ strike: 130, years: 180 / 365 }))).toMatchObject({ price: 30, delta: -1, theta: 0 });
    const values = optionValues(put({ yield: 0.012 }));
    expect([values.price, values.delta]).toEqual([expect.closeTo(10.399, 3), expect.closeTo(-0.8598, 3)]);
    // In the spot model; in the one that escrows dividends it is 11.6818.
    const paid = put({ yield: 0.012, dividends: [{ years: 20 / 365, amount: 1.5 }] });
    expect(optionValues(paid).price).toBeCloseTo(11.6934, 3);
  });

  it('has the volatility that its price was made with', () => {
    expect(impliedBy(put({ yield: 0.012 }), 10.399)).toEqual({ volatility: expect.closeTo(0.25, 4) });
    // By European exercise it is 28 %.
    expect(impliedBy(put(), 10.399)).toEqual({ volatility: expect.closeTo(0.2583, 3) });
  });
});

describe('a price that exercising brings', () => {
  it('tells no volatility, only up to where it can be', () => {
    const deep = put({ spot: 348.97, strike: 500, rate: 0.04 });
    const { noTimeValue, atMost = Number.NaN } = impliedBy(deep, 151.03) as { noTimeValue: true; atMost?: number };
    expect(noTimeValue).toBe(true);
    expect(optionValues({ ...deep, volatility: atMost }).price - 151.03).toBeCloseTo(0.005, 3);
    const call = { ...deep, strike: 250, right: 'C' as const };
    expect(impliedBy(call, 348.97 - 250)).toEqual({ noTimeValue: true });
    expect(impliedBy(call, 98.5)).toEqual({ impossible: 'low' });
    expect(impliedBy(call, 349)).toEqual({ impossible: 'high' });
  });
});

const option = fc.record({
  spot: fc.double({ min: 60, max: 160, noNaN: true }),
  strike: fc.constant(100),
  years: fc.double({ min: 1 / 365 / 24, max: 2, noNaN: true }),
  volatility: fc.double({ min: 0.08, max: 0.9, noNaN: true }),
  rate: fc.double({ min: -0.01, max: 0.08, noNaN: true }),
  right: fc.constantFrom('C' as const, 'P' as const),
  american: fc.constant(true),
  dividends: fc.array(
    fc.record({
      years: fc.double({ min: 0, max: 2, noNaN: true }),
      amount: fc.double({ min: 0, max: 3, noNaN: true }),
    }),
    { maxLength: 2 },
  ),
});

it('keeps within its bounds', () => {
  const near = 0.01;
  fc.assert(
    fc.property(option, (inputs) => {
      const { price, delta } = optionValues(inputs);
      const european = optionValues({ ...inputs, american: false }).price;
      expect(price).toBeGreaterThanOrEqual(exerciseValue(inputs) - 1e-9);
      expect(price).toBeGreaterThanOrEqual(european - near);
      expect(price).toBeGreaterThanOrEqual(certainValue(inputs) - near);
      expect(price).toBeLessThanOrEqual((inputs.right === 'C' ? inputs.spot : inputs.strike + 6) + near);
      expect(Math.abs(delta)).toBeLessThanOrEqual(1.001);
      expect(delta * (inputs.right === 'C' ? 1 : -1)).toBeGreaterThanOrEqual(-0.001);
      expect(optionValues({ ...inputs, volatility: inputs.volatility * 1.1 }).price).toBeGreaterThanOrEqual(
        price - near,
      );
    }),
    { numRuns: 25 },
  );
}, 30_000);

it('is that of Black and Scholes where nothing makes early exercise worth it', () => {
  fc.assert(
    fc.property(option, (inputs) => {
      const call = { ...inputs, right: 'C' as const, rate: Math.abs(inputs.rate), dividends: [] };
      expect(optionValues(call)).toEqual(blackScholes(call));
    }),
  );
});
