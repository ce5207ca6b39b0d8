import { z } from 'zod';
import { orderArguments, orderReference, requestArguments } from '../orders/order-arguments.ts';
import { defineTradeTool } from './support/define.ts';
import { renderTicket, ticketResult } from './support/order-results.ts';

export const placeOrder = defineTradeTool({
  name: 'place_order',
  title: 'Place an order',
  description: 'preview_order, and submission where policy needs no confirmation.',
  input: z.object({
    ...orderArguments,
    special: orderArguments.special.describe('As in preview_order'),
    ...requestArguments,
    reference: orderReference,
  }),
  output: ticketResult,
  render: renderTicket,
});
