import { z } from 'zod';
import { contractArgument, contractFields, dataType, instant, series } from '../values.ts';
import { explainKinds } from './support/data-kinds.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

export const getMarketDepth = defineReadTool({
  name: 'get_market_depth',
  toolset: 'market',
  title: 'Order book',
  description: 'Level II: the best bids and asks with sizes and who quotes them, of one exchange or all (smart).',
  input: z.object({
    contract: contractArgument,
    rows: z.number().int().min(1).max(50).default(10),
    smart: z.boolean().default(true).describe('Gather all exchanges; false: the one it is routed to'),
    exchange: z.string().trim().min(1).max(20).optional().describe('One exchange’s book, such as ISLAND'),
  }),
  output: z.object({
    ...contractFields,
    currency: z.string().optional(),
    dataType,
    asOf: instant,
    ...series,
    spread: z.number().optional(),
    bidTotal: z.number(),
    askTotal: z.number(),
    /** Share of the shown size that is bid: above 0.5 there is more to buy than to sell. */
    imbalance: z.number().optional(),
    note: z.string().optional(),
  }),
  render: ({ contract, currency, dataType, asOf, columns, rows, spread, bidTotal, askTotal, imbalance, note }) =>
    [
      facts({ [contract]: currency ?? '', data: dataType, 'as of': asOf }),
      table(columns, rows),
      facts({ spread, 'bid size': bidTotal, 'ask size': askTotal, imbalance }),
      ...explainKinds([dataType]),
      ...(note ? [note] : []),
    ].join('\n'),
});
