import { Decimal } from 'decimal.js';
import type { Side } from '../market/side.ts';
import type { View } from './market-view.ts';
import type { OrderTerms } from './model.ts';
import { directionOf } from './order-kinds.ts';
import { zero } from './working.ts';

/** Part of an order that is done at one price. */
export interface Fill {
  readonly quantity: Decimal;
  readonly price: number;
  /** 1 added to the book, 2 took from it. */
  readonly liquidity: 1 | 2;
}

export interface Level {
  readonly price: number;
  readonly size: Decimal;
}

/** An order to match against levels of the other side, best price first. */
export interface Taker {
  readonly side: Side;
  readonly quantity: Decimal;
  /** Absent at the market. */
  readonly limit: number | undefined;
  /** It was in the book before the price came to it, so that it trades at its own limit. */
  readonly passive: boolean;
  /** Fills below this are not taken. */
  readonly least: Decimal;
}

/** Whether a price is as good as the limit or better. */
export function isWithin(side: Side, price: number, limit: number | undefined): boolean {
  if (limit === undefined) return true;
  return side === 'BUY' ? price <= limit + 1e-9 : price >= limit - 1e-9;
}

/** Takes from the levels as far as the limit and the quantity go. */
export function take({ side, quantity, limit, passive, least }: Taker, levels: readonly Level[]): Fill[] {
  const fills: Fill[] = [];
  let left = quantity;
  for (const { price, size } of levels) {
    if (!left.gt(0) || !isWithin(side, price, limit)) break;
    const taken = Decimal.min(left, size);
    if (!taken.gt(0)) continue;
    const at = passive && limit !== undefined ? limit : price;
    const before = fills.at(-1);
    if (before?.price === at) fills[fills.length - 1] = { ...before, quantity: before.quantity.plus(taken) };
    else fills.push({ quantity: taken, price: at, liquidity: passive ? 1 : 2 });
    left = left.minus(taken);
  }
  const total = fills.reduce((sum, fill) => sum.plus(fill.quantity), zero);
  return total.lt(least) ? [] : fills;
}

/** Trades went through a resting order's price, though the quote did not reach it. */
export function isTradedThrough(terms: OrderTerms, limit: number, view: View): boolean {
  return (limit - view.last) * directionOf(terms) > 1e-9;
}

/** The least that may be filled at once, by the order's attributes. */
export function leastFill(terms: OrderTerms, remaining: Decimal, filled: Decimal): Decimal {
  if (terms.allOrNone || terms.tif === 'FOK') return remaining;
  if (terms.minQuantity && filled.isZero()) return Decimal.min(terms.minQuantity, remaining);
  return zero;
}
