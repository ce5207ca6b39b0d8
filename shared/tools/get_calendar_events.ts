import { z } from 'zod';
import { accountArgument, contractArgument, contractFields, itemErrors } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { quoteForeign, untrustedContent } from './support/foreign.ts';
import { facts, renderItemErrors } from './support/render.ts';

export const getCalendarEvents = defineReadTool({
  name: 'get_calendar_events',
  toolset: 'research',
  title: 'Corporate calendar',
  description: 'Earnings, dividends, splits, meetings of companies, or of all stocks held (Wall Street Horizon).',
  input: z.object({
    contracts: z.array(contractArgument).max(50).default([]),
    held: z.boolean().default(false).describe('Also the stocks in the account'),
    account: accountArgument,
    types: z.array(z.string().trim().min(2).max(60)).max(30).default([]).describe('earnings, dividend …; default all'),
    start: z.iso.date().optional().describe('Default today'),
    end: z.iso.date().optional().describe('Default 90 days later'),
    limit: z.number().int().min(1).max(100).default(50),
    cursor: z.string().max(200).optional(),
    show: z.enum(['events', 'types']).default('events'),
  }),
  output: z.object({
    untrustedContent,
    events: z.array(
      z.object({
        date: z.string(),
        type: z.string(),
        ...contractFields,
        details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
      }),
    ),
    /** Types of events by the names that `types` takes. */
    types: z.record(z.string(), z.string()).optional(),
    next: z.string().optional(),
    errors: itemErrors,
    note: z.string().optional(),
  }),
  timeoutMs: 120_000,
  render: ({ events, types, next, errors, note }) =>
    [
      ...(types ? Object.entries(types).map(([tag, name]) => `${tag}: ${name}`) : []),
      ...(events.length > 0
        ? [
            quoteForeign(
              'Wall Street Horizon',
              events
                .map(({ date, type, contract, details }) =>
                  [date, contract, type, facts(details ?? {})].filter(Boolean).join('  '),
                )
                .join('\n'),
            ),
          ]
        : types
          ? []
          : ['No events.']),
      ...(next ? [`More with cursor ${next}`] : []),
      ...renderItemErrors(errors),
      ...(note ? [note] : []),
    ].join('\n'),
});
