import { z } from 'zod';
import { contractArgument, contractFields, instant, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

/** Rows shown in the text rendering; `structuredContent` always holds them all. */
const textRows = 30;

export const getHistoricalTicks = defineReadTool({
  name: 'get_historical_ticks',
  toolset: 'market',
  title: 'Historical ticks',
  description:
    'Single trades, bid/ask changes or midpoints from a start or before an end, by whole seconds; how far back data goes.',
  input: z.object({
    contract: contractArgument,
    data: z.enum(['TRADES', 'BID_ASK', 'MIDPOINT']).default('TRADES'),
    start: z.string().trim().max(40).optional().describe('ISO 8601; the ticks from it on'),
    end: z.string().trim().max(40).optional().describe('The ticks before it; default now'),
    count: z.number().int().min(1).max(1_000).default(100),
    rth: z.boolean().default(false).describe('Regular hours only'),
    ignore_size: z.boolean().default(false).describe('Leave out changes of size alone'),
  }),
  output: z.object({
    ...contractFields,
    data: z.string(),
    timeZone: z.string(),
    currency: z.string().optional(),
    /** Where IB's data of this kind begins, where it tells. */
    earliest: instant.optional(),
    ...series,
    count: z.number().int(),
    /** The `start` or, of ticks before an end, the `end` of the next page. */
    next: instant.optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 90_000,
  render: ({ contract, data, timeZone, currency, earliest, columns, rows, count, next, note }) =>
    [
      `${contract}, ${count} ticks of ${data}, ${currency ? `${currency}, ` : ''}${timeZone}`,
      facts({ 'data since': earliest }),
      table(columns, rows.slice(-textRows)),
      ...(rows.length > textRows ? [`Last ${textRows} rows shown; all are in structuredContent.`] : []),
      facts({ next }),
      ...(note ? [note] : []),
    ]
      .filter(Boolean)
      .join('\n'),
});
