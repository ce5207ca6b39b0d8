import { stat } from 'node:fs/promises';
import type { RawArticle } from '../gateway/research/news.ts';
import type { Kind } from './kinds.ts';
import { type Reading, readWith, type Source } from './readers.ts';
import { inThread } from './thread.ts';
import { tooLarge } from './too-large.ts';

/**
 * Characters of each kind of text. Up to `short` they take some ten milliseconds to read, whatever they are, which is
 * less than a thread takes to start; what people usually ask for is that short. Nothing useful is longer than `longest`,
 * and no such text fills the memory of a thread so suddenly that the whole process would end with it.
 */
export const lengths = {
  advisorAliases: { short: 20_000, longest: 4_000_000 },
  advisorGroups: { short: 20_000, longest: 4_000_000 },
  article: { short: 12_000, longest: 6_000_000 },
  calendarEvents: { short: 100_000, longest: 2_000_000 },
  calendarTypes: { short: 300_000, longest: 2_000_000 },
  report: { short: 12_000, longest: 4_000_000 },
} as const satisfies Partial<Record<Kind, { readonly short: number; readonly longest: number }>>;

/**
 * Reads a text, a long one in a thread, so that nothing but its caller waits for it.
 * @param length characters of the text
 * @throws ToolError the reader's own, or `result_too_large`
 */
export async function reading<One extends keyof typeof lengths>(
  kind: One,
  source: Source<One>,
  length: number,
  signal: AbortSignal,
): Promise<Reading<One>> {
  if (length > lengths[kind].longest) throw tooLarge(kind);
  return length <= lengths[kind].short ? readWith(kind, source) : inThread(kind, source, signal);
}

/** Bytes of a packed statement that takes less time than a thread to start. */
const shortFile = 32_768;

/**
 * Reads a downloaded statement, a large one in a thread. Small ones are read here, in pieces with turns of the event
 * loop between them.
 * @throws ToolError the reader's own, or `result_too_large`; what opening the file throws
 */
export async function statementReading<One extends 'statementDigest' | 'statementRows'>(
  kind: One,
  source: Source<One>,
  signal: AbortSignal,
): Promise<Reading<One>> {
  const { size } = await stat(source.file);
  return size <= shortFile ? readWith(kind, source) : inThread(kind, source, signal);
}

/** How long an article counts as: what a document in base64 unpacks to is not known before, so none is short. */
export function lengthOf({ format, text }: RawArticle): number {
  return format === 1 ? Math.max(text.length, lengths.article.short + 1) : text.length;
}
