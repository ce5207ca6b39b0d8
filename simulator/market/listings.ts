import { americanStocks } from './american-stocks.ts';
import { asianStocks } from './asian-stocks.ts';
import { bonds } from './bonds.ts';
import { currencyPairs } from './currencies.ts';
import { europeanStocks } from './european-stocks.ts';
import { indices } from './indices.ts';
import type { Instrument } from './instruments.ts';
import { otherListings } from './other-listings.ts';
import { stockOf } from './stocks.ts';
import { wellKnownStocks } from './well-known-stocks.ts';

const firstStocks = wellKnownStocks.map(stockOf);
export const aapl = firstStocks[0] as Instrument;

/** Everything listed without an expiry, bonds included. */
export const listings: readonly Instrument[] = [
  ...firstStocks,
  ...indices,
  ...currencyPairs,
  ...americanStocks,
  ...europeanStocks,
  ...asianStocks,
  ...otherListings(aapl),
  ...bonds,
];

/** Everything that can be found by contract id without an expiry. */
export const listingsByConId: ReadonlyMap<number, Instrument> = new Map(
  listings.map((instrument) => [instrument.conId, instrument]),
);
