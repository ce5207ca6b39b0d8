import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { type Quote, quoteAt } from '../market/quotes.ts';

/** Seconds remembered at a time: now, fifteen minutes ago, and what clients with a backlog look at. */
const REMEMBERED_SECONDS = 8;

/**
 * Quotes computed once for everybody who looks at the same instrument in the same second; within a second nothing
 * changes. It holds only what can be computed again.
 */
export class QuoteCache {
  readonly #model: PriceModel;
  readonly #seconds = new Map<number, Map<string, Quote>>();

  constructor(model: PriceModel) {
    this.#model = model;
  }

  /** @param instant epoch milliseconds */
  at(instrument: Instrument, instant: number): Quote {
    const second = Math.floor(instant / 1000);
    const quotes = this.#quotesOf(second);
    const key = `${instrument.conId}${instrument.secType}`;
    const known = quotes.get(key);
    if (known) return known;
    const quote = quoteAt(this.#model, instrument, second * 1000);
    quotes.set(key, quote);
    return quote;
  }

  #quotesOf(second: number): Map<string, Quote> {
    const known = this.#seconds.get(second);
    if (known) return known;
    const quotes = new Map<string, Quote>();
    this.#seconds.set(second, quotes);
    if (this.#seconds.size > REMEMBERED_SECONDS) {
      this.#seconds.delete(this.#seconds.keys().next().value as number);
    }
    return quotes;
  }
}

const caches = new WeakMap<PriceModel, QuoteCache>();

/** The quotes of a market, shared by all who ask. */
export function quotesOf(model: PriceModel): QuoteCache {
  const known = caches.get(model);
  if (known) return known;
  const cache = new QuoteCache(model);
  caches.set(model, cache);
  return cache;
}

/** The unit in which an instrument's sizes are quoted. */
export const quotedSizeOf = ({ quotedSize, suggestedSizeIncrement }: Instrument): number =>
  quotedSize ?? suggestedSizeIncrement;
