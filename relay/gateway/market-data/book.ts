import type { DepthChange } from '../connection/events/messages.ts';

/** One row of an order book. */
export interface BookLevel {
  readonly price: number;
  readonly size: number;
  /** A market maker, or an exchange in smart depth. */
  readonly marketMaker?: string;
}

const sides = ['asks', 'bids'] as const;

/** An order book as IB's changes build it: rows by position, best first. */
export class OrderBook {
  readonly asks: BookLevel[] = [];
  readonly bids: BookLevel[] = [];

  /** Applies a change; one that names a row which is not there is ignored. */
  apply({ side, position, operation, price, size, marketMaker }: DepthChange): void {
    const rows = this[sides[side === 1 ? 1 : 0]];
    const level = { price, size, ...(marketMaker ? { marketMaker } : {}) };
    if (operation === 0 && position <= rows.length) rows.splice(position, 0, level);
    else if (operation === 1 && position < rows.length) rows[position] = level;
    else if (operation === 1 && position === rows.length) rows.push(level);
    else if (operation === 2) rows.splice(position, 1);
  }

  /** IB starts a book anew after it has reset it. */
  clear(): void {
    this.asks.length = 0;
    this.bids.length = 0;
  }
}
