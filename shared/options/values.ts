import { blackScholes, type OptionValues, impliedVolatility as volatilityInClosedForm } from './black-scholes.ts';
import { type CashDividend, certainValue, latticePrice, latticeValues, type ModelInputs } from './lattice.ts';

const lowestVolatility = 0.001;
const highestVolatility = 10;
/** What a price may differ from a bound and be the bound: quotes have no finer steps. */
const tolerance = 1e-6;
const mostRounds = 40;
const closeEnough = 1e-6;

/** What the option pays at once when it is exercised. */
export function exerciseValue({ spot, strike, right }: Pick<ModelInputs, 'spot' | 'strike' | 'right'>): number {
  return Math.max(0, right === 'C' ? spot - strike : strike - spot);
}

/**
 * Price and Greeks: by Black and Scholes where the closed form holds, which it does for American options as well that
 * nothing makes worth exercising early; else by finite differences.
 */
export function optionValues(inputs: ModelInputs): OptionValues {
  return hasClosedForm(inputs) ? blackScholes(inputs) : latticeValues(inputs);
}

/** A price as a volatility: one that explains it; none as the price has no time value; or no price that it can have. */
export type Implied =
  | { readonly volatility: number }
  /** Up to `atMost`, where there is such a one, volatilities make it worth no more than half a cent more. */
  | { readonly noTimeValue: true; readonly atMost?: number }
  | { readonly impossible: 'low' | 'high' };

/**
 * The volatility at which the option is worth a price. What may be exercised at once can cost just as much as that
 * brings, or less than interest until the end has it worth; then no volatility can be told from the price.
 */
export function impliedBy(inputs: Omit<ModelInputs, 'volatility'>, price: number): Implied {
  const least = certainValue(inputs);
  const bound = inputs.american ? exerciseValue(inputs) : least;
  if (price < bound - tolerance) return { impossible: 'low' };
  if (price <= least + tolerance) {
    if (bound <= 0) return { impossible: 'low' };
    const atMost = volatilityAt(inputs, price + 0.005);
    return { noTimeValue: true, ...(atMost === undefined ? {} : { atMost }) };
  }
  const volatility = volatilityAt(inputs, price);
  return volatility === undefined ? { impossible: 'high' } : { volatility };
}

function hasClosedForm({
  american,
  dividends,
  years,
  rate,
  yield: earned = 0,
  right,
}: Omit<ModelInputs, 'volatility'>) {
  if (dividends.some((dividend) => isPaidWithin(dividend, years))) return false;
  const gains = right === 'C' ? earned > 0 || rate < 0 : rate > 0 || earned < 0;
  return !american || !gains;
}

const isPaidWithin = ({ years, amount }: CashDividend, life: number): boolean =>
  amount > 0 && years > 0 && years < life;

/** Undefined when none is between the bounds of the search. */
function volatilityAt(inputs: Omit<ModelInputs, 'volatility'>, price: number): number | undefined {
  if (hasClosedForm(inputs)) return volatilityInClosedForm(inputs, price);
  const excess = (volatility: number): number => latticePrice({ ...inputs, volatility }) - price;
  // Without dividends and early exercise it would be near: the search begins about it.
  const guess = volatilityInClosedForm(inputs, price) ?? 0.3;
  let low = { at: lowestVolatility, off: Number.NaN };
  let high = { at: Math.min(highestVolatility, guess * 1.05), off: excess(Math.min(highestVolatility, guess * 1.05)) };
  while (high.off < 0) {
    if (high.at >= highestVolatility) return undefined;
    low = high;
    const at = Math.min(highestVolatility, high.at * 1.5);
    high = { at, off: excess(at) };
  }
  for (let at = high.at * 0.8; Number.isNaN(low.off); at *= 0.6) {
    const off = excess(Math.max(at, lowestVolatility));
    if (off <= 0) low = { at: Math.max(at, lowestVolatility), off };
    else if (at <= lowestVolatility) return undefined;
    else high = { at, off };
  }
  return root(excess, low, high);
}

interface End {
  readonly at: number;
  readonly off: number;
}

/** Where a rising function is 0 between two ends, by the rule of false position with halving (Illinois). */
function root(excess: (at: number) => number, first: End, last: End): number {
  let [low, high, side] = [first, last, 0];
  for (let round = 0; round < mostRounds && high.at - low.at > 1e-6; round += 1) {
    const at =
      high.off === low.off ? (low.at + high.at) / 2 : high.at - (high.off * (high.at - low.at)) / (high.off - low.off);
    const off = excess(at);
    if (Math.abs(off) < closeEnough) return at;
    if (off < 0) {
      low = { at, off };
      if (side === -1) high = { ...high, off: high.off / 2 };
      side = -1;
    } else {
      high = { at, off };
      if (side === 1) low = { ...low, off: low.off / 2 };
      side = 1;
    }
  }
  return (low.at + high.at) / 2;
}
