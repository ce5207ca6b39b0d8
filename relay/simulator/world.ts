import type { Account } from './accounts/account.ts';
import { createAccountBook } from './accounts/account-book.ts';
import type { AccountBook } from './accounts/book.ts';
import { createExchange } from './exchange/exchange.ts';
import type { Exchange } from './exchange/model.ts';
import { HistoryPacing } from './history-pacing.ts';
import { Catalogue } from './market/catalogue.ts';
import { createSchedules } from './market/exchanges.ts';
import { PriceModel } from './market/prices.ts';
import { Zone } from './market/zone.ts';

/** Everything outside the connections: the clock, the market and the accounts. */
export interface World {
  /** The instant it is, epoch milliseconds. */
  now(): number;
  /** The New York date of now, as a day number: which derivatives are listed. */
  today(): number;
  /** The gateway's own time zone. */
  readonly zone: Zone;
  readonly model: PriceModel;
  readonly catalogue: Catalogue;
  /** As they are now: the book's. */
  readonly accounts: readonly Account[];
  readonly book: AccountBook;
  readonly exchange: Exchange;
  /** The gateway's limit on repeated history requests, when it is enforced. */
  readonly pacing: HistoryPacing | undefined;
}

export interface WorldOptions {
  readonly seed: number;
  readonly accounts: readonly string[];
  readonly clock: () => Date;
  readonly enforcePacing: boolean;
}

export function createWorld({ seed, accounts, clock, enforcePacing }: WorldOptions): World {
  const zone = new Zone('US/Eastern');
  const model = new PriceModel(seed, createSchedules());
  const catalogue = new Catalogue(model);
  const now = (): number => clock().getTime();
  const today = (): number => zone.day(now());
  const book = createAccountBook({ accounts, model, today: today() });
  return {
    now,
    today,
    zone,
    model,
    catalogue,
    get accounts() {
      return book.accounts;
    },
    book,
    exchange: createExchange({ model, catalogue, book, zone, now, seed }),
    pacing: enforcePacing ? new HistoryPacing() : undefined,
  };
}
