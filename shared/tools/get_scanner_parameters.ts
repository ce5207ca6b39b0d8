import { z } from 'zod';
import { defineReadTool } from './support/define.ts';
import { table } from './support/render.ts';

export const scannerParameterKinds = ['preset', 'scan', 'location', 'instrument', 'filter'] as const;

export const getScannerParameters = defineReadTool({
  name: 'get_scanner_parameters',
  toolset: 'research',
  title: 'Scanner codes',
  description:
    'What scan_market can be asked for: scans in plain words, scan codes, locations, instruments and filters.',
  input: z.object({
    query: z.string().trim().max(100).optional().describe('Words'),
    kind: z.enum(scannerParameterKinds).optional(),
    instrument: z.string().trim().max(40).optional().describe('STK, FUT.US'),
    limit: z.number().int().min(1).max(200).default(30),
    cursor: z.string().max(100).optional(),
  }),
  output: z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.string())),
    total: z.number().int(),
    next: z.string().optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 60_000,
  render: ({ columns, rows, total, next, note }) =>
    [
      ...(rows.length > 0 ? [table(columns, rows)] : []),
      ...(total > rows.length ? [`${rows.length} of ${total} shown`] : []),
      ...(next ? [`next: ${next}`] : []),
      ...(note ? [note] : []),
    ].join('\n'),
});
