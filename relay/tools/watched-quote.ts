import type { Answer } from '../gateway/messages.ts';
import { knownPrice, knownSize } from '../gateway/numbers.ts';

/** Tick ids of live data, and the ids that stand for them in delayed data. */
const fields: Readonly<Record<number, 'bid' | 'ask' | 'last' | 'lastSize' | 'volume' | 'lastTime'>> = {
  1: 'bid',
  2: 'ask',
  4: 'last',
  5: 'lastSize',
  8: 'volume',
  45: 'lastTime',
  66: 'bid',
  67: 'ask',
  68: 'last',
  71: 'lastSize',
  74: 'volume',
  88: 'lastTime',
};

/** One instrument's quote while it is watched, and what has happened since. */
export class WatchedQuote {
  readonly #secType: string;
  updates = 0;
  dataType = 1;
  bid: number | undefined;
  ask: number | undefined;
  first: number | undefined;
  last: number | undefined;
  high: number | undefined;
  low: number | undefined;
  trades = 0;
  volume = 0;
  #turnover = 0;
  #dayVolume: number | undefined;

  constructor(secType: string) {
    this.#secType = secType;
  }

  /** Average price of the trades seen, by volume. */
  get vwap(): number | undefined {
    return this.volume > 0 ? Number((this.#turnover / this.volume).toFixed(6)) : undefined;
  }

  /** Last, or the middle where nothing is traded. */
  get price(): number | undefined {
    if (this.last !== undefined) return this.last;
    return this.bid !== undefined && this.ask !== undefined ? (this.bid + this.ask) / 2 : undefined;
  }

  /** Takes what the gateway sent. @returns whether the quote is another than before */
  take(answer: Answer): boolean {
    if (answer.type === 'market-data-type') this.dataType = answer.value;
    if (answer.type !== 'tick' || answer.value === undefined) return false;
    const field = fields[answer.field];
    const value = Number(answer.value);
    if (field === 'volume') return this.#countTrade(knownSize(value));
    if (field !== 'bid' && field !== 'ask' && field !== 'last') return false;
    const price = knownPrice(value, this.#secType);
    if (price === undefined || price === this[field]) return false;
    this[field] = price;
    this.#extend();
    this.updates += 1;
    return true;
  }

  /** A rise of the day's volume is what was traded since; IB merges the trades of a quarter of a second. */
  #countTrade(volume: number | undefined): boolean {
    const before = this.#dayVolume;
    this.#dayVolume = volume ?? before;
    if (volume === undefined || before === undefined || volume <= before) return false;
    this.trades += 1;
    this.volume += volume - before;
    this.#turnover += (volume - before) * (this.last ?? 0);
    this.updates += 1;
    return true;
  }

  #extend(): void {
    const { price } = this;
    if (price === undefined) return;
    this.first ??= price;
    this.high = Math.max(this.high ?? price, price);
    this.low = Math.min(this.low ?? price, price);
  }
}
