import type { Answer } from '../../gateway/connection/events/messages.ts';
import { asDataType, type DataType } from '../../gateway/market-data/data-type-lock.ts';
import { knownPrice, knownSize } from '../../gateway/numbers.ts';

/** Tick ids of live data, and the ids that stand for them in delayed data. */
const fields: Readonly<Record<number, 'bid' | 'ask' | 'last' | 'volume' | 'halted'>> = {
  1: 'bid',
  2: 'ask',
  4: 'last',
  8: 'volume',
  49: 'halted',
  66: 'bid',
  67: 'ask',
  68: 'last',
  74: 'volume',
  90: 'halted',
};

const firstDelayed = 66;

/** How prices have moved, as far as there are any. */
class Range {
  first: number | undefined;
  last: number | undefined;
  high: number | undefined;
  low: number | undefined;

  add(price: number): void {
    this.first ??= price;
    this.last = price;
    this.high = Math.max(this.high ?? price, price);
    this.low = Math.min(this.low ?? price, price);
  }
}

/** One instrument's quote while it is watched, and what has happened since. */
export class WatchedQuote {
  readonly #secType: string;
  readonly #traded = new Range();
  readonly #middle = new Range();
  updates = 0;
  dataType: DataType = 1;
  bid: number | undefined;
  ask: number | undefined;
  halted = false;
  trades = 0;
  volume = 0;
  #turnover = 0;
  #dayVolume: number | undefined;

  constructor(secType: string) {
    this.#secType = secType;
  }

  /** Whether nothing has come that could be shown. */
  get isEmpty(): boolean {
    return this.bid === undefined && this.ask === undefined && this.last === undefined;
  }

  get last(): number | undefined {
    return this.#traded.last;
  }

  /** Of what was traded; of the middle where nothing is. */
  get range(): Readonly<Range> {
    return this.last === undefined ? this.#middle : this.#traded;
  }

  /** Average price of the trades seen, by volume. */
  get vwap(): number | undefined {
    return this.volume > 0 ? Number((this.#turnover / this.volume).toFixed(6)) : undefined;
  }

  /** Takes what the gateway sent. @returns whether the quote is another than before */
  take(answer: Answer): boolean {
    if (answer.type === 'market-data-type') this.dataType = asDataType(answer.value);
    if (answer.type !== 'tick' || answer.value === undefined) return false;
    // Delayed data is not always announced; its ids tell it.
    if (answer.field >= firstDelayed && answer.field in fields && this.dataType < 3) this.dataType = 3;
    const field = fields[answer.field];
    const value = Number(answer.value);
    switch (field) {
      case 'volume':
        return this.#countTrade(knownSize(value));
      case 'halted':
        return this.#halt(value > 0);
      case 'bid':
      case 'ask':
      case 'last':
        return this.#price(field, knownPrice(value, this.#secType));
      default:
        return false;
    }
  }

  #price(field: 'bid' | 'ask' | 'last', price: number | undefined): boolean {
    if (price === undefined || price === this[field]) return false;
    this.updates += 1;
    if (field === 'last') this.#traded.add(price);
    else this.#quote(field, price);
    return true;
  }

  #quote(side: 'bid' | 'ask', price: number): void {
    this[side] = price;
    // Halves of binary fractions must not show more digits than prices have.
    if (this.bid !== undefined && this.ask !== undefined) {
      this.#middle.add(Number(((this.bid + this.ask) / 2).toFixed(8)));
    }
  }

  /** Beginnings and ends of halts; the first word of a stock that trades is none. */
  #halt(halted: boolean): boolean {
    if (halted === this.halted) return false;
    this.halted = halted;
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
}
