/** A step of a price ladder: from this price on, prices are multiples of `increment`. */
export interface PriceStep {
  readonly lowEdge: number;
  readonly increment: number;
}

/**
 * Price ladders by the id that contract details name and reqMarketRule looks up, in the unit that prices are quoted in;
 * see `magnifierOf`.
 */
export const marketRules = {
  26: [{ lowEdge: 0, increment: 0.01 }],
  32: [
    { lowEdge: 0, increment: 0.01 },
    { lowEdge: 3, increment: 0.05 },
  ],
  109: [
    { lowEdge: 0, increment: 0.05 },
    { lowEdge: 3, increment: 0.1 },
  ],
  67: [{ lowEdge: 0, increment: 0.25 }],
  59: [{ lowEdge: 0, increment: 0.005 }],
  239: [{ lowEdge: 0, increment: 0.00005 }],
  // Quarters and eighths of a cent: grains.
  104: [{ lowEdge: 0, increment: 0.25 }],
  105: [{ lowEdge: 0, increment: 0.125 }],
  557: [
    { lowEdge: 0, increment: 0.001 },
    { lowEdge: 10, increment: 0.005 },
    { lowEdge: 50, increment: 0.01 },
    { lowEdge: 100, increment: 0.05 },
  ],
  // London, in pence.
  558: [
    { lowEdge: 0, increment: 0.1 },
    { lowEdge: 1000, increment: 0.5 },
    { lowEdge: 5000, increment: 1 },
    { lowEdge: 10000, increment: 5 },
  ],
  1709: [
    { lowEdge: 0, increment: 0.002 },
    { lowEdge: 10, increment: 0.005 },
    { lowEdge: 50, increment: 0.02 },
    { lowEdge: 200, increment: 0.05 },
  ],
  877: [
    { lowEdge: 0, increment: 0.01 },
    { lowEdge: 20, increment: 0.05 },
    { lowEdge: 100, increment: 0.1 },
    { lowEdge: 200, increment: 0.2 },
    { lowEdge: 500, increment: 0.5 },
    { lowEdge: 1000, increment: 1 },
  ],
  27: [
    { lowEdge: 0, increment: 0.0001 },
    { lowEdge: 1, increment: 0.01 },
  ],
  28: [{ lowEdge: 0, increment: 1 }],
  29: [{ lowEdge: 0, increment: 0.05 }],
  30: [{ lowEdge: 0, increment: 0.1 }],
  31: [{ lowEdge: 0, increment: 0.001 }],
  40: [
    { lowEdge: 0, increment: 0.05 },
    { lowEdge: 10, increment: 0.25 },
  ],
  94: [{ lowEdge: 0, increment: 0.015625 }],
  95: [{ lowEdge: 0, increment: 0.00390625 }],
  240: [{ lowEdge: 0, increment: 0.0001 }],
  635: [
    { lowEdge: 0, increment: 0.1 },
    { lowEdge: 1000, increment: 0.5 },
    { lowEdge: 3000, increment: 1 },
    { lowEdge: 10000, increment: 5 },
    { lowEdge: 30000, increment: 10 },
    { lowEdge: 100000, increment: 50 },
  ],
  636: [
    { lowEdge: 0, increment: 1 },
    { lowEdge: 3000, increment: 5 },
    { lowEdge: 5000, increment: 10 },
    { lowEdge: 30000, increment: 50 },
    { lowEdge: 50000, increment: 100 },
  ],
  1710: [
    { lowEdge: 0, increment: 0.001 },
    { lowEdge: 2, increment: 0.01 },
  ],
  1711: [
    { lowEdge: 0, increment: 0.0005 },
    { lowEdge: 5, increment: 0.002 },
    { lowEdge: 10, increment: 0.005 },
    { lowEdge: 20, increment: 0.01 },
    { lowEdge: 50, increment: 0.02 },
    { lowEdge: 100, increment: 0.05 },
    { lowEdge: 200, increment: 0.1 },
    { lowEdge: 500, increment: 0.2 },
    { lowEdge: 1000, increment: 0.5 },
  ],
  1712: [
    { lowEdge: 0, increment: 0.001 },
    { lowEdge: 0.2, increment: 0.005 },
    { lowEdge: 1, increment: 0.01 },
  ],
  2510: [
    { lowEdge: 0, increment: 1 },
    { lowEdge: 2000, increment: 5 },
    { lowEdge: 5000, increment: 10 },
    { lowEdge: 20000, increment: 50 },
    { lowEdge: 50000, increment: 100 },
    { lowEdge: 200000, increment: 500 },
    { lowEdge: 500000, increment: 1000 },
  ],
} as const satisfies Readonly<Record<number, readonly PriceStep[]>>;

