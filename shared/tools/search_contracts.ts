import { z } from 'zod';
import { contractFields, secTypes } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { table } from './support/render.ts';

export const searchContracts = defineReadTool({
  name: 'search_contracts',
  toolset: 'core',
  title: 'Search instruments',
  description: 'Find instruments by symbol, company name or currency pair.',
  input: z.object({
    query: z.string().trim().min(1).max(100).describe('Symbol, part of a company name, or EUR.USD'),
    sec_type: z.enum(secTypes).optional(),
    currency: z.string().trim().length(3).optional(),
    limit: z.number().int().min(1).max(50).default(10),
  }),
  output: z.object({
    matches: z.array(
      z.object({
        ...contractFields,
        /** Absent for an issuer of bonds. */
        conId: contractFields.conId.optional(),
        symbol: z.string(),
        name: z.string().optional(),
        secType: z.string(),
        exchange: z.string().optional(),
        currency: z.string().optional(),
        /** Kinds of derivatives that exist on it. */
        derivatives: z.array(z.string()).optional(),
      }),
    ),
    /** Matches found in all, when more than `limit`. */
    total: z.number().int().optional(),
    nextStep: z.string().optional(),
  }),
  render: ({ matches, total, nextStep }) =>
    [
      matches.length === 0
        ? 'Nothing matches.'
        : table(
            ['contract', 'conId', 'sec_type', 'exchange', 'cur', 'name'],
            matches.map((m) => [
              m.contract,
              m.conId ?? '',
              m.secType,
              m.exchange ?? '',
              m.currency ?? '',
              m.name ?? '',
            ]),
          ),
      ...(total ? [`${matches.length} of ${total} matches; raise limit or narrow the query`] : []),
      ...(nextStep ? [nextStep] : []),
    ].join('\n'),
});
