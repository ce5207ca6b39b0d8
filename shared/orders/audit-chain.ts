import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import { type AuditHead, auditHead } from './frames.ts';

/**
 * Home's audit: lines of JSON, each with its number and the hash of the one before it, so that none can be changed, taken out
 * or moved without a trace. What is cut off at its end shows by the heads that the relays were told alone.
 */

/** Newest lines that Home keeps. */
export const keptAuditLines = 20_000;

/** The hash before the first line. */
export const auditBeginning = '0'.repeat(64);

/** A line as it is kept and exported: `hash` is the SHA-256 of the text. */
export interface AuditLine {
  readonly line: string;
  readonly hash: string;
}

export function hashOfLine(line: string): string {
  return bytesToHex(sha256(utf8ToBytes(line)));
}

/** What of a line chains it, and which head of a relay's own audit it holds. */
const chained = z.object({
  seq: z.int().min(1),
  previous: z.string(),
  at: z.string(),
  device: z.string().optional(),
  relayAudit: auditHead.optional(),
});
export type ChainedLine = z.output<typeof chained>;

/** @throws Error when it is no line of an audit */
export function readAuditLine(line: string): ChainedLine {
  return chained.parse(JSON.parse(line));
}

/** What a check came to. */
export interface AuditVerdict {
  readonly lines: number;
  /** Number and time (ISO 8601) of the first line; absent where there is none. */
  readonly first?: { readonly seq: number; readonly at: string };
  /** The last line that holds. */
  readonly head: AuditHead;
  /** The first that does not: its number, or its place where that cannot be read, and why. */
  readonly broken?: { readonly seq: number; readonly why: string };
}

/** @param onLine told of each line that holds */
export function checkAudit(
  lines: Iterable<AuditLine>,
  onLine?: (line: ChainedLine, hash: string) => void,
): AuditVerdict {
  let count = 0;
  let first: AuditVerdict['first'];
  let head: AuditHead = { length: 0, hash: auditBeginning };
  for (const { line, hash } of lines) {
    const expected = first === undefined ? undefined : head.length + 1;
    const checked = checkLine(line, hash, expected, head.hash);
    if (typeof checked === 'string') {
      return { lines: count, ...(first && { first }), head, broken: { seq: expected ?? 1, why: checked } };
    }
    count += 1;
    first ??= { seq: checked.seq, at: checked.at };
    head = { length: checked.seq, hash };
    onLine?.(checked, hash);
  }
  const isCut = first !== undefined && first.seq > 1 && count < keptAuditLines;
  const why = `what was before is missing, although ${keptAuditLines} lines are kept`;
  return { lines: count, ...(first && { first }), head, ...(isCut && first && { broken: { seq: first.seq, why } }) };
}

/** The line, or why it does not follow. @param expected its number; absent for the first one */
function checkLine(line: string, hash: string, expected: number | undefined, before: string): ChainedLine | string {
  if (hashOfLine(line) !== hash) return 'its text is not the one that its hash was made of';
  let read: ChainedLine;
  try {
    read = readAuditLine(line);
  } catch {
    return 'it is no line of an audit';
  }
  if (expected !== undefined && read.seq !== expected) return `the line that stands here is number ${read.seq}`;
  const previous = read.seq === 1 ? auditBeginning : before;
  if ((expected !== undefined || read.seq === 1) && read.previous !== previous) {
    return 'it names another line before it';
  }
  return read;
}
