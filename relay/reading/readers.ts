import type { ToolErrorData } from '../../shared/errors.ts';
import { readDigest, readRows } from '../flex/reader.ts';
import { readArticle } from './article.ts';
import { readReport } from './report.ts';

/** What a reading thread can be asked for: each takes one value and gives one, and throws ToolErrors. */
export const readers = {
  article: readArticle,
  report: readReport,
  statementDigest: readDigest,
  statementRows: readRows,
} as const;

export type Kind = keyof typeof readers;
/** What a reader takes. */
export type Source<One extends Kind> = Parameters<(typeof readers)[One]>[0];
/** What a reader gives. */
export type Reading<One extends Kind> = Awaited<ReturnType<(typeof readers)[One]>>;

/** One reading, as it is given to a thread. */
export type Job = { readonly [One in Kind]: { readonly kind: One; readonly source: Source<One> } }[Kind];
/** What the thread answers; anything unexpected ends it with an error instead. */
export type Answer = { readonly reading: Reading<Kind> } | { readonly refused: ToolErrorData };
