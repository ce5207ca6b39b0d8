import type { Account } from '../accounts/account.ts';
import { createAccountBook } from '../accounts/account-book.ts';
import type { AccountBook } from '../accounts/book.ts';
import { createExchange } from '../exchange/exchange.ts';
import type { Exchange } from '../exchange/model.ts';
import { Faults } from '../faults/faults.ts';
import { Catalogue } from '../market/catalogue.ts';
import { createSchedules } from '../market/exchanges.ts';
import { PriceModel } from '../market/prices.ts';
import { Zone } from '../market/zone.ts';
import { HistoryPacing } from './history-pacing.ts';

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
  /** What is wrong with the gateway at the moment, and its API settings that can change. */
  readonly faults: Faults;
  /** The client that sees the orders of all clients, when there is one. */
  readonly masterClientId: number | undefined;
  /** How many market data lines the clients of the login can have together. */
  readonly marketDataLines: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly accounts: readonly string[];
  readonly clock: () => Date;
  readonly enforcePacing: boolean;
  readonly masterClientId?: number;
  /** Off by default. */
  readonly readOnlyApi?: boolean;
  /** 100 by default, as a login has that pays for no more. */
  readonly marketDataLines?: number;
}

const defaultMarketDataLines = 100;

export function createWorld(options: WorldOptions): World {
  const { seed, accounts, clock, enforcePacing, masterClientId } = options;
  const zone = new Zone('US/Eastern');
  const model = new PriceModel(seed, createSchedules());
  const catalogue = new Catalogue(model);
  const now = (): number => clock().getTime();
  const today = (): number => zone.day(now());
  const faults = new Faults();
  faults.readOnlyApi = options.readOnlyApi ?? false;
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
    faults,
    masterClientId,
    marketDataLines: options.marketDataLines ?? defaultMarketDataLines,
  };
}
