import { Decimal } from 'decimal.js';
import type { Fill } from './fill-journal.ts';

/** What fills have cost and realized, in one currency. */
export interface FillTotals {
  readonly currency: string;
  readonly fills: number;
  readonly commission: number;
  /** Commission deducted; undefined when nothing was closed. */
  readonly realizedPnl: number | undefined;
}

/** The sums by currency, in alphabetical order; exact. Fills of which no commission is known count in that of their contract. */
export function fillTotals(fills: readonly Fill[]): FillTotals[] {
  const currencyOf = ({ commissionCurrency, contract }: Fill): string => commissionCurrency ?? contract.currency ?? '';
  // A combination's own line has neither costs nor a position: its legs are fills of their own.
  const counted = fills.filter(({ contract }) => (contract.secType as string | undefined) !== 'BAG');
  return [...new Set(counted.map(currencyOf))].sort().map((currency) => {
    const own = counted.filter((fill) => currencyOf(fill) === currency);
    const realized = own.flatMap(({ realizedPnl }) => realizedPnl ?? []);
    return {
      currency,
      fills: own.length,
      commission: sum(own.flatMap(({ commission }) => commission ?? [])),
      realizedPnl: realized.length > 0 ? sum(realized) : undefined,
    };
  });
}

/**
 * The same in one currency, in cents. @param rates units of it per unit of each currency
 * @returns undefined when a rate is missing
 */
export function fillTotalIn(
  base: string,
  totals: readonly FillTotals[],
  rates: ReadonlyMap<string, number>,
): FillTotals | undefined {
  const rate = (currency: string): number | undefined => (currency === base ? 1 : rates.get(currency));
  if (totals.some(({ currency }) => rate(currency) === undefined)) return undefined;
  const converted = (value: (total: FillTotals) => number | undefined): number[] =>
    totals.flatMap((total) => {
      const amount = value(total);
      return amount === undefined ? [] : [new Decimal(amount).mul(rate(total.currency) ?? 0).toNumber()];
    });
  const realized = converted(({ realizedPnl }) => realizedPnl);
  return {
    currency: base,
    fills: totals.reduce((count, { fills }) => count + fills, 0),
    commission: cents(sum(converted(({ commission }) => commission))),
    realizedPnl: realized.length > 0 ? cents(sum(realized)) : undefined,
  };
}

const sum = (amounts: readonly number[]): number => Decimal.sum(0, ...amounts).toNumber();
const cents = (amount: number): number => new Decimal(amount).toDecimalPlaces(2).toNumber();
