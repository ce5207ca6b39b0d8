import { z } from 'zod';
import { instant, series } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table } from './support/render.ts';

/** Rows shown in the text rendering; `structuredContent` always holds them all. */
const textRows = 30;

export const getFlexReport = defineReadTool({
  name: 'get_flex_report',
  toolset: 'portfolio',
  title: 'Flex reports',
  description:
    'IBKR statements: trades, dividends, fees, taxes, cash of the past. Lists Flex queries, runs one, reads a section. Kept for 6 h unless refresh.',
  input: z.object({
    query: z.string().trim().min(1).max(100).optional().describe('Id or name; without: list'),
    token: z.string().trim().max(32).optional(),
    section: z.string().trim().max(60).optional().describe('Without: what there is'),
    filter: z.array(z.string().max(200)).max(10).optional().describe('symbol=AAPL, netCash>=0, description~DIV'),
    columns: z.array(z.string().max(60)).max(60).optional(),
    from: z.string().trim().max(40).optional().describe('Date; default: the query’s period'),
    to: z.string().trim().max(40).optional(),
    refresh: z.boolean().default(false),
    limit: z.number().int().min(1).max(500).default(50),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({
    /** What can be run, without `query`. */
    queries: z
      .array(
        z.object({
          token: z.string(),
          query: z.string(),
          name: z.string().optional(),
          fetchedAt: instant.optional(),
          sections: z.array(z.string()).optional(),
        }),
      )
      .optional(),
    note: z.string().optional(),
    token: z.string().optional(),
    query: z.string().optional(),
    name: z.string().optional(),
    fetchedAt: instant.optional(),
    /** Dates as the query formats them. */
    statements: z.array(z.object({ account: z.string(), from: z.string(), to: z.string() })).optional(),
    /** Rows in each section, over all statements; without `section`. */
    sections: z.record(z.string(), z.number().int()).optional(),
    section: z.string().optional(),
    columns: series.columns.optional(),
    rows: series.rows.optional(),
    total: z.number().int().optional(),
    next: z.string().optional(),
  }),
  timeoutMs: 280_000,
  render: ({ queries, note, statements = [], sections, columns = [], rows = [], total, next, ...head }) =>
    [
      ...(queries ?? []).map(({ sections: known, ...entry }) =>
        facts({ ...entry, ...(known && { sections: known.join(' ') }) }),
      ),
      ...(head.query ? [facts(head)] : []),
      ...statements.map(({ account, from, to }) => `${account} ${from}–${to}`),
      ...Object.entries(sections ?? {}).map(([name, count]) => `${name}: ${count} rows`),
      ...(rows.length > 0 ? [table(columns, rows.slice(0, textRows))] : []),
      ...(rows.length > textRows ? [`First ${textRows} rows shown; all are in structuredContent.`] : []),
      ...(total === undefined ? [] : [`${rows.length} of ${total} rows${next ? `; more with cursor ${next}` : ''}`]),
      ...(note ? [note] : []),
    ].join('\n'),
});
