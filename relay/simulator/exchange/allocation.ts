import { Decimal } from 'decimal.js';
import type { Floor } from './floor.ts';
import type { Order, OrderTerms } from './model.ts';
import { instrumentOf, ZERO } from './working.ts';

export interface Share {
  readonly account: string;
  readonly quantity: Decimal;
}

const isMaster = (id: string): boolean => /^D?F/.test(id);

/** The accounts an advisor's order is for. */
function advised(floor: Floor, { faGroup, account }: OrderTerms): string[] {
  if (faGroup === '' && !isMaster(account)) return [account];
  return floor.book.accounts.map(({ id }) => id).filter((id) => !isMaster(id));
}

/** What the accounts' parts of an order are in proportion to. */
function weights(floor: Floor, terms: OrderTerms, accounts: readonly string[]): Decimal[] {
  const { instrument } = terms.legs[0];
  switch (terms.faMethod) {
    case 'NetLiq':
      return accounts.map((id) => floor.book.margin(id, floor.at).equityWithLoan);
    case 'AvailableEquity':
      return accounts.map((id) => floor.book.margin(id, floor.at).availableFunds);
    case 'PctChange':
      return accounts.map((id) => {
        const holding = floor.book.account(id)?.holdings.find((held) => held.instrument.conId === instrument.conId);
        return holding?.quantity.abs() ?? ZERO;
      });
    default:
      return accounts.map(() => new Decimal(1));
  }
}

/** Divides a quantity in proportion, in whole increments, the remainder going to the first. */
export function divideQuantity(quantity: Decimal, parts: readonly Decimal[], increment: number): Decimal[] {
  const positive = parts.map((part) => Decimal.max(ZERO, part));
  const total = positive.reduce((sum, part) => sum.plus(part), ZERO);
  const even = total.isZero();
  const divided = positive.map((part) => {
    const share = even ? quantity.div(parts.length) : quantity.mul(part).div(total);
    return share.div(increment).toDecimalPlaces(0, Decimal.ROUND_DOWN).mul(increment);
  });
  const left = divided.reduce((rest, share) => rest.minus(share), quantity);
  return divided.map((share, index) => (index === 0 ? share.plus(left) : share));
}

/** The accounts' shares of a fill: those furthest behind their part of the order get the most. */
export function allocate(floor: Floor, order: Order, quantity: Decimal): Share[] {
  const accounts = advised(floor, order.terms);
  const [only] = accounts;
  if (only !== undefined && accounts.length === 1) return [{ account: only, quantity }];
  const increment = Math.max(instrumentOf(order).sizeIncrement, order.terms.quantity.isInteger() ? 1 : 0);
  const parts = weights(floor, order.terms, accounts).map((part) => Decimal.max(ZERO, part));
  const total = parts.reduce((sum, part) => sum.plus(part), ZERO);
  const upTo = order.filled.plus(quantity);
  const behind = accounts.map((account, index) => {
    const part = total.isZero() ? new Decimal(1).div(accounts.length) : (parts[index] ?? ZERO).div(total);
    return upTo.mul(part).minus(given(order, account));
  });
  return divideQuantity(quantity, behind, increment)
    .map((share, index) => ({ account: accounts[index] ?? order.terms.account, quantity: share }))
    .filter((share) => !share.quantity.isZero());
}

function given({ executions, terms }: Order, account: string): Decimal {
  return executions
    .filter((execution) => execution.account === account && execution.isComboSummary === terms.combo)
    .reduce((sum, { quantity }) => sum.plus(quantity), ZERO);
}
