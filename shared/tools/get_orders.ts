import { z } from 'zod';
import { orderView } from '../orders/order-view.ts';
import { ticketStates } from '../orders/ticket-states.ts';
import { accountArgument, contractArgument, instant } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { renderOrders } from './support/order-results.ts';

export const getOrders = defineReadTool({
  name: 'get_orders',
  toolset: 'orders',
  title: 'Orders',
  runsAt: 'home',
  description: 'Open orders of every program and hand, those that wait for approval, and today’s completed ones.',
  input: z.object({
    account: accountArgument,
    contract: contractArgument.optional(),
    status: z.enum(['open', 'waiting', 'completed', 'all']).default('open').describe('open includes waiting'),
    limit: z.number().int().min(1).max(200).default(50),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({
    asOf: instant,
    orders: z.array(orderView),
    /** Tickets that are not at IB: they wait for a person, or their outcome is being found out. */
    tickets: z.array(
      z.object({
        ticket: z.string(),
        state: z.enum(ticketStates),
        summary: z.string(),
        until: instant.optional(),
        /** The user's own, as it was given. */
        reference: z.string().optional(),
        message: z.string().optional(),
      }),
    ),
    total: z.number().int(),
    next: z.string().optional(),
    note: z.string().optional(),
  }),
  render: ({ asOf, orders, tickets, total, next, note }) =>
    [
      `${total} ${total === 1 ? 'order' : 'orders'} as of ${asOf}`,
      ...(orders.length > 0 ? [renderOrders(orders)] : []),
      ...tickets.map(({ ticket, state, summary, reference, until, message }) =>
        [`${ticket} ${state}`, summary, reference && `“${reference}”`, until && `until ${until}`, message]
          .filter(Boolean)
          .join(' · '),
      ),
      ...(next ? [`More with cursor ${next}`] : []),
      ...(note ? [note] : []),
    ].join('\n'),
});
