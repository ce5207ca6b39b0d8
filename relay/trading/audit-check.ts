import { z } from 'zod';
import type { AuditLine, AuditVerdict } from '../../shared/orders/audit-chain.ts';
import { checkAudit } from '../../shared/orders/audit-chain.ts';
import { type AuditHead, auditHead, type JournalHead, journalHead } from '../../shared/orders/frames.ts';
import { emptyHash, nextHash } from '../orders/hash-chain.ts';

/** An entry of the relay's own audit: `body` is JSON with its keys in order, `hash` of that and of the hash before it. */
export interface AuditRow {
  readonly number: number;
  readonly body: string;
  readonly hash: string;
}

/** What a check of the relay's own audit came to; `broken` is the number of the first entry that is not as it was written. */
export interface OwnVerdict {
  readonly entries: number;
  readonly head: AuditHead;
  readonly broken?: number;
}

/** Entries of long ago are forgotten, so that the first one's predecessor need not be there. */
export function checkOwnAudit(rows: Iterable<AuditRow>): OwnVerdict {
  let entries = 0;
  let head: AuditHead = { length: 0, hash: emptyHash };
  for (const { number, body, hash } of rows) {
    const isFirst = entries === 0;
    const before = isFirst && number !== 1 ? undefined : head.hash;
    const isNext = isFirst ? number >= 1 : number === head.length + 1;
    if (!isNext || (before !== undefined && nextHash(before, body) !== hash)) return { entries, head, broken: number };
    entries += 1;
    head = { length: number, hash };
  }
  return { entries, head };
}

const journalled = z.object({ kind: z.literal('journal'), head: journalHead });
const instructed = z.object({ kind: z.literal('instruction'), at: z.number(), body: z.object({ audit: auditHead }) });

/**
 * Compares the audit with the journal of orders, whose every entry it has to hold: what was cut off at its end shows by that.
 * What was before a person trusted the journal anew was another life of it.
 * @returns a sentence where they differ
 */
export function compareWithJournal(
  rows: Iterable<AuditRow>,
  journal: { readonly head: JournalHead; hashAt(length: number): string | undefined },
): string | undefined {
  let last: number | undefined;
  for (const { number, body } of rows) {
    const { data } = journalled.safeParse(JSON.parse(body));
    if (data?.head.generation !== journal.head.generation) continue;
    const known = journal.hashAt(data.head.length);
    last = data.head.length;
    if (last > journal.head.length || (known !== undefined && known !== data.head.hash)) {
      return `The audit’s entry ${number} names another journal: one of the two was put back from a copy, or changed.`;
    }
  }
  // The process may have ended between the two, once.
  const lacking = journal.head.length - (last ?? 0);
  if (lacking <= 1) return undefined;
  return `The audit lacks the last ${lacking} entries of the journal: they were cut off, or could not be written.`;
}

/** How Home's audit and the relay's own agree, as far as each holds heads of the other. */
export interface Comparison {
  /** Heads that both have. */
  readonly agreeing: number;
  /** Sentences. */
  readonly differing: readonly string[];
}

/**
 * Checks an exported audit of Home, and compares it with the audit of one of its relays.
 * @param own the relay's, in order; absent where none is at hand
 */
export function checkExported(
  lines: Iterable<AuditLine>,
  own?: { readonly device: string; readonly rows: Iterable<AuditRow> },
): { readonly verdict: AuditVerdict; readonly comparison?: Comparison } {
  const hashes = new Map<number, string>();
  const told: AuditHead[] = [];
  const verdict = checkAudit(lines, (line, hash) => {
    hashes.set(line.seq, hash);
    if (line.relayAudit && line.device === own?.device) told.push(line.relayAudit);
  });
  return own ? { verdict, comparison: compare(verdict, hashes, told, own.rows) } : { verdict };
}

const mostDiffering = 10;

function compare(
  { head }: AuditVerdict,
  lines: ReadonlyMap<number, string>,
  told: readonly AuditHead[],
  rows: Iterable<AuditRow>,
): Comparison {
  const hashes = new Map<number, string>();
  const differing: string[] = [];
  let agreeing = 0;
  let beyond: { readonly length: number; readonly at: number } | undefined;
  for (const { number, body, hash } of rows) {
    hashes.set(number, hash);
    const { data } = instructed.safeParse(JSON.parse(body));
    if (!data || data.body.audit.length === 0) continue;
    const { length } = data.body.audit;
    const there = lines.get(length);
    if (there === data.body.audit.hash) agreeing += 1;
    else if (there !== undefined) differing.push(`Line ${length} is not the one of which this relay was told.`);
    else if (length > head.length) beyond = { length, at: data.at };
  }
  if (beyond) {
    const when = new Date(beyond.at).toISOString();
    differing.push(
      `The file ends with line ${head.length}, but this relay was told of line ${beyond.length} at ${when}: it was exported before that, or its end is missing. Export it anew to know.`,
    );
  }
  const numbers = [...hashes.keys()];
  const [oldest = 1, newest = 0] = [numbers[0], numbers.at(-1)];
  for (const { length, hash } of told) {
    const there = hashes.get(length);
    if (there === hash) agreeing += 1;
    else if (there !== undefined || (length >= oldest && length <= newest)) {
      differing.push(`Entry ${length} of this relay’s own audit is not the one that the server was told of.`);
    } else if (length > newest) {
      differing.push(
        `This relay’s own audit ends with entry ${newest}, but the server was told of entry ${length}: its end is missing, or the data folder was put back from a copy.`,
      );
    }
  }
  return { agreeing, differing: [...new Set(differing)].slice(0, mostDiffering) };
}
