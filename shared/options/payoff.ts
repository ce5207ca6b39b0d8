import { Decimal } from 'decimal.js';

/** One leg of a strategy whose options all end on one day. Shares and futures are legs too. */
export interface PayoffLeg {
  readonly kind: 'C' | 'P' | 'underlying';
  /** 0 for the underlying itself. */
  readonly strike: number;
  /** Units of the underlying: quantity times multiplier, negative when short. */
  readonly units: number;
  /** Paid per unit when long, received when short. */
  readonly premium: number;
}

/** What a strategy gives at expiry. Amounts in the currency of the legs. */
export interface Payoff {
  /** Paid in all; negative when it is received. */
  readonly cost: number;
  /** Undefined when there is no limit. */
  readonly maxProfit: number | undefined;
  /** The worst result, negative for a loss. Undefined when there is no limit. */
  readonly maxLoss: number | undefined;
  /** Prices of the underlying at which the result changes between gain and loss, lowest first. */
  readonly breakEvens: readonly number[];
}

const zero = new Decimal(0);
/** Prices have no more decimals than this. */
const priceDecimals = 6;

/** What the strategy has gained or lost at expiry. */
export function profitAtExpiry(legs: readonly PayoffLeg[], price: number): number {
  return exactProfit(legs, new Decimal(price)).toNumber();
}

/**
 * The limits and break-evens of a strategy. Its result is a line with a bend at each strike, so that they are exact.
 * The underlying is taken to stay at 0 or above.
 */
export function payoffOf(legs: readonly PayoffLeg[]): Payoff {
  const bends = bendsOf(legs);
  const results = bends.map((price) => exactProfit(legs, price));
  const slope = finalSlope(legs);
  return {
    cost: costOf(legs).toNumber(),
    maxProfit: slope.isPositive() && !slope.isZero() ? undefined : Decimal.max(...results).toNumber(),
    maxLoss: slope.isNegative() && !slope.isZero() ? undefined : Decimal.min(...results).toNumber(),
    breakEvens: breakEvensOf(bends, results, slope),
  };
}

function exactValue(legs: readonly PayoffLeg[], price: Decimal): Decimal {
  return Decimal.sum(0, ...legs.map(({ kind, strike, units }) => intrinsic(kind, strike, price).mul(units)));
}

function intrinsic(kind: PayoffLeg['kind'], strike: number, price: Decimal): Decimal {
  if (kind === 'underlying') return price;
  return Decimal.max(0, kind === 'C' ? price.minus(strike) : new Decimal(strike).minus(price));
}

function costOf(legs: readonly PayoffLeg[]): Decimal {
  return Decimal.sum(0, ...legs.map(({ units, premium }) => new Decimal(units).mul(premium)));
}

function exactProfit(legs: readonly PayoffLeg[], price: Decimal): Decimal {
  return exactValue(legs, price).minus(costOf(legs));
}

/** Where the line may bend: at 0, where it begins, and at the strikes. */
function bendsOf(legs: readonly PayoffLeg[]): Decimal[] {
  const strikes = legs.filter(({ kind }) => kind !== 'underlying').map(({ strike }) => strike);
  return [...new Set([0, ...strikes])].sort((a, b) => a - b).map((price) => new Decimal(price));
}

/** What each point of the underlying adds above the highest strike. */
function finalSlope(legs: readonly PayoffLeg[]): Decimal {
  return Decimal.sum(0, ...legs.filter(({ kind }) => kind !== 'P').map(({ units }) => units));
}

function breakEvensOf(bends: readonly Decimal[], results: readonly Decimal[], slope: Decimal): number[] {
  const crossings: Decimal[] = [];
  for (const [index, result] of results.entries()) {
    const price = bends[index] ?? zero;
    const next = results[index + 1];
    if (result.isZero()) {
      crossings.push(price);
    } else if (next === undefined) {
      if (result.isNegative() ? slope.greaterThan(0) : slope.lessThan(0))
        crossings.push(price.minus(result.div(slope)));
    } else if (!next.isZero() && next.isNegative() !== result.isNegative()) {
      const width = (bends[index + 1] ?? zero).minus(price);
      crossings.push(price.plus(width.mul(result).div(result.minus(next))));
    }
  }
  return crossings.map((price) => price.toDecimalPlaces(priceDecimals).toNumber());
}
