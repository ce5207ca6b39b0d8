import { z } from 'zod';
import { instant, series } from '../values.ts';
import { explainKinds } from './support/data-kinds.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

const limit = z.number().nonnegative().optional();

export const scanMarket = defineReadTool({
  name: 'scan_market',
  toolset: 'research',
  title: 'Market scanner',
  description:
    'Ranks a market by plain words or scan code: gainers, volume, 52-week highs, dividends, option activity.',
  input: z.object({
    scan: z.string().trim().min(1).max(100).describe('“top gainers”, “52-week highs in Japan”, TOP_PERC_GAIN'),
    location: z.string().trim().min(1).max(200).optional().describe('Europe, Hong Kong, futures, ETFs, STK.NYSE'),
    min_price: limit,
    max_price: limit,
    min_volume: limit,
    min_market_cap: limit.describe('Millions of USD'),
    max_market_cap: limit,
    filters: z
      .record(z.string(), z.union([z.string(), z.number()]), 'Write them like {"priceAbove": 5}')
      .optional()
      .describe('IB’s filter codes, {"changePercAbove": 5}'),
    limit: z.number().int().min(1).max(50).default(20),
    quotes: z.boolean().default(false),
  }),
  output: z.object({
    /** In IB's codes, as it was asked. */
    scan: z.string(),
    instrument: z.string(),
    location: z.string(),
    filters: z.record(z.string(), z.string()).optional(),
    asOf: instant,
    /** Best first. A cell without a value is an empty text. */
    ...series,
    /** How fresh quotes are. */
    dataType: z.string().optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 120_000,
  render: ({ scan, instrument, location, filters, asOf, columns, rows, dataType, note }) =>
    [
      facts({ [scan]: location, instrument, 'as of': asOf, data: dataType }),
      ...(filters ? [`Filters: ${facts(filters)}`] : []),
      ...(rows.length > 0 ? [table(columns, rows)] : []),
      ...explainKinds([dataType]),
      ...(note ? [note] : []),
    ].join('\n'),
});
