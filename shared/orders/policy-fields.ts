import { z } from 'zod';
import { approvalModes } from './ticket-states.ts';

/**
 * What may be traded: the same fields at home (the relay's own file) and on the dashboard (Home's, which can only tighten).
 * An absent field limits nothing. Amounts are in the account's base currency. An unknown key is an error.
 */

const amount = z.number().positive().max(1e12);
const wholeNumber = z.int().min(1).max(1_000_000);
const names = (pattern: RegExp) => z.array(z.string().regex(pattern)).min(1).max(500);

export const policySchema = z.strictObject({
  accounts: names(/^[A-Z0-9]{1,32}$/).optional(),
  securityTypes: names(/^[A-Z]{2,8}$/).optional(),
  /** Symbols of the instrument (for options and futures: of the underlying). */
  symbols: names(/^[\w.\- ]{1,40}$/).optional(),
  currencies: names(/^[A-Z]{3,5}$/).optional(),
  maxOrderQuantity: amount.optional(),
  maxOrderNotional: amount.optional(),
  maxDayQuantity: amount.optional(),
  maxDayNotional: amount.optional(),
  maxDayOrders: wholeNumber.optional(),
  /** Realized, over the window, of our own orders. */
  maxDayLoss: amount.optional(),
  /** Of one instrument's position after the order, in percent of net liquidation. */
  maxPositionPercent: z.number().positive().max(1_000).optional(),
  /** Negative cash after the order, in percent of net liquidation. */
  maxBorrowingPercent: z.number().min(0).max(1_000).optional(),
  closeOnly: z.boolean().optional(),
  noShort: z.boolean().optional(),
  noUncoveredOptions: z.boolean().optional(),
  /** How far a price may be from the market, in percent. */
  priceCollarPercent: z.number().positive().max(100).optional(),
  /** `regular`: only while the instrument's regular session is open. */
  hours: z.enum(['any', 'regular']).optional(),
  approval: z.enum(approvalModes).optional(),
  /** Cancels of orders that the asking grant did not place need approval too. */
  approveForeignCancels: z.boolean().optional(),
  /** Cancel own working orders when Home was away for so many minutes. */
  deadManMinutes: wholeNumber.optional(),
});
export type Policy = z.output<typeof policySchema>;

/** Entries of a list that a relay tells of its policy; of a longer one it tells how many there are. */
const toldEntries = 40;

/** A relay's policy as it tells it, for the dashboard to show beside Home's. Fields are absent where nothing is set. */
export const toldPolicy = z.record(
  z.string().max(40),
  z.union([z.number(), z.boolean(), z.string().max(40), z.array(z.string().max(40)).max(toldEntries)]),
);
export type ToldPolicy = z.output<typeof toldPolicy>;

/** What a relay tells of its policy: small enough to stand in every status. */
export function tellPolicy(policy: Policy): ToldPolicy {
  const told = Object.entries(policy).map(([name, value]) => [
    name,
    Array.isArray(value) && value.length > toldEntries ? `${value.length} entries` : value,
  ]);
  return Object.fromEntries(told.filter(([, value]) => value !== undefined)) as ToldPolicy;
}

/** One rule's word on one order. */
export const verdict = z.object({
  rule: z.string().max(60),
  pass: z.boolean(),
  /** By whom it is set. */
  by: z.enum(['relay', 'dashboard', 'relay configuration', 'gateway']),
  /** In words, with the numbers. */
  text: z.string().max(400),
});
export type Verdict = z.output<typeof verdict>;
