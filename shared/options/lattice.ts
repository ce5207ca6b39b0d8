import type { OptionInputs, OptionValues } from './black-scholes.ts';

/** Cash that the underlying pays: its price falls by as much when it goes ex. */
export interface CashDividend {
  /** Time to the ex-date in years. */
  readonly years: number;
  readonly amount: number;
}

/** An option for which there is no closed form: it may be exercised early, or its underlying pays cash, or both. */
export interface ModelInputs extends OptionInputs {
  readonly american: boolean;
  readonly dividends: readonly CashDividend[];
}

const nodesEachSide = 220;
const stepsOfWhole = 160;
const leastSteps = 24;
/** How many standard deviations the grid reaches to either side. */
const reach = 5.5;
/** How much denser nodes are about the present price than at the ends: by the hyperbolic sine of this. */
const density = 2;
/** Differences are taken over so many nodes: the boundary of exercise moves by one at a time. */
const stride = 3;
/** Where values have a kink, so many steps are implicit ones of half the length. */
const smoothedSteps = 2;
const daysPerYear = 365;
const volatilityBump = 1e-3;

/**
 * Price and Greeks by finite differences on the logarithm of the price (Crank–Nicolson after a few implicit steps,
 * early exercise by Brennan and Schwartz). The price falls by each dividend on its ex-date and moves as without it in
 * between, which is known as the spot model.
 */
export function latticeValues(inputs: ModelInputs): OptionValues {
  const grid = gridOf(inputs);
  const { values, exercised, decay } = solve(inputs, grid);
  const { spot, volatility, right } = inputs;
  const at = (place: number): number => values[nodesEachSide + place] ?? 0;
  const price = at(0);
  const bumped = solve({ ...inputs, volatility: volatility * (1 + volatilityBump) }, grid).values[nodesEachSide] ?? 0;
  const vega = Math.max(0, (bumped - price) / (volatility * volatilityBump) / 100);
  if (exercised)
    return { price: grid.direction * (inputs.strike - spot), delta: right === 'C' ? 1 : -1, gamma: 0, vega, theta: 0 };
  const gap = Math.abs((grid.logs[nodesEachSide + stride] ?? 0) - (grid.logs[nodesEachSide] ?? 0));
  const slope = ((at(stride) - at(-stride)) / (2 * gap)) * grid.direction;
  const bend = (at(stride) - 2 * price + at(-stride)) / gap ** 2;
  return {
    price,
    delta: slope / spot,
    gamma: Math.max(0, (bend - slope) / spot ** 2),
    vega,
    theta: -decay / daysPerYear,
  };
}

/** The price alone, which is half the work. */
export function latticePrice(inputs: ModelInputs): number {
  return solve(inputs, gridOf(inputs)).values[nodesEachSide] ?? 0;
}

/**
 * What the option is worth when the price of its underlying only grows as interest has it and falls by its dividends:
 * by the best moment to exercise it, if it may be exercised early. No volatility makes it worth less.
 */
export function certainValue(inputs: Omit<ModelInputs, 'volatility'>): number {
  return certainWorth(inputs, inputs.spot, 0);
}

interface Grid {
  /** Prices of the underlying, from where the option is worth most; the present one is in the middle. */
  readonly spots: Float64Array;
  readonly exercise: Float64Array;
  /** Their logarithms. */
  readonly logs: Float64Array;
  /** Between the logarithms in the middle and at an end. */
  readonly width: number;
  /** Of prices along the grid: 1 when they rise, as for a put. */
  readonly direction: 1 | -1;
}

function gridOf({ spot, strike, years, volatility, rate, yield: earned = 0, right }: ModelInputs): Grid {
  const drift = Math.abs(rate - earned - volatility ** 2 / 2) * years;
  const width = reach * volatility * Math.sqrt(years) + drift;
  const direction = right === 'P' ? 1 : -1;
  const logs = Float64Array.from({ length: 2 * nodesEachSide + 1 }, (_, index) => {
    const part = Math.sinh((density * (index - nodesEachSide)) / nodesEachSide) / Math.sinh(density);
    return Math.log(spot) + direction * width * part;
  });
  const spots = logs.map(Math.exp);
  return { spots, logs, width, direction, exercise: spots.map((price) => Math.max(0, direction * (strike - price))) };
}

/** A value and how long before the end of the option it is one. */
interface Moment {
  readonly elapsed: number;
  readonly value: number;
}

