import { z } from 'zod';
import { readPeriod } from '../bar-sizes.ts';
import { contractArgument, contractFields, instant, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

export const getPriceHistogram = defineReadTool({
  name: 'get_price_histogram',
  toolset: 'market',
  title: 'Volume by price',
  description: 'How much was traded at which price over days, weeks or months, and at which price most.',
  input: z.object({
    contract: contractArgument,
    period: z
      .string()
      .trim()
      .refine((text) => readPeriod(text) !== undefined, 'Write 3d, 2w, 1m or 1y')
      .default('1w')
      .describe('3d 2w 1m 1y'),
    rth: z.boolean().default(true).describe('Regular hours only'),
    levels: z.number().int().min(2).max(500).default(50).describe('Merge neighbouring prices down to this many'),
  }),
  output: z.object({
    ...contractFields,
    /** Its end. */
    asOf: instant,
    period: z.string(),
    data: z.literal('TRADES'),
    currency: z.string().optional(),
    total: z.number(),
    /** The price with most volume, before merging. */
    mostTraded: z.number(),
    /** Where 70 % of the volume lies around it. */
    valueArea: z.object({ low: z.number(), high: z.number() }),
    ...series,
    note: z.string().optional(),
  }),
  timeoutMs: 60_000,
  render: ({ contract, asOf, period, currency, total, mostTraded, valueArea, columns, rows, note }) =>
    [
      `${contract}, volume by price${currency ? ` in ${currency}` : ''} over ${period} to ${asOf}`,
      facts({ total, 'most traded at': mostTraded, 'value area': `${valueArea.low}–${valueArea.high}` }),
      table(columns, rows),
      ...(note ? [note] : []),
    ].join('\n'),
});
