import { z } from 'zod';
import { modifyArguments, requestArguments } from '../orders/order-arguments.ts';
import { defineTradeTool } from './support/define.ts';
import { renderTicket, ticketResult } from './support/order-results.ts';

export const modifyOrder = defineTradeTool({
  name: 'modify_order',
  title: 'Change an order',
  description: 'Changes what is named of an order of ours; approved like a new one.',
  input: z.object({ ...modifyArguments, ...requestArguments }),
  output: ticketResult,
  render: renderTicket,
});
