import { describe, expect, it } from 'vitest';
import { type AuditLine, auditBeginning, checkAudit, hashOfLine, keptAuditLines } from './audit-chain.ts';

const relayAudit = { length: 3, hash: 'c'.repeat(64) };

/** Lines as Home writes them, from this number on. */
function chain(count: number, from = 1): AuditLine[] {
  const lines: AuditLine[] = [];
  let previous = from === 1 ? auditBeginning : 'f'.repeat(64);
  for (let seq = from; seq < from + count; seq += 1) {
    const at = new Date(1_780_000_000_000 + seq * 1_000).toISOString();
    const line = JSON.stringify({ seq, previous, what: 'report', device: 'd1', relayAudit, at });
    previous = hashOfLine(line);
    lines.push({ line, hash: previous });
  }
  return lines;
}

const rewritten = ({ line }: AuditLine, from: string, to: string): AuditLine => {
  const changed = line.replace(from, to);
  expect(changed).not.toBe(line);
  return { line: changed, hash: hashOfLine(changed) };
};

describe('the audit of a Home', () => {
  it('holds together as it was written, and tells each line and its head', () => {
    const lines = chain(5);
    const told: number[] = [];
    const verdict = checkAudit(lines, ({ seq, relayAudit: head }) => told.push(seq + (head?.length ?? 0)));
    expect(verdict).toEqual({
      lines: 5,
      first: { seq: 1, at: '2026-05-28T20:26:41.000Z' },
      head: { length: 5, hash: lines[4]?.hash },
    });
    expect(told).toEqual([4, 5, 6, 7, 8]);
    expect(checkAudit([])).toEqual({ lines: 0, head: { length: 0, hash: auditBeginning } });
  });

  it.each<[string, (lines: AuditLine[]) => void, number, RegExp]>([
    [
      'a word that was changed',
      (lines) => (lines[2] = { ...lines[2], line: lines[2]?.line.replace('report', 'word') } as never),
      3,
      /text is not the one/,
    ],
    [
      'a hash that was changed',
      (lines) => (lines[2] = { ...lines[2], hash: 'a'.repeat(64) } as never),
      3,
      /text is not the one/,
    ],
    [
      'a line that was changed with its hash',
      (lines) => (lines[2] = rewritten(lines[2] as AuditLine, 'report', 'word')),
      4,
      /another line before it/,
    ],
    ['a line that was taken out', (lines) => lines.splice(2, 1), 3, /number 4/],
    ['a line that stands twice', (lines) => lines.splice(2, 0, lines[2] as AuditLine), 4, /number 3/],
    [
      'two lines that were exchanged',
      (lines) => lines.splice(1, 2, lines[2] as AuditLine, lines[1] as AuditLine),
      2,
      /number 3/,
    ],
    [
      'a line with the number of another',
      (lines) => (lines[2] = rewritten(lines[2] as AuditLine, '"seq":3', '"seq":4')),
      3,
      /number 4/,
    ],
    ['a beginning that was cut off', (lines) => lines.splice(0, 2), 3, /missing, although 20000 lines are kept/],
    [
      'another beginning',
      (lines) => (lines[0] = rewritten(lines[0] as AuditLine, auditBeginning, 'b'.repeat(64))),
      1,
      /another line before it/,
    ],
    [
      'something that is no line',
      (lines) => (lines[3] = { line: '{}', hash: hashOfLine('{}') }),
      4,
      /no line of an audit/,
    ],
  ])('shows %s', (_, spoil, seq, why) => {
    const lines = chain(5);
    spoil(lines);
    expect(checkAudit(lines).broken).toEqual({ seq, why: expect.stringMatching(why) });
  });

  it('may lack what is no longer kept, and nothing else', () => {
    const lines = chain(keptAuditLines, 201);
    expect(checkAudit(lines)).toMatchObject({ lines: keptAuditLines, first: { seq: 201 } });
    expect(checkAudit(lines)).not.toHaveProperty('broken');
    expect(checkAudit(lines.slice(1)).broken).toMatchObject({ seq: 202 });
  });
});
