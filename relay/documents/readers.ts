import type { ToolErrorData } from '../../shared/errors.ts';
import { parseAliases, parseGroups } from './advisor-xml.ts';
import { readArticle } from './article.ts';
import { parseEvents, parseEventTypes } from './calendar-json.ts';
import { readDigest, readRows } from './flex-reader.ts';
import type { Kind } from './kinds.ts';
import { readReport } from './report.ts';

/** What there is to read: each takes one value and gives one, both of which threads can pass on, and throws ToolErrors. */
export const readers = {
  advisorAliases: parseAliases,
  advisorGroups: parseGroups,
  article: readArticle,
  calendarEvents: parseEvents,
  calendarTypes: parseEventTypes,
  report: readReport,
  statementDigest: readDigest,
  statementRows: readRows,
} as const satisfies Record<Kind, unknown>;

/** What a reader takes. */
export type Source<One extends Kind> = Parameters<(typeof readers)[One]>[0];
/** What a reader gives. */
export type Reading<One extends Kind> = Awaited<ReturnType<(typeof readers)[One]>>;

/** Reads where it is called. */
export async function readWith<One extends Kind>(kind: One, source: Source<One>): Promise<Reading<One>> {
  const read = readers[kind] as (source: Source<One>) => Reading<One> | Promise<Reading<One>>;
  return read(source);
}

/** One reading, as it is given to a thread. */
export type Job = { readonly [One in Kind]: { readonly kind: One; readonly source: Source<One> } }[Kind];
/** What the thread answers; anything unexpected ends it with an error instead. */
export type ThreadAnswer = { readonly reading: Reading<Kind> } | { readonly refused: ToolErrorData };