export type MarketRuleId = keyof typeof marketRules;

export function isMarketRule(id: number): id is MarketRuleId {
  return id in marketRules;
}

/** Ladders of what is quoted in hundredths of its currency. */
const inHundredths: ReadonlySet<MarketRuleId> = new Set([104, 105, 558]);

/** In how many parts of the currency prices by a ladder are: 100 where a price of 450 means 4.50. */
export const magnifierOf = (rule: MarketRuleId): number => (inHundredths.has(rule) ? 100 : 1);

/** A ladder as the gateway tells it: in the currency itself, however prices are quoted. */
export const ladderOf = (rule: MarketRuleId): PriceStep[] =>
  marketRules[rule].map(({ lowEdge, increment }) => ({
    lowEdge: lowEdge / magnifierOf(rule),
    increment: clean(increment / magnifierOf(rule)),
  }));

/** Removes the binary dust that multiplying by a decimal increment leaves. */
const clean = (price: number): number => Math.round(price * 1e8) / 1e8;

/** The increment that applies at a price. */
export function incrementAt(rule: MarketRuleId, price: number): number {
  let increment: number = marketRules[rule][0].increment;
  for (const step of marketRules[rule]) if (price >= step.lowEdge) increment = step.increment;
  return increment;
}

/** The nearest multiple of an increment. */
export const roundTo = (value: number, increment: number): number => clean(Math.round(value / increment) * increment);

/** The nearest price on the ladder. Never decreases when the price rises, so highs stay highs and lows stay lows. */
export function roundToTick(rule: MarketRuleId, price: number): number {
  return roundTo(price, incrementAt(rule, price));
}

/**
 * Moves a price that is on the ladder by whole ticks, not below zero. Every tick is as large as where it lies says, so
 * that a higher price stays the higher one and moving back leads back.
 */
export function moveByTicks(rule: MarketRuleId, price: number, ticks: number): number {
  return ticks >= 0 ? moveUp(rule, price, ticks) : moveDown(rule, price, -ticks);
}

function moveUp(rule: MarketRuleId, price: number, ticks: number): number {
  const increment = incrementAt(rule, price);
  const edge = marketRules[rule].find(({ lowEdge }) => lowEdge > price)?.lowEdge ?? Number.POSITIVE_INFINITY;
  const below = Math.ceil(clean((edge - price) / increment));
  return ticks <= below ? clean(price + ticks * increment) : moveUp(rule, edge, ticks - below);
}

function moveDown(rule: MarketRuleId, price: number, ticks: number): number {
  const step = marketRules[rule].findLast(({ lowEdge }) => lowEdge < price);
  if (!step) return 0;
  const above = Math.ceil(clean((price - step.lowEdge) / step.increment));
  // Rounding may leave a negative zero.
  return ticks <= above
    ? Math.max(0, clean(price - ticks * step.increment))
    : moveDown(rule, step.lowEdge, ticks - above);
}

/** The smallest increment of a ladder in the currency itself, which contract details call the minimum tick. */
export function minTickOf(rule: MarketRuleId): number {
  return Math.min(...ladderOf(rule).map(({ increment }) => increment));
}
