import { Decimal } from 'decimal.js';
import { borrowOf } from '../market/borrow.ts';
import { refresh, tell } from './ending.ts';
import type { Floor } from './floor.ts';
import { NOTICES } from './messages.ts';
import type { OrderTerms } from './model.ts';
import { instrumentOf, ZERO } from './working.ts';

/** Whether an order sells shares that its account neither has nor can borrow now. */
export function lacksShares(floor: Floor, terms: OrderTerms, quantity: Decimal): boolean {
  const { instrument } = terms.legs[0];
  if (terms.side !== 'SELL' || terms.combo || instrument.secType !== 'STK') return false;
  const holdings = floor.book.account(terms.account)?.holdings ?? [];
  const held = holdings.find((holding) => holding.instrument.conId === instrument.conId)?.quantity ?? ZERO;
  const short = quantity.minus(Decimal.max(ZERO, held));
  return short.gt(0) && short.gt(borrowOf(floor.model, instrument, floor.at).shares);
}

/** Holds an order until its shares are found, and says so. */
export function holdForShares(floor: Floor, permId: number): void {
  const working = floor.registry.get(permId);
  if (!working) return;
  refresh(floor, { ...working, awaitsLocate: true });
  tell(floor, working.order, NOTICES.locate);
}

/** Looks again for shares that were not to be had. */
export function locateShares(floor: Floor): void {
  for (const working of floor.registry.living()) {
    const { order, awaitsLocate } = working;
    if (!awaitsLocate || instrumentOf(order).secType !== 'STK') continue;
    if (!lacksShares(floor, order.terms, order.remaining)) refresh(floor, { ...working, awaitsLocate: false });
  }
}
