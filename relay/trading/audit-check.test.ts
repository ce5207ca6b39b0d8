import { describe, expect, it } from 'vitest';
import { type AuditLine, auditBeginning, hashOfLine } from '../../shared/orders/audit-chain.ts';
import { emptyHash, nextHash, sortedJson } from '../orders/hash-chain.ts';
import { type AuditRow, checkExported, checkOwnAudit, compareWithJournal } from './audit-check.ts';

const generation = 'a'.repeat(16);

/** A relay's own audit of these entries. */
function rowsOf(entries: readonly object[], first = 1): AuditRow[] {
  let hash = first === 1 ? emptyHash : 'e'.repeat(64);
  return entries.map((entry, index) => {
    const body = sortedJson(entry);
    hash = nextHash(hash, body);
    return { number: first + index, body, hash };
  });
}
const five = () => rowsOf([1, 2, 3, 4, 5].map((n) => ({ kind: 'note', text: `${n}`, at: n })));

/** Home's audit, whose third line tells what it knew of the relay's own. */
function linesOf(relayAudit: object, count = 5): AuditLine[] {
  const lines: AuditLine[] = [];
  let previous = auditBeginning;
  for (let seq = 1; seq <= count; seq += 1) {
    const at = new Date(seq).toISOString();
    const line = JSON.stringify({ seq, previous, device: 'd1', ...(seq === 3 && { relayAudit }), at });
    previous = hashOfLine(line);
    lines.push({ line, hash: previous });
  }
  return lines;
}

describe('the relay’s own audit', () => {
  it('holds together, also when its first entries are forgotten', () => {
    expect(checkOwnAudit(five())).toMatchObject({ entries: 5, head: { length: 5 } });
    expect(checkOwnAudit(five().slice(2))).toMatchObject({ entries: 3, head: { length: 5 } });
    expect(checkOwnAudit([])).toEqual({ entries: 0, head: { length: 0, hash: emptyHash } });
  });

  it.each<[string, (rows: AuditRow[]) => void, number]>([
    ['changed', (rows) => (rows[2] = { ...rows[2], body: '{}' } as AuditRow), 3],
    ['taken out', (rows) => rows.splice(2, 1), 4],
    ['exchanged with its neighbour', (rows) => rows.splice(2, 2, rows[3] as AuditRow, rows[2] as AuditRow), 4],
    ['given another number', (rows) => (rows[4] = { ...rows[4], number: 9 } as AuditRow), 9],
    ['the first, and changed', (rows) => (rows[0] = { ...rows[0], body: '{}' } as AuditRow), 1],
    ['put before the first', (rows) => rows.unshift({ ...rows[0], number: 0 } as AuditRow), 0],
  ])('shows an entry that was %s', (_, spoil, broken) => {
    const rows = five();
    spoil(rows);
    expect(checkOwnAudit(rows).broken).toBe(broken);
  });

  it('is compared with the journal, which shows an end that was cut off and a copy that was put back', () => {
    const headAt = (length: number, of = generation) => ({ generation: of, length, hash: String(length).repeat(64) });
    const entries = [1, 2, 3, 4].map((length) => ({ kind: 'journal', head: headAt(length), entry: {} }));
    const journal = (length: number, of = generation) => ({
      head: headAt(length, of),
      hashAt: (at: number) => (at <= length ? String(at).repeat(64) : undefined),
    });
    expect(compareWithJournal(rowsOf(entries), journal(4))).toBeUndefined();
    // Once, the process ended between the two.
    expect(compareWithJournal(rowsOf(entries).slice(0, 3), journal(4))).toBeUndefined();
    expect(compareWithJournal(rowsOf(entries).slice(0, 2), journal(4))).toMatch(/lacks the last 2 entries/);
    expect(compareWithJournal(rowsOf(entries), journal(3))).toMatch(/entry 4 names another journal/);
    const other = { ...journal(4), hashAt: (at: number) => (at === 2 ? 'f'.repeat(64) : undefined) };
    expect(compareWithJournal(rowsOf(entries), other)).toMatch(/entry 2 names another journal/);
    // What a person has trusted anew is another life of the journal.
    const trusted = rowsOf([...entries, { kind: 'journal', head: headAt(2, 'b'.repeat(16)), entry: {} }]);
    expect(compareWithJournal(trusted, journal(2, 'b'.repeat(16)))).toBeUndefined();
  });
});

describe('an exported audit of the server beside the relay’s own', () => {
  const head = { length: 2, hash: five()[1]?.hash };
  const lines = linesOf(head);
  const ownWith = (length: number, hash: string | undefined) =>
    rowsOf([{ kind: 'note' }, { kind: 'instruction', at: 77_000, body: { audit: { length, hash } } }]);
  const compared = (exported: AuditLine[], rows: AuditRow[], device = 'd1') =>
    checkExported(exported, { device, rows }).comparison;

  it('agrees where each holds the other’s head', () => {
    expect(compared(lines, five())).toEqual({ agreeing: 1, differing: [] });
    const both = linesOf({ length: 1, hash: ownWith(0, '')[0]?.hash });
    expect(compared(both, ownWith(2, both[1]?.hash))).toEqual({ agreeing: 2, differing: [] });
    expect(compared(lines, five(), 'another')).toEqual({ agreeing: 0, differing: [] });
    expect(checkExported(lines).comparison).toBeUndefined();
  });

  it('shows a history that was written anew, hashes and all', () => {
    expect(compared(linesOf({ ...head, length: 1 }), five())?.differing).toEqual([
      expect.stringMatching(/Entry 1 of this relay’s own audit is not the one/),
    ]);
    expect(compared(lines, ownWith(4, 'd'.repeat(64)))?.differing).toContainEqual(
      expect.stringMatching(/Line 4 is not the one of which this relay was told/),
    );
  });

  it('shows an end that was cut off on either side', () => {
    expect(compared(lines.slice(0, 4), ownWith(5, lines[4]?.hash))?.differing).toContainEqual(
      expect.stringMatching(/ends with line 4, but this relay was told of line 5 at 1970-01-01T00:01:17\.000Z/),
    );
    expect(compared(linesOf({ ...head, length: 9 }), five())?.differing).toEqual([
      expect.stringMatching(/own audit ends with entry 5, but the server was told of entry 9/),
    ]);
  });

  it('says nothing of what a relay forgot', () => {
    expect(compared(lines, five().slice(2))).toEqual({ agreeing: 0, differing: [] });
  });
});
