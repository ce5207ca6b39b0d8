import { stat } from 'node:fs/promises';
import type { RawArticle } from '../gateway/news.ts';
import { type Kind, type Reading, readWith, type Source } from './readers.ts';
import { inThread, tooLarge } from './thread.ts';

/**
 * Characters of each kind that take some ten milliseconds to read, whatever they are, which is less than a thread takes
 * to start. What people usually ask for is that short.
 */
export const short = {
  advisorAliases: 20_000,
  advisorGroups: 20_000,
  article: 12_000,
  calendarEvents: 100_000,
  calendarTypes: 300_000,
  report: 12_000,
} as const satisfies Partial<Record<Kind, number>>;

/** Nothing useful is longer, and a thread whose memory is too small for a single text would end the whole process. */
const longest = 6_000_000;

/**
 * Reads a text, a long one in a thread, so that nothing but its caller waits for it.
 * @param length characters of the text
 * @throws ToolError the reader's own, or `result_too_large`
 */
export async function reading<One extends keyof typeof short>(
  kind: One,
  source: Source<One>,
  length: number,
  signal: AbortSignal,
): Promise<Reading<One>> {
  if (length > longest) throw tooLarge();
  return length <= short[kind] ? readWith(kind, source) : inThread(kind, source, signal);
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
  return format === 1 ? Math.max(text.length, short.article + 1) : text.length;
}