interface Solution {
  readonly values: Float64Array;
  /** It is worth no more than exercising it now brings. */
  readonly exercised: boolean;
  /** Change of the present value per year of life. */
  readonly decay: number;
}

/** A put is worth most where the underlying is cheap: directions turn a call into one. */
function solve(inputs: ModelInputs, grid: Grid): Solution {
  const { american, years } = inputs;
  const scheme = new Scheme(inputs, grid);
  let values = meanPayoff(inputs, grid);
  let from = 0;
  let past: Moment[] = [];
  const remember = (elapsed: number): void => void past.push({ elapsed, value: values[nodesEachSide] ?? 0 });
  for (const { to, dividend } of stretchesOf(inputs)) {
    const steps = Math.max(leastSteps, Math.round(stepsOfWhole * Math.sqrt((to - from) / years)));
    past = [];
    for (let step = 0; step < steps; step += 1) {
      // Steps grow with the square of their number: boundaries of exercise move fastest at the end of the option's life.
      const begin = from + (to - from) * (step / steps) ** 2;
      remember(begin);
      const end = from + (to - from) * ((step + 1) / steps) ** 2;
      if (step < smoothedSteps) {
        scheme.advance(values, (begin + end) / 2, (end - begin) / 2, 1);
        scheme.advance(values, end, (end - begin) / 2, 1);
      } else {
        scheme.advance(values, end, end - begin, 0.5);
      }
    }
    remember(to);
    if (dividend !== undefined) values = fallBy(dividend, values, to, inputs, grid);
    from = to;
  }
  const worth = grid.exercise[nodesEachSide] ?? 0;
  const held = values[nodesEachSide] ?? 0;
  return { values, exercised: american && worth > 0 && held <= worth * (1 + 1e-12), decay: lastSlope(past) };
}

/** The slope at the last of three moments. */
function lastSlope(moments: readonly Moment[]): number {
  const [first, second, last] = moments.slice(-3) as [Moment, Moment, Moment];
  const [before, after] = [second.elapsed - first.elapsed, last.elapsed - second.elapsed];
  const [was, is] = [(second.value - first.value) / before, (last.value - second.value) / after];
  return is + ((is - was) * after) / (before + after);
}

/** Times before the expiry at which the price falls, the last dividend first, and the whole time at the end. */
function stretchesOf({ years, dividends }: ModelInputs): { to: number; dividend?: number }[] {
  const paid = dividends
    .filter((dividend) => dividend.years > 0 && dividend.years < years && dividend.amount > 0)
    .toSorted((a, b) => b.years - a.years);
  return [...paid.map((dividend) => ({ to: years - dividend.years, dividend: dividend.amount })), { to: years }];
}

/** What the option pays at its end, around each price: its kink lies between two. */
function meanPayoff({ strike }: ModelInputs, { logs, direction, exercise }: Grid): Float64Array {
  const values = exercise.slice();
  const kink = Math.log(strike);
  for (let index = 1; index < logs.length - 1; index += 1) {
    const ends = [index - 1, index + 1].map((other) => ((logs[index] ?? 0) + (logs[other] ?? 0)) / 2);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    if (kink <= low || kink >= high) continue;
    const [from, to] = direction === 1 ? [low, kink] : [kink, high];
    values[index] = (direction * (strike * (to - from) - (Math.exp(to) - Math.exp(from)))) / (high - low);
  }
  return values;
}

/** Values before the ex-date from those after it, which is when the price is lower by the dividend. */
function fallBy(amount: number, after: Float64Array, elapsed: number, inputs: ModelInputs, grid: Grid): Float64Array {
  const { spots, width, direction, exercise } = grid;
  const middle = Math.log(inputs.spot);
  const last = spots.length - 1;
  return after.map((_, index) => {
    const price = (spots[index] ?? 0) - amount;
    const part = price > 0 ? ((Math.log(price) - middle) * direction) / width : Number.NaN;
    const place = nodesEachSide * (1 + Math.asinh(part * Math.sinh(density)) / density);
    const inside = place >= 0 && place <= last;
    const value = inside ? interpolate(after, place) : certainWorth(inputs, Math.max(0, price), inputs.years - elapsed);
    return inputs.american ? Math.max(value, exercise[index] ?? 0) : value;
  });
}

