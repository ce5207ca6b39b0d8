import { z } from 'zod';
import { defineTradeTool } from './support/define.ts';
import { renderTicket, ticketResult } from './support/order-results.ts';

export const confirmOrder = defineTradeTool({
  name: 'confirm_order',
  title: 'Confirm an order',
  description: 'Submits a previewed ticket, at most once. Needless where a person approves.',
  input: z.object({ ticket: z.string().trim().min(1).max(60) }),
  output: ticketResult,
  render: renderTicket,
});
