import { z } from 'zod';
import { facts } from './render.ts';

/** What came of asking for orders to end. */
export const cancelResult = z.object({
  orders: z.array(
    z.object({
      order: z.string(),
      contract: z.string().optional(),
      outcome: z.enum([
        'cancelled',
        'asked',
        'filled',
        'over',
        'not_found',
        'not_ours',
        'refused',
        'unanswered',
        'not_sent',
      ]),
      status: z.string().optional(),
      filled: z.number().optional(),
      message: z.string().optional(),
    }),
  ),
  message: z.string().optional(),
  nextStep: z.string().optional(),
});
export type CancelResult = z.output<typeof cancelResult>;

export function renderCancel({ orders, message, nextStep }: CancelResult): string {
  return [
    ...(message ? [message] : []),
    ...orders.map(({ order, contract, outcome, message: detail, ...rest }) =>
      [`${order}${contract ? ` ${contract}` : ''}: ${outcome}`, facts(rest), detail].filter(Boolean).join(' · '),
    ),
    ...(nextStep ? [`Next: ${nextStep}`] : []),
  ].join('\n');
}
