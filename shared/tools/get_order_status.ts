import { z } from 'zod';
import { fillView, orderArgument, orderView } from '../orders/order-view.ts';
import { ticketStates } from '../orders/ticket-states.ts';
import { instant } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { renderOrders } from './support/order-results.ts';
import { facts } from './support/render.ts';

export const getOrderStatus = defineReadTool({
  name: 'get_order_status',
  toolset: 'orders',
  title: 'Order status',
  runsAt: 'home',
  timeoutMs: 90_000,
  description: 'One order or ticket: what came of it, fills, costs, what it waits for; can wait for the next change.',
  input: z.object({
    order: orderArgument.describe('Ticket, or `order` of get_orders'),
    wait: z.number().min(0).max(60).optional().describe('Seconds'),
  }),
  output: z.object({
    asOf: instant,
    ticket: z.string().optional(),
    state: z.enum(ticketStates).optional(),
    summary: z.string().optional(),
    message: z.string().optional(),
    nextStep: z.string().optional(),
    ibCode: z.number().int().optional(),
    orders: z.array(orderView),
    fills: z.array(fillView),
    history: z.array(z.object({ at: instant, what: z.string() })),
    warnings: z.array(z.string()),
    note: z.string().optional(),
  }),
  render: ({ asOf, ticket, state, summary, message, nextStep, ibCode, orders, fills, history, warnings, note }) =>
    [
      ...(summary ? [summary] : []),
      `${facts({ ticket, state, 'IB code': ibCode, 'as of': asOf })}${message ? `: ${message}` : ''}`,
      ...(orders.length > 0 ? [renderOrders(orders)] : []),
      ...fills.map(({ time, quantity, price, ...costs }) => facts({ fill: `${quantity} at ${price}`, time, ...costs })),
      ...history.map(({ at, what }) => `${at} ${what}`),
      ...warnings.map((warning) => `! ${warning}`),
      ...(note ? [note] : []),
      ...(nextStep ? [`Next: ${nextStep}`] : []),
    ].join('\n'),
});
