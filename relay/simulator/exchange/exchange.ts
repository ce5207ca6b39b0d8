import type { AccountBook } from '../accounts/book.ts';
import type { Catalogue } from '../market/catalogue.ts';
import type { PriceModel } from '../market/prices.ts';
import type { Zone } from '../market/zone.ts';
import type { Exchange, Order } from './model.ts';

export interface ExchangeOptions {
  readonly model: PriceModel;
  readonly catalogue: Catalogue;
  readonly book: AccountBook;
  /** The gateway's own time zone. */
  readonly zone: Zone;
  /** The instant it is when something is asked, epoch milliseconds. */
  readonly now: () => number;
  readonly seed: number;
}

/** An exchange for everything the catalogue lists. */
export function createExchange(_options: ExchangeOptions): Exchange {
  const refuse = (): never => {
    throw new Error('orders are not taken yet');
  };
  const none: readonly Order[] = [];
  return {
    onEvent: () => {},
    place: refuse,
    preview: refuse,
    cancel: refuse,
    cancelAll: () => {},
    exercise: refuse,
    bind: refuse,
    open: () => none,
    completed: () => none,
    executions: () => [],
    find: () => undefined,
    lastOrderId: () => 0,
    advance: () => {},
    scripts: {
      fill: refuse,
      reject: refuse,
      cancel: refuse,
      correct: refuse,
      halt: refuse,
      rejectNext: refuse,
      enterByHand: refuse,
    },
    save: () => ({}),
    restore: () => {},
  };
}
