import type { Decimal } from 'decimal.js';
import type { Account, Holding } from './account.ts';
import type { Bucket } from './kinds.ts';

/** What it takes to open a position and to keep it. */
export interface Requirement {
  readonly initial: Decimal;
  readonly maintenance: Decimal;
}

/** What an account's two segments need, in whole cents of base currency. */
export interface Requirements {
  readonly securities: Requirement;
  readonly commodities: Requirement;
}

/** A holding at current prices, in the instrument's currency. */
export interface ValuedHolding {
  readonly holding: Holding;
  readonly price: Decimal;
  readonly marketValue: Decimal;
  readonly unrealized: Decimal;
  /** Gain since the last day ended: the change of value and what trading brought in, commission deducted. */
  readonly daily: Decimal;
  /** Of futures and CFDs: the gain that is not cash yet; 0 for everything else. */
  readonly unsettled: Decimal;
  /** Of options: where the underlying stands. */
  readonly underlyingPrice?: Decimal;
  /** Of bonds: the part of the next coupon that has accrued; 0 for everything else. */
  readonly accruedCoupon: Decimal;
  /** Of short shares: what a year of borrowing them costs, as a part of their value. */
  readonly borrowFee?: number;
  /** Units of base currency per unit of the instrument's. */
  readonly rate: Decimal;
}

/** One currency's part of the account; `BASE` is the whole, in base currency. Amounts are whole cents. */
export interface Ledger {
  readonly currency: string;
  readonly rate: Decimal;
  readonly cash: Decimal;
  /** Gains of futures and CFDs that are not cash yet. */
  readonly futuresPnl: Decimal;
  /** Value of positions by kind. */
  readonly values: Readonly<Record<Bucket, Decimal>>;
  readonly accruedInterest: Decimal;
  readonly accruedDividends: Decimal;
  readonly unrealized: Decimal;
  readonly realized: Decimal;
  /** The cash, the gains that are not cash yet, and everything but options. */
  readonly equityWithLoan: Decimal;
  /** The sum of cash, unsettled gains, values and accruals. */
  readonly netLiquidation: Decimal;
}

export interface Valuation {
  readonly account: Account;
  /** Open positions. */
  readonly holdings: readonly ValuedHolding[];
  /** Positions that were closed today. */
  readonly closed: readonly ValuedHolding[];
  readonly base: Ledger;
  readonly currencies: readonly Ledger[];
  /** In base currency. */
  readonly daily: Decimal;
  readonly requirements: Requirements;
}
