import type { Account } from '../accounts/account.ts';
import { createAccountBook } from '../accounts/account-book.ts';
import type { RecordedBook } from '../accounts/book.ts';
import { createExchange } from '../exchange/exchange.ts';
import type { Exchange, Execution } from '../exchange/model.ts';
import { Faults } from '../faults/faults.ts';
import { Catalogue } from '../market/catalogue.ts';
import { createSchedules } from '../market/exchanges.ts';
import { PriceModel } from '../market/prices.ts';
import { Zone } from '../market/zone.ts';
import { HistoryPacing } from './history-pacing.ts';
import { liveThrough } from './past.ts';

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
  readonly book: RecordedBook;
  readonly exchange: Exchange;
  /** What the accounts did before the world began to be watched, oldest first. */
  readonly pastExecutions: readonly Execution[];
  /** The gateway's limit on repeated history requests, when it is enforced. */
  readonly pacing: HistoryPacing | undefined;
  /** What is wrong with the gateway at the moment, and its API settings that can change. */
  readonly faults: Faults;
  /** The client that sees the orders of all clients, when there is one. */
  readonly masterClientId: number | undefined;
  /** How many market data lines the clients of the login can have together. */
  readonly marketDataLines: number;
}

/** What there is to trade, and at what prices: a function of its seed and the time, which several worlds can share. */
export interface Market {
  readonly model: PriceModel;
  readonly catalogue: Catalogue;
}

export function createMarket(seed: number): Market {
  const model = new PriceModel(seed, createSchedules());
  return { model, catalogue: new Catalogue(model) };
}

export interface WorldOptions {
  readonly seed: number;
  /** The market of that seed, where other worlds have it, too. */
  readonly market?: Market;
  readonly accounts: readonly string[];
  readonly clock: () => Date;
  readonly enforcePacing: boolean;
  readonly masterClientId?: number;
  /** Off by default. */
  readonly readOnlyApi?: boolean;
  /** 100 by default, as a login has that pays for no more. */
  readonly marketDataLines?: number;
  /** How many days of trading lie behind the accounts; none by default. */
  readonly pastDays?: number;
}

const defaultMarketDataLines = 100;

export function createWorld(options: WorldOptions): World {
  const { seed, accounts, clock, enforcePacing, masterClientId } = options;
  const { model, catalogue } = options.market ?? createMarket(seed);
  const zone = new Zone('US/Eastern');
  /** Set while the past is lived through. */
  let past: number | undefined;
  const now = (): number => past ?? clock().getTime();
  const today = (): number => zone.day(now());
  const faults = new Faults();
  faults.readOnlyApi = options.readOnlyApi ?? false;
  const { pastDays = 0 } = options;
  const present = now();
  past = pastDays > 0 ? zone.instant(zone.day(present) - pastDays, 0) : undefined;
  const book = createAccountBook({ accounts, model, today: today() });
  const exchange = createExchange({ model, catalogue, book, zone, now, seed });
  const pastExecutions: Execution[] = [];
  if (past !== undefined) {
    let isPast = true;
    exchange.onEvent((event) => {
      if (isPast && event.type === 'execution') pastExecutions.push(event.execution);
    });
    const goTo = (instant: number): void => {
      past = instant;
      exchange.advance(instant);
    };
    liveThrough({ exchange, book, model, zone, seed }, { from: past, to: present }, goTo);
    past = undefined;
    isPast = false;
  }
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
    exchange,
    pastExecutions,
    pacing: enforcePacing ? new HistoryPacing() : undefined,
    faults,
    masterClientId,
    marketDataLines: options.marketDataLines ?? defaultMarketDataLines,
  };
}
