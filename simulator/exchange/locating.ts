import { Decimal } from 'decimal.js';
import { borrowOf } from '../market/borrow.ts';
import { isShared } from './allocation.ts';
import { refresh, tell } from './ending.ts';
import type { Floor } from './floor.ts';
import { type Notice, notices, rejected } from './messages.ts';
import type { OrderTerms } from './model.ts';
import { instrumentOf, zero } from './working.ts';

/** What an account would be short of after an order to sell; zero for everything else. */
function shortAfter(floor: Floor, terms: OrderTerms, quantity: Decimal): Decimal {
  const { instrument } = terms.legs[0];
  if (terms.side !== 'SELL' || terms.combo) return zero;
  const holdings = floor.book.account(terms.account)?.holdings ?? [];
  const held = holdings.find((holding) => holding.instrument.conId === instrument.conId)?.quantity ?? zero;
  return quantity.minus(Decimal.max(zero, held));
}

/** Whether an order sells shares that its account neither has nor can borrow now. */
export function lacksShares(floor: Floor, terms: OrderTerms, quantity: Decimal): boolean {
  const { instrument } = terms.legs[0];
  if (instrument.secType !== 'STK') return false;
  const short = shortAfter(floor, terms, quantity);
  return short.gt(0) && short.gt(borrowOf(floor.model, instrument, floor.at).shares);
}

/** What nobody lends. */
const neverShort: ReadonlySet<string> = new Set(['CRYPTO', 'FUND']);

/** Why an order cannot sell what its account does not have. */
export function shortProblem(floor: Floor, terms: OrderTerms, quantity: Decimal): Notice | undefined {
  const isLent = !neverShort.has(terms.legs[0].instrument.secType) || isShared(terms);
  if (isLent || !shortAfter(floor, terms, quantity).gt(0)) return undefined;
  return rejected('This contract cannot be sold short.');
}

/** Holds an order until its shares are found, and says so. */
export function holdForShares(floor: Floor, permId: number): void {
  const working = floor.registry.get(permId);
  if (!working) return;
  refresh(floor, { ...working, awaitsLocate: true });
  tell(floor, working.order, notices.locate);
}

/** Looks again for shares that were not to be had. */
export function locateShares(floor: Floor): void {
  for (const working of floor.registry.living()) {
    const { order, awaitsLocate } = working;
    if (!awaitsLocate || instrumentOf(order).secType !== 'STK') continue;
    if (!lacksShares(floor, order.terms, order.remaining)) refresh(floor, { ...working, awaitsLocate: false });
  }
}
