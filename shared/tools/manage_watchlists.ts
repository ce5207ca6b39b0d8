import { z } from 'zod';
import { contractArgument, instant, itemErrors, series } from '../values.ts';
import { defineOwnTool } from './support/define.ts';
import { renderItemErrors, table } from './support/render.ts';

/** A name of the user's own in any script, without characters that hide or reverse others. */
const listName = z
  .string()
  .normalize('NFC')
  .trim()
  .min(1)
  .max(60)
  .refine((name) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u.test(name), 'holds a control character')
  .optional();

const names = z.array(z.string()).optional();

export const manageWatchlists = defineOwnTool({
  name: 'manage_watchlists',
  toolset: 'personal',
  title: 'Watchlists',
  description: 'The user’s own watchlists: list, get (with quotes), create, rename, add or remove instruments, delete.',
  input: z.object({
    action: z.enum(['list', 'get', 'create', 'rename', 'add', 'remove', 'delete']).default('list'),
    name: listName,
    new_name: listName,
    contracts: z.array(contractArgument).min(1).max(200).optional(),
    quotes: z.boolean().optional().describe('For get; default true'),
  }),
  output: z.object({
    watchlists: z.array(z.object({ name: z.string(), instruments: z.number().int(), updated: instant })).optional(),
    /** The list that the call was about, as it is now. */
    name: z.string().optional(),
    columns: series.columns.optional(),
    rows: series.rows.optional(),
    /** Contract strings. */
    added: names,
    removed: names,
    deleted: z.boolean().optional(),
    errors: itemErrors,
  }),
  timeoutMs: 90_000,
  render: ({ watchlists, name, columns, rows, added, removed, deleted, errors }) =>
    [
      ...(watchlists?.length === 0 ? ['No watchlists yet.'] : []),
      ...(watchlists?.length
        ? [
            table(
              ['watchlist', 'instruments', 'updated'],
              watchlists.map((list) => [list.name, list.instruments, list.updated]),
            ),
          ]
        : []),
      ...(name === undefined ? [] : [deleted ? `“${name}” is deleted.` : `“${name}”`]),
      ...(added?.length ? [`Added: ${added.join(', ')}`] : []),
      ...(removed?.length ? [`Removed: ${removed.join(', ')}`] : []),
      ...(columns && rows ? [rows.length === 0 ? 'It is empty.' : table(columns, rows)] : []),
      ...renderItemErrors(errors),
    ].join('\n'),
});