/** By the cubic through the four nearest values. */
function interpolate(values: Float64Array, place: number): number {
  const start = Math.min(Math.max(0, Math.floor(place) - 1), values.length - 4);
  const x = place - start;
  const at = (index: number): number => values[start + index] ?? 0;
  return (
    (-at(0) * (x - 1) * (x - 2) * (x - 3)) / 6 +
    (at(1) * x * (x - 2) * (x - 3)) / 2 -
    (at(2) * x * (x - 1) * (x - 3)) / 2 +
    (at(3) * x * (x - 1) * (x - 2)) / 6
  );
}

/** `certainValue` at a moment, with the dividends that go ex after it. */
function certainWorth(inputs: Omit<ModelInputs, 'volatility'>, spot: number, now: number): number {
  const { strike, years, rate, yield: earned = 0, right, american, dividends } = inputs;
  const coming = dividends.filter((dividend) => dividend.years > now && dividend.years < years);
  const sign = right === 'C' ? 1 : -1;
  const at = (time: number, paid: readonly CashDividend[]): number => {
    const lost = paid.reduce((sum, { years: when, amount }) => sum + amount * Math.exp(-rate * (when - now)), 0);
    const held = Math.max(0, spot * Math.exp(-earned * (time - now)) - lost);
    return sign * (held - strike * Math.exp(-rate * (time - now)));
  };
  const moments = american
    ? [
        at(now, []),
        ...coming.flatMap(({ years: time }) => [
          at(
            time,
            coming.filter((dividend) => dividend.years < time),
          ),
          at(
            time,
            coming.filter((dividend) => dividend.years <= time),
          ),
        ]),
      ]
    : [];
  return Math.max(0, at(years, coming), ...moments);
}

/** Steps back in time; its arrays are used again for each. */
class Scheme {
  readonly #inputs: ModelInputs;
  readonly #grid: Grid;
  readonly #right: Float64Array;
  readonly #pivots: Float64Array;
  /** How fast the values on either side flow in. */
  readonly #up: Float64Array;
  readonly #down: Float64Array;

  constructor(inputs: ModelInputs, grid: Grid) {
    this.#inputs = inputs;
    this.#grid = grid;
    this.#right = new Float64Array(grid.spots.length);
    this.#pivots = new Float64Array(grid.spots.length);
    const { volatility, rate, yield: earned = 0 } = inputs;
    const { logs, direction } = grid;
    const drift = direction * (rate - earned - volatility ** 2 / 2);
    const flow = (index: number, towards: 1 | -1): number => {
      const own = logs[index] as number;
      const near = Math.abs((logs[index + towards] ?? own) - own);
      const far = Math.abs((logs[index - towards] ?? own) - own);
      return (volatility ** 2 + towards * drift * far) / (near * (near + far));
    };
    this.#up = logs.map((_, index) => flow(index, 1));
    this.#down = logs.map((_, index) => flow(index, -1));
  }

  /**
   * Moves values to an earlier moment.
   * @param elapsed time between that moment and the end of the option
   * @param length of the step
   * @param implicit 1 for an implicit step, 0.5 for one of Crank and Nicolson
   */
  advance(values: Float64Array, elapsed: number, length: number, implicit: number): void {
    const { rate, american, years } = this.#inputs;
    const { spots, exercise } = this.#grid;
    const [right, pivots, up, down] = [this.#right, this.#pivots, this.#up, this.#down];
    const last = spots.length - 1;
    const explicit = (1 - implicit) * length;
    const weight = implicit * length;
    const highest = certainWorth(this.#inputs, spots[0] as number, years - elapsed);
    const lowest = certainWorth(this.#inputs, spots[last] as number, years - elapsed);
    let pivot = 1;
    let sum = lowest;
    let below = 0;
    for (let index = last - 1; index > 0; index -= 1) {
      const value = values[index] as number;
      const rise = up[index] as number;
      const fall = down[index] as number;
      const keep = rise + fall + rate;
      const moved = rise * (values[index + 1] as number) + fall * (values[index - 1] as number) - keep * value;
      const factor = (-weight * rise) / pivot;
      sum = value + explicit * moved - factor * sum;
      pivot = 1 + weight * keep - factor * below;
      below = -weight * fall;
      right[index] = sum;
      pivots[index] = pivot;
    }
    let before = highest;
    values[0] = highest;
    for (let index = 1; index < last; index += 1) {
      const held = ((right[index] as number) + weight * (down[index] as number) * before) / (pivots[index] as number);
      before = american ? Math.max(held, exercise[index] as number) : held;
      values[index] = before;
    }
    values[last] = lowest;
  }
}
