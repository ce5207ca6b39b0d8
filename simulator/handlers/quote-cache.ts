import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { type Quote, quoteAt } from '../market/quotes.ts';

/** Seconds remembered at a time: now, fifteen minutes ago, and what clients with a backlog look at. */
const rememberedSeconds = 8;

/**
 * Values computed once for everybody who looks at the same instrument in the same second; within a second nothing
 * changes. It holds only what can be computed again.
 */
class PerSecond<V> {
  readonly #seconds = new Map<number, Map<string, V>>();

  /** @param second epoch seconds */
  get({ conId, secType }: Instrument, second: number, compute: () => V): V {
    const values = this.#valuesOf(second);
    const key = `${conId}${secType}`;
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = compute();
    values.set(key, value);
    return value;
  }

  #valuesOf(second: number): Map<string, V> {
    const known = this.#seconds.get(second);
    if (known) return known;
    const values = new Map<string, V>();
    this.#seconds.set(second, values);
    if (this.#seconds.size > rememberedSeconds) {
      this.#seconds.delete(this.#seconds.keys().next().value as number);
    }
    return values;
  }
}

/** A view of a market that is the same for all who look at the same second. */
export interface SharedView<V> {
  /** @param instant epoch milliseconds; the second it lies in is looked at */
  at(instrument: Instrument, instant: number): V;
}

/**
 * Makes a view of a market shared by all.
 * @param view its value in a second that begins at an instant, epoch milliseconds
 */
export function sharedView<V>(
  view: (model: PriceModel, instrument: Instrument, instant: number) => V,
): (model: PriceModel) => SharedView<V> {
  const views = new WeakMap<PriceModel, SharedView<V>>();
  return (model) => {
    const known = views.get(model);
    if (known) return known;
    const values = new PerSecond<V>();
    const shared: SharedView<V> = {
      at(instrument, instant) {
        const second = Math.floor(instant / 1000);
        return values.get(instrument, second, () => view(model, instrument, second * 1000));
      },
    };
    views.set(model, shared);
    return shared;
  };
}

/** The quotes of a market. */
export const quotesOf: (model: PriceModel) => SharedView<Quote> = sharedView(quoteAt);

/** The unit in which an instrument's sizes are quoted. */
export const quotedSizeOf = ({ quotedSize, suggestedSizeIncrement }: Instrument): number =>
  quotedSize ?? suggestedSizeIncrement;
