import { z } from 'zod';
import { accountArgument, contractArgument, instant, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

export const getExecutions = defineReadTool({
  name: 'get_executions',
  toolset: 'portfolio',
  title: 'Executions',
  description:
    'Fills with commission and realized P&L, corrections applied: today’s, or of a period from the relay’s journal.',
  input: z.object({
    account: accountArgument,
    contract: contractArgument.optional().describe('With its options'),
    side: z.enum(['BUY', 'SELL']).optional(),
    since: z.string().trim().max(40).optional(),
    until: z.string().trim().max(40).optional(),
    order: z.number().int().optional().describe('permId'),
    limit: z.number().int().min(1).max(500).default(100),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({
    asOf: instant,
    /** The period. */
    from: instant,
    to: instant,
    /** Newest first. */
    ...series,
    /** Of all fills that fit, by currency. */
    totals: z.array(
      z.object({
        currency: z.string(),
        commission: z.number(),
        realizedPnl: z.number().optional(),
      }),
    ),
    total: z.number().int(),
    next: z.string().optional(),
    /** What may be missing. */
    note: z.string().optional(),
  }),
  render: ({ from, to, columns, rows, totals, total, next, note }) =>
    [
      ...(total === 0
        ? [`No executions from ${from} to ${to}.`]
        : [`${total} from ${from} to ${to}`, table(columns, rows)]),
      ...totals.map(({ currency, ...sums }) => `${currency}: ${facts(sums)}`),
      ...(next ? [`${rows.length} of ${total}; more with cursor ${next}`] : []),
      ...(note ? [note] : []),
    ].join('\n'),
});
