import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { fillView, orderView } from './order-view.ts';

/**
 * Home's question to a relay which orders there are: the open ones of every program and hand, and today's completed ones.
 * Fills are those of our own journal and of the gateway's day, for the orders that are named.
 */
export const listOrders = defineOperation({
  name: 'list_orders',
  input: z.object({
    account: z.string().max(60).optional(),
    contract: z.string().max(200).optional(),
    /** What `order` of the answer names; then with fills. */
    order: z.string().max(60).optional(),
    completed: z.boolean().default(false),
  }),
  output: z.object({
    /** Newest first. */
    orders: z.array(orderView).max(1_000),
    fills: z.array(fillView).max(1_000),
    /** What the list does not cover, in words. */
    note: z.string().max(600).optional(),
  }),
  timeoutMs: 20_000,
});
