import { z } from 'zod';
import { contractArgument, contractFields, instant, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

const stateWords = {
  regular: 'open, regular session',
  extended: 'open, extended hours',
  closed: 'closed',
  unknown: 'not known whether open',
} as const;

export const getTradingSchedule = defineReadTool({
  name: 'get_trading_schedule',
  toolset: 'market',
  title: 'Trading schedule',
  description: 'Whether a market is open, when it opens and closes next, and its sessions and holidays of a period.',
  input: z.object({
    contract: contractArgument.describe('Or an exchange or its city: NYSE, Tokyo'),
    from: z.iso.date().optional().describe('Date; default today'),
    days: z.number().int().min(1).max(365).default(7),
    extended: z.boolean().default(false).describe('With pre- and after-hours'),
  }),
  output: z.object({
    ...contractFields,
    timeZone: z.string(),
    asOf: instant,
    state: z.enum(['regular', 'extended', 'closed', 'unknown']),
    /** The next opening and closing of the regular session. */
    nextOpen: instant.optional(),
    nextClose: instant.optional(),
    ...series,
    /** Weekdays without a session. */
    holidays: z.array(z.string()),
    note: z.string().optional(),
  }),
  timeoutMs: 60_000,
  render: ({ contract, timeZone, state, nextOpen, nextClose, columns, rows, holidays, note }) =>
    [
      `${contract}: ${stateWords[state]} (${timeZone === 'unknown' ? 'zone unknown' : timeZone})`,
      facts({ opens: nextOpen, closes: nextClose }),
      rows.length > 0 ? table(columns, rows) : note !== undefined && holidays.length === 0 ? '' : 'No sessions.',
      ...(holidays.length > 0 ? [`Closed on ${holidays.join(', ')}`] : []),
      ...(note ? [note] : []),
    ]
      .filter(Boolean)
      .join('\n'),
});
