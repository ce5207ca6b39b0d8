import { Decimal } from 'decimal.js';
import type { Order } from './model.ts';
import { directionOf } from './order-kinds.ts';

const clean = (price: number): number => Math.round(price * 1e8) / 1e8;

/**
 * The part of a scale order that is in the market: the first of the initial size, the next ones of the next size, each a
 * price increment further from the market. Undefined for orders that are not scaled.
 */
export function scaleComponent(order: Order): { readonly quantity: Decimal; readonly limit: number } | undefined {
  const { scale, limitPrice } = order.terms;
  if (!scale || limitPrice === undefined || !(scale.initialSize > 0) || !(scale.priceIncrement > 0)) return undefined;
  const initial = new Decimal(scale.initialSize);
  const next = new Decimal(scale.nextSize && scale.nextSize > 0 ? scale.nextSize : scale.initialSize);
  const beyond = order.filled.minus(initial);
  const steps = beyond.lt(0) ? 0 : beyond.div(next).floor().toNumber() + 1;
  const upTo = initial.plus(next.mul(steps));
  return {
    quantity: Decimal.min(order.remaining, upTo.minus(order.filled)),
    limit: clean(limitPrice - directionOf(order.terms) * steps * scale.priceIncrement),
  };
}
