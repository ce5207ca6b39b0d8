import type { secTypes } from '../values.ts';

/** IB's security types that a contract string can name. */
export type SecType = (typeof secTypes)[number];

/**
 * What a contract string says about an instrument; everything absent is left to the resolver. `expiry` is `YYYYMM` for
 * a whole month or `YYYYMMDD` for a day. With `conId` the rest only serves as a label.
 */
export interface ContractQuery {
  readonly conId?: number;
  readonly secType?: SecType;
  readonly symbol?: string;
  /** The exchange's own symbol, e.g. `ESZ6`. */
  readonly localSymbol?: string;
  /** Primary or routing exchange, as the string's `@` part. */
  readonly exchange?: string;
  readonly currency?: string;
  readonly expiry?: string;
  readonly strike?: number;
  readonly right?: 'C' | 'P';
  readonly tradingClass?: string;
  readonly secIdType?: 'ISIN' | 'CUSIP';
  readonly secId?: string;
  /** A bond's coupon in percent. */
  readonly coupon?: number;
  /** A bond's maturity: `YYYY`, `YYYYMM` or `YYYYMMDD`. */
  readonly maturity?: string;
}
