import { z } from 'zod';
import { contractArgument, contractFields, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { quoteForeign, untrustedContent } from './support/foreign.ts';
import { table } from './support/render.ts';

export const getNews = defineReadTool({
  name: 'get_news',
  toolset: 'research',
  title: 'News',
  description: 'Headlines about an instrument, newest first; IB’s bulletins of today; or the login’s news providers.',
  input: z.object({
    show: z.enum(['headlines', 'bulletins', 'providers']).default('headlines'),
    contract: contractArgument.optional().describe('Needed for headlines'),
    providers: z.array(z.string().trim().min(1).max(20)).min(1).max(30).optional().describe('Codes; default all'),
    start: z.string().trim().max(40).optional().describe('ISO 8601'),
    end: z.string().trim().max(40).optional(),
    limit: z.number().int().min(1).max(100).default(25),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({
    untrustedContent,
    conId: contractFields.conId.optional(),
    contract: contractFields.contract.optional(),
    ...series,
    next: z.string().optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 60_000,
  render: ({ contract, columns, rows, next, note }) =>
    [
      ...(contract ? [`News about ${contract}`] : []),
      ...(rows.length > 0 ? [quoteForeign('news', table(columns, rows))] : ['Nothing.']),
      ...(next ? [`More with cursor ${next}`] : []),
      ...(note ? [note] : []),
    ].join('\n'),
});
