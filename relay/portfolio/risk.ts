import { Decimal } from 'decimal.js';
import { money, percentOf, type Series, sum, type ValuedHolding } from './allocation.ts';
import { type Holding, isFuture, isOption, unitsOf } from './holdings.ts';

const zero = new Decimal(0);
const topColumns = ['contract', 'conId', 'quantity', 'value', 'percent', 'exposure', 'unrealizedPnl'];
const greekColumns = ['underlying', 'conId', 'price', 'deltaDollars', 'gamma', 'theta', 'vega'];

/** What a position weighs: its exposure, or its value where that is unknown. */
const weightOf = ({ exposure, value }: ValuedHolding): number => exposure ?? value.toNumber();

function groupBy<Item>(items: readonly Item[], key: (item: Item) => number): Item[][] {
  const groups = new Map<number, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups.values()];
}

const add = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The largest positions; one instrument in several accounts is one. */
export function topOf(holdings: readonly ValuedHolding[], netLiquidation: Decimal, limit: number): Series {
  const weight = (group: readonly ValuedHolding[]): number => Math.abs(add(group.map(weightOf)));
  const groups = groupBy(holdings, ({ conId }) => conId).sort((a, b) => weight(b) - weight(a));
  return { columns: topColumns, rows: groups.slice(0, limit).map((group) => topRow(group, netLiquidation)) };
}

function topRow(group: readonly ValuedHolding[], netLiquidation: Decimal): (string | number)[] {
  const [first] = group;
  const value = sum(group.map((holding) => holding.value));
  const exposures = group.flatMap(({ exposure }) => exposure ?? []);
  const unrealized = group.flatMap((holding) => holding.unrealized ?? []);
  return [
    first?.contract ?? '',
    first?.conId ?? '',
    Decimal.sum(0, ...group.map(({ quantity }) => quantity)).toNumber(),
    money(value),
    percentOf(value, netLiquidation),
    exposures.length === group.length ? money(add(exposures)) : '',
    unrealized.length === group.length ? money(sum(unrealized)) : '',
  ];
}

/** How much hangs on few underlyings; undefined without positions. */
export function concentrationOf(holdings: readonly ValuedHolding[]) {
  const weights = groupBy(holdings, ({ underlying }) => underlying.conId)
    .map((group) => ({ name: group[0]?.underlying.contract ?? '', weight: Math.abs(add(group.map(weightOf))) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  const [largest] = weights;
  if (!largest) return undefined;
  const all = add(weights.map(({ weight }) => weight));
  const percentOfFirst = (count: number): number =>
    Number(((add(weights.slice(0, count).map(({ weight }) => weight)) / all) * 100).toFixed(2));
  return {
    underlyings: weights.length,
    largest: largest.name,
    largestPercent: percentOfFirst(1),
    top5Percent: percentOfFirst(5),
    top10Percent: percentOfFirst(10),
    effectiveNumber: Number((1 / add(weights.map(({ weight }) => (weight / all) ** 2))).toFixed(2)),
  };
}

interface Sensitivities {
  readonly deltaDollars: number;
  readonly gamma: number;
  readonly theta: number;
  readonly vega: number;
}

/** In base currency: gamma is the change of delta dollars per 1 % of the underlying. */
function sensitivitiesOf(holdings: readonly ValuedHolding[]): Sensitivities {
  const greek = (value: (greeks: NonNullable<Holding['greeks']>) => number): number =>
    add(holdings.map((holding) => (holding.greeks ? unitsOf(holding) * value(holding.greeks) : 0)));
  return {
    deltaDollars: money(add(holdings.map(({ exposure }) => exposure ?? 0))),
    gamma: money(greek(({ gamma, underlying }) => (gamma * underlying ** 2) / 100)),
    theta: money(greek(({ theta }) => theta)),
    vega: money(greek(({ vega }) => vega)),
  };
}

/** Greeks of all, and of the largest underlyings that options or futures are held on. */
export function greeksOf(holdings: readonly ValuedHolding[], limit: number) {
  const rows = groupBy(holdings, ({ underlying }) => underlying.conId)
    .filter((group) => group.some((holding) => isOption(holding) || isFuture(holding)))
    .map((group) => ({ group, own: sensitivitiesOf(group) }))
    .sort((a, b) => Math.abs(b.own.deltaDollars) - Math.abs(a.own.deltaDollars))
    .slice(0, limit)
    .map(({ group, own }) => [
      group[0]?.underlying.contract ?? '',
      group[0]?.underlying.conId ?? '',
      priceIn(group),
      own.deltaDollars,
      own.gamma,
      own.theta,
      own.vega,
    ]);
  return { ...sensitivitiesOf(holdings), columns: greekColumns, rows };
}

/** What the Greeks of a group hold at; empty where none are known. */
function priceIn(group: readonly Holding[]): number | '' {
  const price = group.find(({ greeks }) => greeks)?.greeks?.underlying;
  return price === undefined ? '' : Number(price.toPrecision(8));
}

/** Options that have a position and no Greeks. */
export function withoutGreeks(holdings: readonly ValuedHolding[]): string[] {
  return [
    ...new Set(holdings.filter((holding) => isOption(holding) && !holding.greeks).map(({ contract }) => contract)),
  ];
}

/** The worth of positions, largest first, to decide where to look when not everything can be looked at. */
export function bySize<Item extends { readonly worth: Decimal | undefined }>(items: readonly Item[]): Item[] {
  return items.toSorted((a, b) => (b.worth ?? zero).abs().comparedTo((a.worth ?? zero).abs()));
}
