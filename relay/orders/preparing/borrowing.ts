import { Decimal } from 'decimal.js';
import { parseNumber } from '../../gateway/numbers.ts';
import { exchangeRates } from '../../tools/support/currencies.ts';
import type { OpenOrder } from '../planning/trading-view.ts';
import { type CashAfter, paidInFull } from './money.ts';
import { marketPrice, type Scene } from './scene.ts';

/**
 * Negative cash of all currencies once the order and every working order that buys are filled, whoever placed them; base
 * currency. What working orders would bring in counts nothing. Undefined where IB does not tell the rates, or a working
 * order's price is not known.
 */
export function borrowedAfter(scene: Scene, cash: readonly CashAfter[]): Decimal | undefined {
  const { values } = scene;
  const committed = committedCash(scene);
  if (!values || !committed) return undefined;
  const rates = exchangeRates(values);
  const balances = values.get('TotalCashBalance') ?? values.get('CashBalance') ?? new Map<string, string>();
  const amounts = new Map<string, Decimal>();
  for (const [currency, text] of balances) {
    if (currency !== '' && currency !== 'BASE') amounts.set(currency, new Decimal(parseNumber(text) ?? 0));
  }
  for (const { currency, after } of cash) amounts.set(currency, after);
  for (const [currency, paid] of committed) {
    amounts.set(currency, (amounts.get(currency) ?? new Decimal(0)).minus(paid));
  }
  let owed = new Decimal(0);
  for (const [currency, amount] of amounts) {
    if (!amount.isNegative()) continue;
    const rate = rates.get(currency);
    if (rate === undefined) return undefined;
    owed = owed.plus(amount.abs().mul(rate));
  }
  return owed;
}

interface Payment {
  readonly currency: string;
  readonly amount: Decimal;
}

/** What working orders may still pay, by currency; of a group of which one cancels the others, the largest. */
function committedCash(scene: Scene): ReadonlyMap<string, Decimal> | undefined {
  const groups = new Map<string, Payment>();
  for (const open of scene.open) {
    const payment = paymentOf(open, scene);
    if (payment === 'unknown') return undefined;
    if (payment === undefined) continue;
    const { ocaGroup, clientId, orderId, permId } = open.order;
    const key = `${payment.currency} ${ocaGroup || `${clientId}/${orderId}/${permId}`}`;
    const largest = groups.get(key);
    if (!largest || payment.amount.gt(largest.amount)) groups.set(key, payment);
  }
  const sums = new Map<string, Decimal>();
  for (const { currency, amount } of groups.values()) {
    sums.set(currency, (sums.get(currency) ?? new Decimal(0)).plus(amount));
  }
  return sums;
}

/** What one working order pays when it is filled; nothing for what is sold or settles by gain and loss alone. */
function paymentOf({ order, remaining }: OpenOrder, scene: Scene): Payment | 'unknown' | undefined {
  const { contract, terms } = order;
  const units = new Decimal(remaining);
  if (contract.secType === 'CASH' && terms.side === 'SELL') return { currency: contract.symbol, amount: units };
  if (terms.side === 'SELL' || !(contract.secType === 'CASH' || paidInFull.has(contract.secType))) return undefined;
  const { currency } = contract;
  if (terms.cashQuantity !== undefined) return { currency, amount: new Decimal(terms.cashQuantity) };
  const price = priceOf(order, scene);
  // Whoever buys a combination for less than nothing is paid.
  if (contract.secType === 'BAG' && price !== undefined && price <= 0) return undefined;
  const values =
    contract.secType === 'CASH' ? [1] : (contract.legs ?? [contract]).map(({ conId }) => scene.pointValues.get(conId));
  if (price === undefined || values.length === 0 || values.includes(undefined)) return 'unknown';
  return { currency, amount: units.mul(price).mul(Math.max(...values.map(Number))) };
}

/** Its own price, or for one in the instrument that is looked at the market's. */
function priceOf({ contract, terms }: OpenOrder['order'], { instrument, quote }: Scene): number | undefined {
  const own = terms.limitPrice ?? terms.stopPrice ?? terms.trailStopPrice;
  if (own !== undefined && (Number(own) !== 0 || contract.secType === 'BAG')) return Number(own);
  return contract.conId === instrument.conId ? marketPrice(quote, terms.side) : undefined;
}
