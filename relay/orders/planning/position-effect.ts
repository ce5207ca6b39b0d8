import { Decimal } from 'decimal.js';
import { type OrderContract, type OrderTerms, otherSide, type Side } from '../../../shared/orders/order.ts';
import type { OpenOrder } from './trading-view.ts';

/** What an order does to the position in one contract when all of it is filled. Signed units; short is negative. */
export interface PositionEffect {
  readonly conId: number;
  readonly name: string;
  readonly before: Decimal;
  readonly change: Decimal;
  readonly after: Decimal;
  /** With every working order of the same direction filled first, it still can only reduce the position. */
  readonly reduces: boolean;
  /** What working orders of the same direction add up to. */
  readonly working: Decimal;
}

interface Traded {
  readonly conId: number;
  readonly name: string;
  readonly side: Side;
  /** Units for each unit of the order. */
  readonly ratio: number;
}

/** What one unit of an order trades: itself, or every leg of a combination. */
export function tradedBy({ conId, name, legs }: OrderContract, side: Side): Traded[] {
  if (!legs) return [{ conId, name, side, ratio: 1 }];
  return legs.map((leg) => ({
    conId: leg.conId,
    name: leg.name,
    ratio: leg.ratio,
    side: side === 'BUY' ? leg.side : otherSide(leg.side),
  }));
}

/**
 * @param quantity units of the order
 * @param held signed positions of the account by conId
 * @param working open orders of the account, without the one that is changed
 */
export function positionEffects(
  contract: OrderContract,
  side: Side,
  quantity: Decimal,
  held: ReadonlyMap<number, number>,
  working: readonly OpenOrder[],
): PositionEffect[] {
  return tradedBy(contract, side).map(({ conId, name, side: way, ratio }) => {
    const before = new Decimal(held.get(conId) ?? 0);
    const size = quantity.mul(ratio);
    const change = way === 'BUY' ? size : size.neg();
    const others = workingIn(conId, way, working);
    const isAgainst = before.isPositive() !== change.isPositive() && !before.isZero();
    return {
      conId,
      name,
      before,
      change,
      after: before.plus(change),
      working: others,
      reduces: isAgainst && others.plus(size).lte(before.abs()),
    };
  });
}

/**
 * Units of a contract that working orders of one direction may still trade. Of a bracket’s children, or a group of which
 * one cancels the others, only one is filled: the largest counts.
 */
export function workingIn(conId: number, side: Side, working: readonly OpenOrder[]): Decimal {
  const groups = new Map<string, Decimal>();
  for (const { order, remaining } of working) {
    const ways = tradedBy(order.contract, order.terms.side).filter((one) => one.conId === conId && one.side === side);
    const size = ways.reduce((sum, { ratio }) => sum.plus(new Decimal(remaining).mul(ratio)), new Decimal(0));
    const group = order.ocaGroup || `${order.clientId}/${order.orderId}/${order.permId}`;
    const known = groups.get(group) ?? new Decimal(0);
    groups.set(group, Decimal.max(known, size));
  }
  return [...groups.values()].reduce((sum, size) => sum.plus(size), new Decimal(0));
}

/** Units of an order; undefined where only an amount of money is known and no price. */
export function unitsOf({ quantity, cashQuantity }: OrderTerms, unitPrice: number | undefined): Decimal | undefined {
  if (quantity !== undefined) return new Decimal(quantity);
  if (cashQuantity === undefined || unitPrice === undefined || unitPrice <= 0) return undefined;
  return new Decimal(cashQuantity).div(unitPrice);
}
