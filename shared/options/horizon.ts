import { Decimal } from 'decimal.js';
import { blackScholes, type OptionInputs } from './black-scholes.ts';
import { type Payoff, type PayoffLeg, payoffOf, profitAtExpiry } from './payoff.ts';
import { crossingOf, type Point, sectionsOf } from './sections.ts';

/** How an option that outlives the horizon is valued there; `years` are those that are left to it then. */
export type Remaining = Omit<OptionInputs, 'spot' | 'strike' | 'right'>;

/** One leg of a strategy at its horizon, the day on which the first of its options ends. */
export interface HorizonLeg extends PayoffLeg {
  /** Absent for what ends at the horizon, and for the underlying. */
  readonly remaining?: Remaining;
}

/** Amounts below this part of what the strikes are worth together are taken for nothing. */
const precision = 1e-8;
const priceDecimals = 6;
/** Prices that are more times as high as the highest strike are not looked at. */
const farthest = 1e12;

/** A put at the horizon. */
interface Put {
  readonly units: number;
  readonly strike: number;
  readonly remaining: Remaining | undefined;
}

/**
 * A strategy as a line and puts: a call is worth a put and a forward. Puts are worth nothing where the underlying is
 * dear, so that the line alone says what happens there, and nothing large has to cancel out.
 */
interface Position {
  /** What each point of the underlying adds far above all strikes. */
  readonly slope: number;
  /** Where that line begins, cost included. */
  readonly intercept: number;
  readonly puts: readonly Put[];
  readonly tolerance: number;
}

/**
 * The limits and break-evens of a strategy on the day its first option ends. Exact when all end together; otherwise
 * found within a hundred-millionth of what its strikes are worth. Undefined limits are proved: by the slope far above all strikes.
 * A limit that is approached and never reached counts as reached.
 */
export function horizonPayoff(legs: readonly HorizonLeg[]): Payoff {
  if (!legs.some(({ remaining }) => remaining)) return payoffOf(legs);
  const position = positionOf(legs);
  const { slope, intercept } = position;
  const points = pointsOf(position);
  const results = [...points.map(({ value }) => value), ...(slope === 0 ? [intercept] : [])];
  return {
    cost: payoffOf(legs).cost,
    maxProfit: slope > 0 ? undefined : Math.max(...results),
    maxLoss: slope < 0 ? undefined : Math.min(...results),
    breakEvens: breakEvensOf(position, points),
  };
}

/** What the strategy has gained or lost at its horizon when the underlying stands at a price of 0 or more. */
export function profitAtHorizon(legs: readonly HorizonLeg[], price: number): number {
  if (!legs.some(({ remaining }) => remaining)) return profitAtExpiry(legs, price);
  return pointAt(positionOf(legs), price).value;
}

function positionOf(legs: readonly HorizonLeg[]): Position {
  const zero = new Decimal(0);
  let slope = zero;
  let intercept = zero;
  let size = zero;
  const puts: Put[] = [];
  for (const { kind, strike, units, premium, remaining } of legs) {
    intercept = intercept.minus(new Decimal(units).mul(premium));
    size = size.plus(new Decimal(units).abs().mul(strike || premium));
    if (kind === 'underlying') {
      slope = slope.plus(units);
      continue;
    }
    puts.push({ units, strike, remaining });
    if (kind === 'P') continue;
    const { years = 0, rate = 0, yield: earned = 0 } = remaining ?? {};
    slope = slope.plus(new Decimal(units).mul(Math.exp(-earned * years)));
    intercept = intercept.minus(new Decimal(units).mul(strike).mul(Math.exp(-rate * years)));
  }
  const tolerance = size.toNumber() * precision;
  return { slope: slope.toNumber(), intercept: intercept.toNumber(), puts, tolerance };
}

/** The result at a price, and how each put changes there, left and right of it. */
function pointAt({ slope, intercept, puts }: Position, price: number): Point {
  const valued = puts.map((put) => valuePut(put, price));
  const gains = valued.map(({ units, value }) => units * value);
  return {
    price,
    slope,
    value: slope * price + intercept + gains.reduce((sum, gain) => sum + gain, 0),
    convex: valued,
  };
}

function valuePut({ units, strike, remaining }: Put, price: number) {
  if (remaining) {
    const { price: value, delta } = blackScholes({ ...remaining, spot: price, strike, right: 'P' });
    return { units, value, left: delta, right: delta };
  }
  return { units, value: Math.max(0, strike - price), left: price <= strike ? -1 : 0, right: price < strike ? -1 : 0 };
}

/** The ends of all stretches over which the result only rises or only falls, lowest price first. */
function pointsOf(position: Position): readonly Point[] {
  const at = (price: number): Point => pointAt(position, price);
  const strikes = position.puts.map(({ strike }) => strike);
  const bends = [...new Set([0, ...strikes, reachOf(position)])].sort((a, b) => a - b);
  return sectionsOf(bends.map(at), at, position.tolerance);
}

/** A price above which the puts are worth nothing. */
function reachOf({ puts, tolerance }: Position): number {
  const highest = Math.max(...puts.map(({ strike }) => strike));
  let price = 2 * highest;
  const worth = () => puts.reduce((sum, put) => sum + Math.abs(put.units) * valuePut(put, price).value, 0);
  while (price < farthest * highest && worth() > tolerance) price *= 2;
  return price;
}

function breakEvensOf(position: Position, points: readonly Point[]): number[] {
  const { slope, intercept, tolerance } = position;
  const crossings: number[] = [];
  let before: Point | undefined;
  for (const point of points.filter(({ value }) => Math.abs(value) > tolerance)) {
    if (before && before.value > 0 !== point.value > 0) {
      crossings.push(crossingOf((price) => pointAt(position, price).value, before.price, point.price));
    }
    before = point;
  }
  const turns = before && slope !== 0 && before.value > 0 !== slope > 0;
  if (turns) crossings.push(-intercept / slope);
  return crossings.map((price) => Number(price.toFixed(priceDecimals)));
}
