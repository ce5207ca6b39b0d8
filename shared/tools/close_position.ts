import { z } from 'zod';
import { closeArguments, requestArguments } from '../orders/order-arguments.ts';
import { defineTradeTool } from './support/define.ts';
import { renderTicket, ticketResult } from './support/order-results.ts';

export const closePosition = defineTradeTool({
  name: 'close_position',
  title: 'Close a position',
  description: 'Flattens a position or part of it; previewed and approved like any order.',
  input: z.object({ ...closeArguments, ...requestArguments }),
  output: ticketResult,
  render: renderTicket,
});
