import { type Account, createAccounts } from './accounts/account.ts';
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
}

export interface WorldOptions {
  readonly seed: number;
  readonly accounts: readonly string[];
  readonly clock: () => Date;
}

export function createWorld({ seed, accounts, clock }: WorldOptions): World {
  const zone = new Zone('US/Eastern');
  const model = new PriceModel(seed, createSchedules());
  const catalogue = new Catalogue(model);
  const now = (): number => clock().getTime();
  const today = (): number => zone.day(now());
  return { now, today, zone, model, catalogue, accounts: createAccounts(accounts, model, today()) };
}
