import type { ContractDetails } from '@stoqey/ib';
import { Decimal } from 'decimal.js';
import type { PriceIncrement } from '../../../shared/contracts/price-increments.ts';

/**
 * IB quotes some instruments in parts of their currency: grains in cents, London shares in pence. `priceMagnifier` says
 * in how many. Quotes, bars, strikes and the prices of fills and orders are in those parts; tick sizes, average costs and
 * the account window's prices are in the currency itself.
 */

/** In how many parts of the currency prices are: 100 where a price of 450 means 4.50, mostly 1. */
export function magnifierOf({ priceMagnifier }: Pick<ContractDetails, 'priceMagnifier'>): number {
  return priceMagnifier !== undefined && priceMagnifier > 1 ? priceMagnifier : 1;
}

/**
 * What one unit of an instrument is worth more, in its currency, when its price rises by 1.
 * @param usual the multiplier where IB names none
 */
export function pointValueOf(details: Pick<ContractDetails, 'contract' | 'priceMagnifier'>, usual = 1): number {
  return (Number(details.contract.multiplier) || usual) / magnifierOf(details);
}

/** The unit of prices where it is not the currency itself, such as `0.01 GBP`. */
export function priceUnitOf({ details }: { readonly details: ContractDetails }): string | undefined {
  const magnifier = magnifierOf(details);
  return magnifier === 1 ? undefined : unitText(magnifier, details.contract.currency ?? '');
}

export function unitText(magnifier: number, currency: string): string {
  return `${1 / magnifier} ${currency}`;
}

/** What to know about prices that are not in the currency itself. */
export function priceUnitNote(instrument: { readonly details: ContractDetails }): string | undefined {
  const unit = priceUnitOf(instrument);
  return unit && `Prices are in ${unit}.`;
}

/** A size of ticks as IB tells it, in the unit of prices. */
export function tickInQuotes(tick: number, details: Pick<ContractDetails, 'priceMagnifier'>): number {
  return new Decimal(tick).mul(magnifierOf(details)).toNumber();
}

/** Price increments as IB tells them, in the unit of prices. */
export function incrementsInQuotes(
  increments: readonly PriceIncrement[],
  details: Pick<ContractDetails, 'priceMagnifier'>,
): PriceIncrement[] {
  return increments.map(({ from, increment }) => ({
    from: tickInQuotes(from, details),
    increment: tickInQuotes(increment, details),
  }));
}
