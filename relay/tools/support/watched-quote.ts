import { Ticker } from '../../gateway/market-data/ticker.ts';

const watchedPrices = ['bid', 'ask', 'last'] as const;
type WatchedPrice = (typeof watchedPrices)[number];

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
  readonly #traded = new Range();
  readonly #middle = new Range();
  #ticker: Ticker;
  #halted = false;
  #priced = false;
  #turnover = 0;
  #dayVolume: number | undefined;
  /** Prices of which a line that was opened again has not said anything yet. */
  readonly #untold = new Set<WatchedPrice>();
  readonly #known: Partial<Record<WatchedPrice, number | undefined>> = {};
  updates = 0;
  trades = 0;
  volume = 0;

  constructor(secType: string) {
    this.#ticker = new Ticker(secType);
  }

  /** Whether nothing has come that could be shown. */
  get isEmpty(): boolean {
    return !this.#priced;
  }

  /** As it is now. */
  get ticker(): Ticker {
    return this.#ticker;
  }
  get bid(): number | undefined {
    return this.#ticker.bid;
  }
  get ask(): number | undefined {
    return this.#ticker.ask;
  }
  get last(): number | undefined {
    return this.#ticker.last;
  }
  get halted(): boolean {
    return this.#halted;
  }

  /** Of what was traded; of the middle where nothing is. */
  get range(): Readonly<Range> {
    return this.#traded.last === undefined ? this.#middle : this.#traded;
  }

  /** Average price of the trades seen, by volume. */
  get vwap(): number | undefined {
    return this.volume > 0 ? Number((this.#turnover / this.volume).toFixed(6)) : undefined;
  }

  /** The line is open again and begins with nothing: what it repeats is no news. */
  reopened(): void {
    for (const price of watchedPrices) this.#untold.add(price);
  }

  /** Takes the ticker as it is now. @returns whether there is something to tell */
  take(ticker: Ticker): boolean {
    this.#ticker = ticker;
    this.#priced ||= ticker.isPriced;
    const changes = [this.#follow(ticker), this.#halt(ticker.halted), this.#countTrade(ticker.volume)];
    const happened = changes.filter(Boolean).length;
    this.updates += happened;
    return happened > 0;
  }

  #follow(ticker: Ticker): boolean {
    const changed = new Set(watchedPrices.filter((price) => this.#changes(price, ticker[price])));
    const isQuoted = changed.has('bid') || changed.has('ask');
    if (changed.has('last') && ticker.last !== undefined) this.#traded.add(ticker.last);
    if (isQuoted && ticker.midpoint !== undefined) this.#middle.add(ticker.midpoint);
    return changed.size > 0;
  }

  #changes(price: WatchedPrice, value: number | undefined): boolean {
    if (value === undefined && this.#untold.has(price)) return false;
    this.#untold.delete(price);
    const before = this.#known[price];
    this.#known[price] = value;
    return value !== before;
  }

  /** Beginnings and ends of halts; the first word of a stock that trades is none. */
  #halt(halted: boolean | undefined): boolean {
    if (halted === undefined || halted === this.#halted) return false;
    this.#halted = halted;
    return true;
  }

  /** A rise of the day's volume is what was traded since; IB merges the trades of a quarter of a second. */
  #countTrade(volume: number | undefined): boolean {
    const before = this.#dayVolume;
    this.#dayVolume = volume ?? before;
    if (volume === undefined || before === undefined || volume <= before) return false;
    // At what price is not known.
    if (this.#traded.last === undefined) return false;
    this.trades += 1;
    this.volume += volume - before;
    this.#turnover += (volume - before) * this.#traded.last;
    return true;
  }
}
