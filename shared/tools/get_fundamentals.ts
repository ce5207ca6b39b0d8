import { z } from 'zod';
import { contractArgument, contractFields, dataType, instant, stockDividends, stockRatios } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { quoteForeign, untrustedContent } from './support/foreign.ts';
import { ratioLine } from './support/ratio-names.ts';
import { facts } from './support/render.ts';

export const reports = ['snapshot', 'summary', 'statements', 'ratios', 'ownership', 'estimates', 'calendar'] as const;

export const getFundamentals = defineReadTool({
  name: 'get_fundamentals',
  toolset: 'research',
  title: 'Fundamentals',
  description:
    'Ratios and dividends of a stock; or one of Reuters’ reports about the company, where IB Gateway still has them.',
  input: z.object({
    contract: contractArgument,
    report: z.enum(reports).optional(),
    section: z.string().trim().min(1).max(200).optional().describe('Path in the report: Ratios'),
    limit: z.number().int().min(1).max(500).default(40).describe('Rows of each table'),
  }),
  output: z.object({
    ...contractFields,
    currency: z.string().optional(),
    dataType: dataType.optional(),
    asOf: instant.optional(),
    price: z.number().optional(),
    ratios: stockRatios,
    dividends: stockDividends,
    untrustedContent: untrustedContent.optional(),
    /** The report; lists of alike items are tables of columns and rows. */
    report: z.record(z.string(), z.unknown()).optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 60_000,
  render: ({ contract, conId, ratios, dividends, report, note, untrustedContent: _, ...values }) =>
    [
      `${contract} {${conId}}`,
      facts(values),
      ratios && ratioLine(ratios, values.currency),
      dividends && `Dividends: ${facts(dividends)}`,
      report && quoteForeign('Reuters', JSON.stringify(report)),
      note,
    ]
      .filter(Boolean)
      .join('\n'),
});
