import { Decimal } from 'decimal.js';
import type { Floor } from './floor.ts';
import type { Execution, Order, OrderTerms } from './model.ts';
import { zero } from './working.ts';

/** An account's part of an order or of a fill. */
export interface Share {
  readonly account: string;
  readonly quantity: Decimal;
}

/** The accounts of an order, and what their parts of it are in proportion to. */
interface Plan {
  readonly accounts: readonly string[];
  readonly weights: readonly Decimal[];
}

const isMaster = (id: string): boolean => /^D?F/.test(id);

/** Whether an order is for several accounts of an advisor. */
export const isShared = ({ faGroup, account }: OrderTerms): boolean => faGroup !== '' || isMaster(account);

function planOf(floor: Floor, terms: OrderTerms): Plan {
  if (!isShared(terms)) return { accounts: [terms.account], weights: [new Decimal(1)] };
  const group = floor.book.advisor?.group(terms.faGroup);
  const everyone = floor.book.accounts.map(({ id }) => id).filter((id) => !isMaster(id));
  const accounts = group ? group.accounts.map(({ account }) => account) : everyone;
  const method = terms.faMethod || group?.method || 'Equal';
  const amounts = accounts.map((id) => group?.accounts.find(({ account }) => account === id)?.amount);
  return { accounts, weights: accounts.map((id, index) => weightOf(floor, terms, method, id, amounts[index])) };
}

function weightOf(floor: Floor, terms: OrderTerms, method: string, id: string, amount: string | undefined): Decimal {
  switch (method) {
    case 'NetLiq':
      return floor.book.margin(id, floor.at).equityWithLoan;
    case 'AvailableEquity':
      return floor.book.margin(id, floor.at).availableFunds;
    case 'PctChange': {
      const { conId } = terms.legs[0].instrument;
      const held = floor.book.account(id)?.holdings.find(({ instrument }) => instrument.conId === conId);
      return held?.quantity.abs() ?? zero;
    }
    case 'Percent':
    case 'Ratio':
    case 'ContractsOrShares':
    case 'MonetaryAmount':
      return new Decimal(amount || 1);
    default:
      return new Decimal(1);
  }
}

/** Divides a quantity in proportion, in whole increments; what is left over goes to the largest part. */
export function divideQuantity(quantity: Decimal, parts: readonly Decimal[], increment: number): Decimal[] {
  const positive = parts.map((part) => Decimal.max(zero, part));
  const total = positive.reduce((sum, part) => sum.plus(part), zero);
  const divided = positive.map((part) => {
    const share = total.isZero() ? quantity.div(parts.length) : quantity.mul(part).div(total);
    return share.div(increment).toDecimalPlaces(0, Decimal.ROUND_DOWN).mul(increment);
  });
  const left = divided.reduce((rest, share) => rest.minus(share), quantity);
  const largest = positive.reduce((best, part, index) => (part.gt(positive[best] ?? zero) ? index : best), 0);
  return divided.map((share, index) => (index === largest ? share.plus(left) : share));
}

/** The accounts' shares of a quantity that follows what was `done`: those furthest behind their part get the most. */
function sharesAfter(floor: Floor, terms: OrderTerms, quantity: Decimal, done: readonly Execution[]): Share[] {
  const { accounts, weights } = planOf(floor, terms);
  const [only] = accounts;
  if (only !== undefined && accounts.length === 1) return [{ account: only, quantity }];
  const { sizeIncrement } = terms.legs[0].instrument;
  const increment = terms.quantity.isInteger() ? Math.max(1, sizeIncrement) : sizeIncrement;
  const given = accounts.map((id) =>
    done.reduce((sum, execution) => (execution.account === id ? sum.plus(execution.quantity) : sum), zero),
  );
  const upTo = given.reduce((sum, part) => sum.plus(part), quantity);
  const parts = weights.map((weight) => Decimal.max(zero, weight));
  const total = parts.reduce((sum, part) => sum.plus(part), zero);
  const behind = parts.map((part, index) => {
    const target = total.isZero() ? upTo.div(accounts.length) : upTo.mul(part).div(total);
    return target.minus(given[index] ?? zero);
  });
  return divideQuantity(quantity, behind, increment)
    .map((share, index) => ({ account: accounts[index] ?? terms.account, quantity: share }))
    .filter((share) => !share.quantity.isZero());
}

/** The accounts' shares of an order as a whole. */
export const sharesOf = (floor: Floor, terms: OrderTerms, quantity: Decimal): Share[] =>
  sharesAfter(floor, terms, quantity, []);

/** The accounts' shares of a fill. */
export function allocate(floor: Floor, { terms, executions }: Order, quantity: Decimal): Share[] {
  const done = executions.filter(({ isComboSummary }) => isComboSummary === terms.combo);
  return sharesAfter(floor, terms, quantity, done);
}
