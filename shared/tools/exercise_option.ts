import { z } from 'zod';
import { exerciseArguments, requestArguments } from '../orders/order-arguments.ts';
import { defineTradeTool } from './support/define.ts';
import { renderTicket, ticketResult } from './support/order-results.ts';

export const exerciseOption = defineTradeTool({
  name: 'exercise_option',
  title: 'Exercise an option',
  description: 'Exercises long options, or lets them lapse; final, so always confirmed.',
  input: z.object({ ...exerciseArguments, ...requestArguments }),
  output: ticketResult,
  render: renderTicket,
});
