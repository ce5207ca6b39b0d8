import { type Account, createAccounts } from './accounts/account.ts';
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
  readonly accounts: readonly Account[];
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
  return {
    now,
    today,
    zone,
    model,
    catalogue,
    accounts: createAccounts(accounts, model, today()),
    pacing: enforcePacing ? new HistoryPacing() : undefined,
  };
}
