import type { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import type { Side } from '../market/side.ts';
import type { Account, Payment } from './account.ts';
import type { Advisor } from './advisor.ts';
import type { Valuation } from './valued.ts';

/** A change of position with its costs. */
export interface Trade {
  readonly execId: string;
  readonly account: string;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly price: number;
  /** Never negative, in the instrument's currency. */
  readonly commission: Decimal;
  /** Epoch milliseconds. */
  readonly time: number;
}

/** An option that is exercised or assigned: it goes at no price, and its underlying comes or goes at the strike. */
export interface Delivery {
  readonly option: Trade;
  readonly underlying: Trade;
}

/** What margin an account needs and has, in base currency. */
export interface MarginState {
  readonly initial: Decimal;
  readonly maintenance: Decimal;
  readonly equityWithLoan: Decimal;
  readonly availableFunds: Decimal;
  readonly excessLiquidity: Decimal;
  readonly buyingPower: Decimal;
  /** excessLiquidity / netLiquidation. */
  readonly cushion: number;
}

/** What a day's end left of an account, and what it paid. */
export interface PastDay {
  /** The New York date, as a day number. */
  readonly day: number;
  readonly account: string;
  /** At the day's closing prices. */
  readonly valuation: Valuation;
  readonly payments: readonly Payment[];
}

/** A trade with what it realized, commission deducted; undefined when it only opened. */
export interface PastTrade {
  readonly trade: Trade;
  readonly realized: Decimal | undefined;
}

/** All that ever happened to the accounts, as their journal tells it. */
export interface Past {
  /** The New York date on which the books were opened, as a day number. */
  readonly opened: number;
  readonly days: readonly PastDay[];
  /** Deliveries are among them, both sides. */
  readonly trades: readonly PastTrade[];
}

/** Every account of the login and all that ever happened to it. */
export interface AccountBook {
  readonly accounts: readonly Account[];
  /** The groups and names of an advisor's login; undefined when it is not one. */
  readonly advisor?: Advisor | undefined;
  account(id: string): Account | undefined;
  /**
   * Books a trade and returns what it realized, commission deducted, in the instrument's currency; undefined when it only
   * opened. @throws {RangeError} when there is no such account, or a trade with this id has been booked before
   */
  book(trade: Trade): Decimal | undefined;
  /** Books both sides of a delivery: the option's cost passes to its underlying. @throws {RangeError} as `book` does */
  deliver(delivery: Delivery): void;
  /**
   * Books a trade anew at another price, as if it had always been so, and returns what it realizes now.
   * @throws {RangeError} when there is no such trade
   */
  correct(execId: string, price: number): Decimal | undefined;
  margin(accountId: string, instant: number): MarginState;
  /** The margin as it would be with these trades booked. Nothing changes. */
  marginWith(accountId: string, trades: readonly Trade[], instant: number): MarginState;
  /**
   * What the broker has charged an order once so much of it is filled, in the instrument's currency. Charging a fill the
   * difference to what came before makes the parts add up to the order's minimum and maximum.
   */
  commission(instrument: Instrument, quantity: Decimal, price: number): Decimal;
  /** Called whenever a position (named, when it is just one) or a balance of an account has changed. */
  onChange(listener: (account: Account, instrument: Instrument | undefined) => void): void;
  /**
   * Ends a New York date, given as a day number: what was realized starts at zero again, futures are settled at the
   * day's close, dividends are paid, interest is accrued. Days left out are made up for; one that has ended already is
   * ignored.
   */
  rollDay(day: number): void;
  /** A value that survives `JSON.stringify`. */
  save(): unknown;
  /** Takes the place of everything booked so far. @throws when it is not what `save` gave */
  restore(saved: unknown): void;
}

/** Books that can tell their own past. */
export interface RecordedBook extends AccountBook {
  /** Everything from the beginning, booked anew: what it says adds up with what the accounts are now. */
  past(): Past;
}
