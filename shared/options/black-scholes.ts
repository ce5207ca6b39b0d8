/** Black–Scholes for a European option, in Merton's form for underlyings that yield something. */
export interface OptionInputs {
  readonly spot: number;
  readonly strike: number;
  /** Time to expiry in years. */
  readonly years: number;
  /** Annual volatility, 0.25 is 25 %. */
  readonly volatility: number;
  /** Continuously compounded interest rate. */
  readonly rate: number;
  /** What holding the underlying earns, continuously compounded; the rate itself for futures (Black, 1976). 0 when absent. */
  readonly yield?: number;
  readonly right: 'C' | 'P';
}

export interface OptionValues {
  readonly price: number;
  readonly delta: number;
  readonly gamma: number;
  /** Change of the price per percentage point of volatility. */
  readonly vega: number;
  /** Change of the price per calendar day. */
  readonly theta: number;
}

const numerator = [
  3.52624965998911e-2, 0.700383064443688, 6.37396220353165, 33.912866078383, 112.079291497871, 221.213596169931,
  220.206867912376,
];
const denominator = [
  8.83883476483184e-2, 1.75566716318264, 16.064177579207, 86.7807322029461, 296.564248779674, 637.333633378831,
  793.826512519948, 440.413735824752,
];
const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** The standard normal distribution function to double precision (Hart's algorithm, as given by West, 2005). */
function normalCdf(x: number): number {
  const distance = Math.abs(x);
  if (distance > 37) return x > 0 ? 1 : 0;
  const density = Math.exp((-distance * distance) / 2);
  let tail: number;
  if (distance < 7.07106781186547) {
    tail = (density * polynomial(numerator, distance)) / polynomial(denominator, distance);
  } else {
    const fraction = [4, 3, 2, 1].reduce((sum, step) => distance + step / sum, distance + 0.65);
    tail = density / fraction / 2.506628274631;
  }
  return x > 0 ? 1 - tail : tail;
}

function normalPdf(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

export function blackScholes(inputs: OptionInputs): OptionValues {
  const { spot, strike, years, volatility, rate, right, yield: dividends = 0 } = inputs;
  const root = Math.sqrt(years);
  const d1 = (Math.log(spot / strike) + (rate - dividends + volatility ** 2 / 2) * years) / (volatility * root);
  const d2 = d1 - volatility * root;
  const growth = Math.exp(-dividends * years);
  const held = spot * growth;
  const discounted = strike * Math.exp(-rate * years);
  const sign = right === 'C' ? 1 : -1;
  const carry = rate * discounted * normalCdf(sign * d2) - dividends * held * normalCdf(sign * d1);
  return {
    price: sign * (held * normalCdf(sign * d1) - discounted * normalCdf(sign * d2)),
    delta: sign * growth * normalCdf(sign * d1),
    gamma: (growth * normalPdf(d1)) / (spot * volatility * root),
    vega: (held * normalPdf(d1) * root) / 100,
    theta: ((-held * normalPdf(d1) * volatility) / (2 * root) - sign * carry) / 365,
  };
}

const lowestVolatility = 0.001;
const highestVolatility = 10;

/** The volatility at which the option is worth `price`, or undefined when no volatility explains it. */
export function impliedVolatility(inputs: Omit<OptionInputs, 'volatility'>, price: number): number | undefined {
  const valueAt = (volatility: number): number => blackScholes({ ...inputs, volatility }).price;
  let low = lowestVolatility;
  let high = highestVolatility;
  if (price <= valueAt(low) || price >= valueAt(high)) return undefined;
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (valueAt(middle) < price) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
