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
  /** IB's own symbol of one contract, e.g. `ESZ6`, `EW1Z6 C7000`, `C OESX 20261218 5500 M`. */
  readonly localSymbol?: string;
  /** Primary or routing exchange, as the string's `@` part. */
  readonly exchange?: string;
  readonly currency?: string;
  readonly expiry?: string;
  /** `YYYYMM`: the month a future is called by, beside an `expiry` of another one. */
  readonly contractMonth?: string;
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
