import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import type { Side } from '../market/side.ts';
import type { MarketView, View } from './market-view.ts';
import type { Level } from './matching.ts';
import { zero } from './working.ts';

export interface LiquidityState {
  readonly second: number;
  readonly used: readonly (readonly [string, string])[];
}

/** What the market still offers in a second: what one order has taken is gone for the next. */
export class Liquidity {
  readonly #market: MarketView;
  readonly #used = new Map<string, Decimal>();
  #second = Number.NaN;

  constructor(market: MarketView) {
    this.#market = market;
  }

  #key(instrument: Instrument, side: Side, view: View): string {
    const second = Math.floor(view.instant / 1000);
    if (second !== this.#second) {
      this.#used.clear();
      this.#second = second;
    }
    return `${instrument.conId}/${side}`;
  }

  /** The levels an order of a side can take from. */
  levels(instrument: Instrument, view: View, side: Side): Level[] {
    let used = this.#used.get(this.#key(instrument, side, view)) ?? zero;
    return this.#market.levels(instrument, view, side).map(({ price, size }) => {
      const gone = Decimal.min(used, size);
      used = used.minus(gone);
      return { price, size: new Decimal(size).minus(gone) };
    });
  }

  use(instrument: Instrument, view: View, side: Side, quantity: Decimal): void {
    const key = this.#key(instrument, side, view);
    this.#used.set(key, (this.#used.get(key) ?? zero).plus(quantity));
  }

  save(): LiquidityState {
    return { second: this.#second, used: [...this.#used].map(([key, used]) => [key, used.toString()]) };
  }

  restore({ second, used }: LiquidityState): void {
    this.#second = second ?? Number.NaN;
    this.#used.clear();
    for (const [key, quantity] of used) this.#used.set(key, new Decimal(quantity));
  }
}
