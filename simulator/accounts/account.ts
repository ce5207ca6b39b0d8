import type { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';

/** A position as it stands. Amounts are in the instrument's currency. */
export interface Holding {
  readonly instrument: Instrument;
  /** Negative when short, 0 when it was closed today. */
  readonly quantity: Decimal;
  /** Price paid per unit times the multiplier, commission included: `cost` divided by the quantity. */
  readonly averageCost: Decimal;
  /** What the position cost, commission included; negative when short. Exact, unlike the average. */
  readonly cost: Decimal;
  /** Profit realized today, commission deducted. */
  readonly realizedToday: Decimal;
  /** Of futures and CFDs: what the position is measured against until it is settled; 0 for everything else. */
  readonly unsettled: Decimal;
  /** What the position was worth when the last day ended. */
  readonly valueAtOpen: Decimal;
  /** What trading it has brought in today, less what it has cost, commission included. */
  readonly flowToday: Decimal;
}

export type AccountType = 'INDIVIDUAL' | 'ADVISOR';

/** An account as it stands. Immutable: a change makes a new value. */
export interface Account {
  readonly id: string;
  readonly type: AccountType;
  readonly baseCurrency: string;
  /** The New York date that is running in the books, as a day number. */
  readonly day: number;
  /** Cash by currency. */
  readonly cash: ReadonlyMap<string, Decimal>;
  /** Open positions. */
  readonly holdings: readonly Holding[];
  /** Positions that were closed today. */
  readonly closed: readonly Holding[];
  /** Interest earned and not yet paid, by currency; negative when owed. */
  readonly accruedInterest: ReadonlyMap<string, Decimal>;
  /** Dividends of shares held on the ex-date that are not yet paid, by currency; negative when owed. */
  readonly accruedDividends: ReadonlyMap<string, Decimal>;
  /** Equity with loan value when the last day ended, in base currency. */
  readonly equityAtOpen: Decimal | undefined;
  /** How often a position was opened and closed within a day, in the last five days. */
  readonly dayTrades: number;
}

/** Money that a day's end has brought, or taken: never a trade's. */
export interface Payment {
  readonly kind: 'dividend' | 'coupon' | 'interest';
  readonly currency: string;
  readonly amount: Decimal;
  /** What it was paid for; interest is of the account as a whole. */
  readonly instrument?: Instrument;
}
