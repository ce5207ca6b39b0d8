import { Decimal } from 'decimal.js';
import { sharesOf } from './allocation.ts';
import type { Commitment } from './commitment.ts';
import type { Floor } from './floor.ts';
import { expectedPrice, hypotheticalTrades } from './margin-check.ts';
import { insufficientMargin, type Notice } from './messages.ts';
import type { Order, OrderTerms } from './model.ts';
import { totalOf, type Working, zero } from './working.ts';

/** Exits close what their entry opens and no more: they take nothing of their own. */
export function isExit({ side, legs }: OrderTerms, quantity: Decimal, parent: Order | undefined): boolean {
  if (!parent || parent.terms.side === side || quantity.gt(totalOf(parent))) return false;
  const entry = parent.terms.legs;
  return legs.length === entry.length && legs.every((leg, at) => leg.instrument.conId === entry[at]?.instrument.conId);
}

/** What a quantity of an order takes: margin and losses at the market, in proportion less for limits below it. */
export function commitmentOf(floor: Floor, terms: OrderTerms, quantity: Decimal): Commitment {
  const view = floor.view(terms);
  const market = terms.side === 'BUY' ? view.ask : view.bid;
  const price = expectedPrice(terms, view);
  const isDaily = terms.legs[0].instrument.secType === 'FUT';
  const isBetter = !terms.combo && !isDaily && terms.side === 'BUY' && price < market && market > 0;
  const part = isBetter ? Math.max(0, price) / market : 1;
  return {
    quantity,
    funds: sharesOf(floor, terms, quantity).map(({ account, quantity: share }) => {
      const trades = hypotheticalTrades(floor, terms, account, share, isBetter ? market : price);
      const before = floor.book.margin(account, floor.at).availableFunds;
      const after = floor.book.marginWith(account, trades, floor.at).availableFunds;
      return { account, amount: Decimal.max(zero, before.minus(after).mul(part)).toDecimalPlaces(2) };
    }),
  };
}

/** One order's part of what is taken of an account. */
interface Claim {
  readonly terms: OrderTerms;
  readonly amount: Decimal;
}

/** What the living orders take of an account. */
function claimsOn(floor: Floor, account: string, except: number | undefined): Claim[] {
  return floor.registry.living().flatMap((working): Claim[] => {
    const { permId, terms } = working.order;
    const amount = amountFor(working, account);
    return permId === except || amount.isZero() ? [] : [{ terms, amount }];
  });
}

function amountFor({ order, commitment }: Working, account: string): Decimal {
  const amount = commitment?.funds.find((funds) => funds.account === account)?.amount;
  if (!commitment || !amount || commitment.quantity.isZero()) return zero;
  if (order.remaining.eq(commitment.quantity)) return amount;
  return amount.mul(order.remaining).div(commitment.quantity);
}

/** All claims together. Of a group only one order is done, and of two opposite sides only the larger one counts. */
function sumOf(claims: readonly Claim[]): Decimal {
  const groups = new Map<string, Decimal>();
  const sides = new Map<string, { BUY: Decimal; SELL: Decimal }>();
  for (const { terms, amount } of claims) {
    const { ocaGroup, side, legs } = terms;
    if (ocaGroup !== '') {
      groups.set(ocaGroup, Decimal.max(amount, groups.get(ocaGroup) ?? zero));
      continue;
    }
    const name = legs.map(({ instrument }) => instrument.conId).join();
    const both = sides.get(name) ?? { BUY: zero, SELL: zero };
    sides.set(name, { ...both, [side]: both[side].plus(amount) });
  }
  const larger = [...sides.values()].map(({ BUY, SELL }) => Decimal.max(BUY, SELL));
  return [...groups.values(), ...larger].reduce((sum, amount) => sum.plus(amount), zero);
}

/** Why the accounts cannot carry an order besides those that work already. @param except the order it replaces */
export function marginProblem(
  floor: Floor,
  terms: OrderTerms,
  { funds }: Commitment,
  except?: number,
): Notice | undefined {
  for (const { account, amount } of funds) {
    if (amount.isZero()) continue;
    const { initial, equityWithLoan, availableFunds } = floor.book.margin(account, floor.at);
    const claims = claimsOn(floor, account, except);
    const most = claims.reduce((sum, claim) => sum.plus(claim.amount), amount);
    if (availableFunds.gte(most)) continue;
    const taken = sumOf([...claims, { terms, amount }]);
    const needed = initial.plus(taken);
    if (equityWithLoan.gte(needed) || taken.eq(sumOf(claims))) continue;
    const currency = floor.book.account(account)?.baseCurrency ?? '';
    return insufficientMargin(`${equityWithLoan.toFixed(2)} ${currency}`, `${needed.toFixed(2)} ${currency}`);
  }
  return undefined;
}
