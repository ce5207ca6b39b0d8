import type { ScheduleName } from './exchanges.ts';
import { type MarketRuleId, magnifierOf } from './rules.ts';

export type SecType =
  | 'STK'
  | 'CASH'
  | 'IND'
  | 'FUT'
  | 'CONTFUT'
  | 'OPT'
  | 'FOP'
  | 'BOND'
  | 'FUND'
  | 'CRYPTO'
  | 'CMDTY'
  | 'WAR'
  | 'CFD';
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
  /** Prices that return to a mean, such as the volatility's futures: the level's distance from it shrinks by this until then. */
  readonly reverting?: { readonly mean: number; readonly rate: number; readonly until: number };
  /** A price that two others make: their product, or with a power of −1 their quotient. */
  readonly cross?: { readonly of: Process; readonly with: Process; readonly power: 1 | -1 };
  /** One price a day: every trade of it is at the day's close. */
  readonly fixing?: boolean;
}

/** What a bond pays. Prices are percent of par, without accrued interest. */
export interface BondTerms {
  /** Issuer as the gateway names it in symbol samples, such as `e1234567`. */
  readonly issuerId: string;
  readonly issuer: string;
  readonly cusip: string;
  /** Annual coupon in percent of par, paid half-yearly. */
  readonly coupon: number;
  /** yyyymmdd. */
  readonly maturity: string;
  readonly issued: string;
  readonly ratings: string;
  readonly bondType: string;
  readonly callable: boolean;
  /** What follows the name in lists. */
  readonly description: string;
}

/** What contract details say of a mutual fund, by the names of the wire's fields. */
export interface FundTerms {
  readonly fundFamily: string;
  readonly fundType: string;
  readonly managementFee: string;
  readonly notifyAmount: string;
  readonly minimumInitialPurchase: string;
  readonly minimumSubsequentPurchase: string;
  /** N accumulation, Y income. */
  readonly distributionPolicy: 'N' | 'Y';
  /** 000 others, 001 money market, 002 fixed income, 003 multi-asset, 004 equity, 005 sector, 006 guaranteed, 007 alternative. */
  readonly assetType: string;
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
  /** Besides the ISIN, the identifiers by which a contract can be looked up. */
  readonly cusip?: string;
  readonly figi?: string;
  readonly schedule: ScheduleName;
  readonly rule: MarketRuleId;
  readonly minSize: number;
  readonly sizeIncrement: number;
  readonly suggestedSizeIncrement: number;
  /** The unit in which sizes are quoted, when it is not the suggested increment. */
  readonly quotedSize?: number;
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
  /** The last day on which it trades, when that is not the expiry: options settled in the morning. yyyymmdd. */
  readonly lastTradeDay?: string;
  /** The month it is called by, when that is not the month of its expiry. yyyymm. */
  readonly contractMonth?: string;
  readonly bond?: BondTerms;
  readonly fund?: FundTerms;
  /** Other names a search should find it by. */
  readonly aliases?: readonly string[];
}

/** An option on anything, futures included. */
export const isOption = ({ secType }: Instrument): boolean => secType === 'OPT' || secType === 'FOP';

/** A price as it is quoted, in the instrument's currency itself. */
export const inCurrency = ({ rule }: Pick<Instrument, 'rule'>, price: number): number => price / magnifierOf(rule);

/** What one unit is worth more when its price rises by 1, in its currency: some prices are in hundredths of it. */
export const pointValueOf = ({ multiplier = 1, rule }: Instrument): number => multiplier / magnifierOf(rule);
