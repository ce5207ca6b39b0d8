import type { Decimal } from 'decimal.js';

/** The funds that an order takes of its accounts if all of this quantity is done, in base currency. */
export interface Commitment {
  readonly quantity: Decimal;
  readonly funds: readonly { readonly account: string; readonly amount: Decimal }[];
}
