import { z } from 'zod';
import { sides } from './order.ts';

/** Orders and their fills as tools show them. */

const number = z.number().optional();
const text = z.string().optional();

/** An order of IB's, whoever placed it. */
export const orderView = z.object({
  /** What `cancel_order` and the others take: IB's permanent id, or ticket and leg while that is not known. */
  order: z.string(),
  account: z.string(),
  conId: z.number().int().optional(),
  contract: z.string(),
  side: z.enum(sides),
  quantity: number,
  cashQuantity: number,
  filled: z.number(),
  remaining: number,
  averagePrice: number,
  type: z.string(),
  limitPrice: number,
  stopPrice: number,
  /** Trailing amount or percentage, offset, algorithm, conditions and the like, in words. */
  terms: text,
  tif: z.string(),
  /** IB’s word, as in Submitted. */
  status: z.string(),
  /** What it waits for, in words. */
  waitsFor: text,
  /** `here` is this relay, `client 7` another API program, `by hand` TWS or the phone. */
  placedBy: z.string(),
  /** Why it cannot be changed or cancelled from here. */
  notOurs: text,
  /** Of our own: its ticket, and which leg of it. */
  ticket: text,
  leg: text,
  /** The order that it protects or belongs to. */
  parent: text,
  ocaGroup: text,
  commission: number,
  commissionCurrency: text,
  realizedPnl: number,
  /** When it ended, and how. */
  ended: text,
  /** The user's own, as it was given. */
  reference: text,
});
export type OrderView = z.output<typeof orderView>;

/** One fill of an order, corrections applied. */
export const fillView = z.object({
  time: text,
  quantity: z.number(),
  price: z.number(),
  exchange: text,
  commission: number,
  commissionCurrency: text,
  realizedPnl: number,
});
export type FillView = z.output<typeof fillView>;

/** Names an order of a tool's argument: a ticket, `ticket/take_profit`, or IB's permanent id. */
export const orderArgument = z.string().trim().min(1).max(60);
