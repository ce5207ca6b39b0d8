import { z } from 'zod';
import { readBarSize } from '../bar-sizes.ts';
import { barSizes, contractArgument, contractExamples, contractFields, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { table } from './support/render.ts';

export const barData = [
  'TRADES',
  'MIDPOINT',
  'BID',
  'ASK',
  'BID_ASK',
  'ADJUSTED_LAST',
  'HISTORICAL_VOLATILITY',
  'OPTION_IMPLIED_VOLATILITY',
  'FEE_RATE',
  'YIELD_BID',
  'YIELD_ASK',
  'YIELD_BID_ASK',
  'YIELD_LAST',
  'AGGTRADES',
] as const;

/** Rows shown in the text rendering; `structuredContent` always holds them all. */
const textRows = 30;

export const getHistoricalBars = defineReadTool({
  name: 'get_historical_bars',
  toolset: 'core',
  title: 'Historical bars',
  description: 'OHLC bars of any size and span. Long spans are fetched in paced pieces with progress.',
  input: z.object({
    contract: contractArgument.describe(contractExamples),
    bar_size: z
      .string()
      .trim()
      .max(20)
      .transform((text, { addIssue }) => {
        const size = readBarSize(text);
        if (size !== undefined) return size;
        addIssue({ code: 'custom', message: `IB has no bars of “${text}”, only of ${barSizes.join(', ')}` });
        return z.NEVER;
      })
      .default('1 day')
      .describe('IB’s `5 mins`, or 5m 1h 1d 1w: 1m is a minute, 1M a month'),
    duration: z
      .string()
      .trim()
      .max(20)
      .optional()
      .describe('30min 4h 1d 2w 6m (months) 1y or IB’s `1 D`; days of trading; default by bar_size'),
    start: z.string().trim().max(40).optional().describe('ISO 8601 or date; instead of duration'),
    end: z.string().trim().max(40).optional().describe('ISO 8601 or date; default now'),
    data: z.enum(barData).default('TRADES'),
    rth: z.boolean().default(true).describe('Regular hours only'),
    wap: z.boolean().default(false).describe('Add average price and number of trades'),
    max_points: z.number().int().min(2).max(100_000).optional().describe('Merge neighbouring bars down to this many'),
  }),
  output: z.object({
    ...contractFields,
    barSize: z.string(),
    data: z.string(),
    timeZone: z.string(),
    /** Where the columns are prices. */
    currency: z.string().optional(),
    ...series,
    count: z.number().int(),
    /** Bars merged into each row, when `max_points` asked for fewer. */
    merged: z.number().int().optional(),
    /** Why the span is shorter than asked, when it is. */
    note: z.string().optional(),
  }),
  timeoutMs: 280_000,
  render: ({ contract, barSize, data, timeZone, currency, columns, rows, count, merged, note }) =>
    [
      `${contract}, ${barSize} bars of ${data}${merged ? `, ${merged} merged into each row` : ''}, ${currency ? `${currency}, ` : ''}${timeZone}: ${count} rows`,
      table(columns, rows.slice(-textRows)),
      ...(rows.length > textRows ? [`Last ${textRows} rows shown; all are in structuredContent.`] : []),
      ...(note ? [note] : []),
    ].join('\n'),
});
