import { listings } from '../market/listings.ts';
import type { PriceModel } from '../market/prices.ts';
import { markAt } from '../market/quotes.ts';

const pairs = listings.filter(({ secType }) => secType === 'CASH');

/** US dollars per unit of a currency, through a listed pair; undefined when there is none. */
export function dollarsPer(model: PriceModel, currency: string, instant: number): number | undefined {
  if (currency === 'USD') return 1;
  const direct = pairs.find((pair) => pair.symbol === currency && pair.currency === 'USD');
  if (direct) return markAt(model, direct, instant);
  const inverse = pairs.find((pair) => pair.symbol === 'USD' && pair.currency === currency);
  return inverse && 1 / markAt(model, inverse, instant);
}
