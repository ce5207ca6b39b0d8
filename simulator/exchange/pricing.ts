import type { View } from './market-view.ts';
import type { Order, OrderTerms } from './model.ts';
import { directionOf, kindOf, type PricingKind } from './order-kinds.ts';
import type { Working } from './working.ts';

/** What prices may depend on besides the order's own market. */
export interface PricingFacts {
  readonly view: View;
  /** The smallest step of the price here. */
  readonly tick: number;
  /** The price of the contract a benchmark order follows. */
  readonly reference?: number;
  /** The underlying's price, of derivatives. */
  readonly spot?: number;
  /** The value of an option at an annual volatility. */
  readonly valueAt?: (volatility: number) => number;
}

/** Trading days of a year: what turns a daily volatility into an annual one. */
const daysPerYear = 252;
/** How many ticks a protected order follows the market. */
const protectionTicks = 12;

const clean = (price: number): number => Math.round(price * 1e8) / 1e8;
const numeric = (order: Order, field: string): number | undefined => {
  const value = Number(order.wire.values[field] || Number.NaN);
  return Number.isFinite(value) && value < 1e300 ? value : undefined;
};

/** The worse of a price and the order's own limit, if it has one. */
function capped(terms: OrderTerms, price: number): number {
  const { limitPrice } = terms;
  if (limitPrice === undefined || limitPrice === 0) return price;
  return terms.side === 'BUY' ? Math.min(price, limitPrice) : Math.max(price, limitPrice);
}

/** Rounds a computed price to a tick, to the order's disadvantage in price and not beyond its cap. */
function onTick(terms: OrderTerms, price: number, tick: number): number {
  const ticks = price / tick;
  return clean((terms.side === 'BUY' ? Math.floor(ticks + 1e-6) : Math.ceil(ticks - 1e-6)) * tick);
}

/** The limit at which a triggered order works now; `undefined` at the market, `null` when it cannot be priced. */
export function limitOf(working: Working, facts: PricingFacts): number | undefined | null {
  if (working.limit !== undefined) return working.limit;
  const { order } = working;
  const { terms } = order;
  const { view, tick } = facts;
  const direction = directionOf(terms);
  const [same, other] = direction === 1 ? [view.bid, view.ask] : [view.ask, view.bid];
  const offset = terms.auxPrice ?? 0;
  const pegged = (price: number): number => onTick(terms, capped(terms, price), tick);
  switch (kindOf(terms).pricing) {
    case 'market':
    case 'marketToLimit':
    case 'closingMarket':
      return undefined;
    case 'limit':
    case 'closingLimit':
      return terms.limitPrice;
    case 'protected':
      return clean(other + direction * protectionTicks * tick);
    case 'primary':
      return pegged(same + direction * (terms.percentOffset !== undefined ? same * terms.percentOffset : offset));
    case 'passive':
      return pegged(same - direction * offset);
    case 'opposite':
    case 'snapOpposite':
      return pegged(other - direction * offset);
    case 'midpoint':
    case 'snapMidpoint':
      return onTick(terms, capped(terms, (view.bid + view.ask) / 2 - direction * offset), tick / 2);
    case 'snapPrimary':
      return pegged(same + direction * offset);
    case 'benchmark':
      return benchmarkPrice(working, facts);
    case 'stock':
      return stockPeggedPrice(order, facts);
    case 'volatility':
      return volatilityPrice(terms, facts);
  }
}

function benchmarkPrice(working: Working, { reference, tick, view }: PricingFacts): number | null {
  const { terms } = working.order;
  const { pegBench } = terms;
  if (!pegBench || reference === undefined || pegBench.referenceAmount === 0) return null;
  if (pegBench.rangeLower !== undefined && reference < pegBench.rangeLower) return null;
  if (pegBench.rangeUpper !== undefined && reference > pegBench.rangeUpper) return null;
  const from = pegBench.stockReferencePrice ?? working.reference ?? reference;
  const sign = pegBench.isDecrease ? -1 : 1;
  const moved = ((reference - from) / pegBench.referenceAmount) * pegBench.amount * sign;
  const start = pegBench.startingPrice ?? (terms.side === 'BUY' ? view.bid : view.ask);
  return onTick(terms, capped(terms, start + moved), tick);
}

function stockPeggedPrice(order: Order, { spot, tick, view }: PricingFacts): number | null {
  const { terms } = order;
  if (spot === undefined) return null;
  const delta = (numeric(order, 'delta') ?? 0) / 100;
  const from = numeric(order, 'stockRefPrice') ?? spot;
  const start = numeric(order, 'startingPrice') ?? (view.bid + view.ask) / 2;
  return onTick(terms, capped(terms, start + delta * (spot - from)), tick);
}

function volatilityPrice(terms: OrderTerms, { valueAt, tick }: PricingFacts): number | null {
  const { volatility } = terms;
  if (!volatility || !valueAt) return null;
  const annual = (volatility.percent / 100) * (volatility.unit === 1 ? Math.sqrt(daysPerYear) : 1);
  return onTick(terms, capped(terms, valueAt(annual)), tick);
}

/** The worst price an order accepts: discretionary orders go further than they show. */
export function worstPrice({ discretionaryAmount = 0, ...terms }: OrderTerms, limit: number): number {
  const { pricing } = kindOf(terms);
  const isDiscreet = pricing === 'limit' || pricing === 'primary';
  return isDiscreet ? clean(limit + directionOf(terms) * discretionaryAmount) : limit;
}

/** Types that fix their price when they arrive. */
export const isSnapped = (terms: OrderTerms): boolean =>
  ['snapOpposite', 'snapMidpoint', 'snapPrimary', 'protected'].includes(kindOf(terms).pricing);

const peggedPricing: ReadonlySet<PricingKind> = new Set([
  'primary',
  'passive',
  'opposite',
  'midpoint',
  'benchmark',
  'stock',
  'volatility',
]);

/** Types whose price moves with the market. */
export const isPegged = (terms: OrderTerms): boolean => peggedPricing.has(kindOf(terms).pricing);

/** Midpoint orders meet each other inside the spread. */
export const isMidpoint = (terms: OrderTerms): boolean => kindOf(terms).pricing === 'midpoint';
