import type { AccountBook } from '../accounts/book.ts';
import type { Catalogue } from '../market/catalogue.ts';
import type { PriceModel } from '../market/prices.ts';
import type { Zone } from '../market/zone.ts';
import { cancelByOwner, cancelForAccounts } from './cancelling.ts';
import { exercise } from './exercising.ts';
import { Floor } from './floor.ts';
import { placeOrder, previewOrder } from './intake.ts';
import type { Exchange } from './model.ts';
import { restoreFloor, saveFloor } from './saving.ts';
import { createScripts } from './scripts.ts';
import { runTo } from './timeline.ts';
import { withOrder } from './working.ts';

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
export function createExchange({ now, ...options }: ExchangeOptions): Exchange {
  const floor = new Floor(options, now());
  const { registry } = floor;
  const catchUp = (): void => runTo(floor, now());
  return {
    onEvent: (listener) => registry.onEvent(listener),
    place(owner, terms, wire) {
      catchUp();
      placeOrder(floor, owner, terms, wire);
    },
    preview(owner, terms) {
      catchUp();
      return previewOrder(floor, owner, terms);
    },
    cancel(owner) {
      catchUp();
      cancelByOwner(floor, owner);
    },
    cancelAll(accounts) {
      catchUp();
      cancelForAccounts(floor, accounts);
    },
    exercise(request) {
      catchUp();
      exercise(floor, request);
    },
    bind(permId, owner) {
      const working = registry.get(permId);
      if (working) registry.put(withOrder(working, { owner }));
    },
    open: () => registry.living().map(({ order }) => order),
    completed: () => registry.completed(),
    executions: () => registry.executions(),
    find: (permId) => registry.find(permId),
    lastOrderId: (clientId) => registry.lastOrderId(clientId),
    advance: (instant) => runTo(floor, instant),
    scripts: createScripts(floor, catchUp),
    save: () => saveFloor(floor),
    restore: (saved) => restoreFloor(floor, saved),
  };
}
