import type { ScheduleName } from './exchanges.ts';
import type { MarketRuleId } from './rules.ts';

export type SecType = 'STK' | 'CASH' | 'IND' | 'FUT' | 'CONTFUT' | 'OPT';
export type Right = 'C' | 'P';

/** What the account's market data subscriptions allow: live quotes, only quotes 15 minutes old, or none at all. */
export type Permission = 'live' | 'delayed' | 'none';

/** How an instrument's price behaves. */
export interface Process {
  /** Names the random path. Instruments that share it move alike. */
  readonly path: string;
  /** Price on the anchor date, in the instrument's currency. */
  readonly base: number;
  /** Annual volatility, 0.25 is 25 %. */
  readonly volatility: number;
  /** Dependence on the common market factor. */
  readonly beta: number;
  /** Expected growth per year. */
  readonly drift: number;
  /** Mean units traded per day. 0 for indices. */
  readonly volume: number;
  /** Length of memory: powers of two in days. Short ones make the price return to its base. */
  readonly octaves: number;
  /** Part of a day's move that happens while the market is closed. */
  readonly gap: number;
}

/** Something that can be quoted, with everything contract details say about it. */
export interface Instrument {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: SecType;
  readonly currency: string;
  readonly primaryExchange: string;
  readonly validExchanges: readonly string[];
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly marketName: string;
  readonly longName: string;
  readonly industry: string;
  readonly category: string;
  readonly subcategory: string;
  readonly stockType: string;
  readonly isin?: string;
  readonly schedule: ScheduleName;
  readonly rule: MarketRuleId;
  readonly minSize: number;
  readonly sizeIncrement: number;
  readonly suggestedSizeIncrement: number;
  readonly orderTypes: string;
  /** Distance of bid and ask from the last price, in ticks. */
  readonly halfSpreadTicks: number;
  readonly permission: Permission;
  readonly process: Process;
  /** First trading date, yyyymmdd. */
  readonly listed: string;
  readonly derivatives: readonly string[];
  /** Derivatives only. */
  readonly underlying?: Instrument;
  readonly expiry?: string;
  readonly strike?: number;
  readonly right?: Right;
  readonly multiplier?: number;
  /** Other names a search should find it by. */
  readonly aliases?: readonly string[];
}

/** Units of the underlying that one contract stands for. */
export const multiplierOf = (instrument: Instrument): number => instrument.multiplier ?? 1;
