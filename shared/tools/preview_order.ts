import { z } from 'zod';
import { orderArguments, orderReference, requestArguments } from '../orders/order-arguments.ts';
import { defineTradeTool } from './support/define.ts';
import { renderTicket, ticketResult } from './support/order-results.ts';

export const previewOrder = defineTradeTool({
  name: 'preview_order',
  title: 'Preview an order',
  description: 'Margin, commission, limits and warnings of an order; sends nothing, gives a ticket to confirm.',
  prepares: true,
  input: z.object({ ...orderArguments, ...requestArguments, reference: orderReference }),
  output: ticketResult,
  render: renderTicket,
});
