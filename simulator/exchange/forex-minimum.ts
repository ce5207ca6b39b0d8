import type { Decimal } from 'decimal.js';
import type { OrderTerms } from './model.ts';

/** The smallest order at IDEALPRO in units of the pair's first currency, as IBKR publishes them; smaller ones are odd lots. */
const minima: ReadonlyMap<string, number> = new Map([
  ['USD', 25_000],
  ['AUD', 25_000],
  ['CAD', 25_000],
  ['CHF', 25_000],
  ['EUR', 20_000],
  ['GBP', 20_000],
  ['NZD', 35_000],
  ['SGD', 35_000],
  ['JPY', 2_500_000],
  ['CNH', 150_000],
  ['DKK', 150_000],
  ['NOK', 150_000],
  ['SEK', 175_000],
  ['HKD', 200_000],
  ['MXN', 300_000],
  ['ZAR', 350_000],
]);

/** What an order of currencies below the minimum is told; it is routed and filled all the same. */
export function oddLotWarning({ legs: [{ instrument }], combo }: OrderTerms, units: Decimal): string | undefined {
  if (combo || instrument.secType !== 'CASH') return undefined;
  const minimum = minima.get(instrument.symbol);
  if (minimum === undefined || units.gte(minimum)) return undefined;
  return `Your order size is below the ${instrument.symbol} ${minimum} IdealPro minimum and will be routed as an odd lot order.`;
}
