import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { emptyHash } from './hash-chain.ts';
import { Journal, JournalError, newGeneration } from './journal.ts';
import type { JournalEntry } from './model.ts';

const day = 86_400_000;
const today = 1_000 * day;

let folder: string;
let file: string;
let open: Journal | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'orders.sqlite');
});

afterEach(() => {
  open?.close();
  open = undefined;
  rmSync(folder, { recursive: true });
});

function openJournal(options: Partial<Parameters<typeof Journal.open>[0]> = {}): Journal {
  open?.close();
  open = Journal.open({ file, now: () => today, ...options });
  return open;
}

const stopped = (reason: string, at = today): JournalEntry => ({
  type: 'stopped',
  where: 'home',
  reason,
  by: 'home',
  at,
});
const acknowledged = (length: number, at = today): JournalEntry => ({ type: 'acknowledged', length, at });
const taken = (ticket: string, id: number, at: number): JournalEntry => ({
  type: 'taken',
  ticket,
  hash: '1:0',
  order: '{}',
  account: 'DU1',
  orderIds: [['entry', id]],
  clientId: 11,
  session: 's',
  at,
  gatewayAt: at,
  used: { notional: '0', orders: 1, quantity: '1', loss: '0' },
  approval: { mode: 'none', by: 'x', at },
});
const outcome = (ticket: string, state: 'final' | 'working', at: number): JournalEntry => ({
  type: 'outcome',
  ticket,
  report: { kind: 'ticket', ticket, revision: 1, state, legs: [], warnings: [], at },
  at,
});

const error = (work: () => unknown): JournalError => {
  try {
    work();
  } catch (reason) {
    expect(reason).toBeInstanceOf(JournalError);
    return reason as JournalError;
  }
  throw new Error('It was opened.');
};

const change = (sql: string) => {
  open?.close();
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
};

describe('a journal', () => {
  it('is empty under a random name, of mode 0600, with settings that lose nothing', () => {
    const { head } = openJournal();
    expect(head).toEqual({ generation: expect.stringMatching(/^[a-f0-9]{16}$/), length: 0, hash: emptyHash });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    rmSync(file);
    expect(openJournal().head.generation).not.toBe(head.generation);
    const handles: DatabaseSync[] = [];
    openJournal({ open: (path) => handles[handles.push(new DatabaseSync(path)) - 1] as DatabaseSync });
    const pragma = (name: string) => Object.values(handles[0]?.prepare(`PRAGMA ${name}`).get() ?? {})[0];
    expect([pragma('locking_mode'), pragma('journal_mode'), pragma('synchronous')]).toEqual(['exclusive', 'delete', 3]);
  });

  it('gives back its entries, its head and the hash at every length', () => {
    const journal = openJournal();
    const heads = [stopped('one'), stopped('two')].map((entry) => journal.append(entry));
    expect(heads.map(({ length }) => length)).toEqual([1, 2]);
    const again = openJournal();
    expect([...again.entries()]).toEqual([stopped('one'), stopped('two')]);
    expect(again.head).toEqual(heads[1]);
    expect([0, 1, 2, 3].map((length) => again.hashAt(length))).toEqual([
      emptyHash,
      heads[0]?.hash,
      heads[1]?.hash,
      undefined,
    ]);
  });

  it('has a hash that depends on what it says and on all before, not on the order of members', () => {
    const { hash } = openJournal().append(stopped('one'));
    rmSync(file);
    const { type, where, ...rest } = stopped('one') as Extract<JournalEntry, { type: 'stopped' }>;
    expect(openJournal().append({ ...rest, where, type }).hash).toBe(hash);
    rmSync(file);
    expect(openJournal().append(stopped('two')).hash).not.toBe(hash);
    expect(open?.append(stopped('one')).hash).not.toBe(hash);
  });

  it('takes the name that a person’s trust gives it', () => {
    const generation = newGeneration();
    openJournal().append({ type: 'trusted', home: 'a'.repeat(16), generation, by: 'person', at: today });
    expect(open?.head.generation).toBe(generation);
    expect(openJournal().head.generation).toBe(generation);
  });

  it('is of one process at a time, which the kernel gives back after a kill', () => {
    openJournal().append(stopped('one'));
    expect(error(() => Journal.open({ file, now: () => today })).why).toBe('held');
    const script = `import { Journal } from ${JSON.stringify(join(import.meta.dirname, 'journal.ts'))};
      const journal = Journal.open({ file: process.argv[1], now: () => 0 });
      journal.append(${JSON.stringify(stopped('killed'))});
      process.kill(process.pid, 'SIGKILL');`;
    const run = () =>
      spawnSync(process.execPath, ['--input-type=module-typescript', '-e', script, file], { encoding: 'utf8' });
    expect(run().stderr).toContain('Another process has the journal');
    open?.close();
    expect(run().signal).toBe('SIGKILL');
    expect([...openJournal().entries()]).toEqual([stopped('one'), stopped('killed')]);
  });

  it.each([
    ['a changed entry', `UPDATE entry SET body = replace(body, 'one', 'two') WHERE number = 1`, 'entry 1 was changed'],
    ['a missing entry', 'DELETE FROM entry WHERE number = 2', 'entry 3 stands alone'],
    ['a lost name', 'DELETE FROM journal', 'its name is gone'],
  ])('with %s is damaged, and stays as it is', (_what, sql, why) => {
    const journal = openJournal();
    for (const reason of ['one', 'x', 'y']) journal.append(stopped(reason));
    change(sql);
    for (const _twice of [1, 2])
      expect(error(() => openJournal())).toMatchObject({ why: 'damaged', message: expect.stringContaining(why) });
  });

  it('that is no database is damaged, and stays as it is', () => {
    writeFileSync(file, 'x'.repeat(5_000));
    expect(error(() => openJournal()).why).toBe('damaged');
    expect(statSync(file).size).toBe(5_000);
  });

  it('cannot be where nothing can be written', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(error(() => openJournal({ file: join(folder, 'file', 'orders.sqlite') })).why).toBe('failed');
  });

  it('on a full disk takes the space that was kept for it, and fails without saying that it wrote when there is none', () => {
    const handles: DatabaseSync[] = [];
    const limit = (pages: number) => handles[0]?.exec(`PRAGMA max_page_count = ${pages}`);
    const release = vi.fn(() => limit(60));
    const journal = openJournal({
      spare: { release },
      open: (path) => handles[handles.push(new DatabaseSync(path)) - 1] as DatabaseSync,
    });
    limit(6);
    let count = 0;
    expect(() => {
      for (; count < 1_000; count += 1) journal.append(stopped('x'.repeat(500)));
    }).toThrow('full');
    expect(release).toHaveBeenCalled();
    expect(journal.head.length).toBe(count);
    expect([...openJournal().entries()]).toHaveLength(count);
  });

  it('keeps how many tickets Home had consumed, and every hash since Home acknowledged one', () => {
    const old = today - 40 * day;
    const journal = openJournal({ now: () => old });
    const heads = [
      taken('first', 9, old),
      { ...taken('last', 8, old), consumed: 12 } as JournalEntry,
      outcome('last', 'final', old),
      acknowledged(2, old),
      stopped('a', old),
      stopped('b', old),
      stopped('c', old),
      outcome('first', 'final', old),
      stopped('d', old),
    ].map((entry) => journal.append(entry));
    const again = openJournal();
    expect([...again.entries()]).toContainEqual(expect.objectContaining({ consumed: 12 }));
    for (const { length, hash } of heads.slice(1)) expect(again.hashAt(length)).toBe(hash);
  });

  it('forgets tickets that were over thirty days ago, but no hash of the last thirty days, no ids and nothing open', () => {
    const old = today - 40 * day;
    const journal = openJournal({ now: () => old });
    const heads = [
      taken('done', 7, old),
      outcome('done', 'final', old),
      taken('highest', 9, old),
      outcome('highest', 'final', old),
      taken('open', 8, old),
      outcome('open', 'working', old),
      acknowledged(3, old),
      acknowledged(5, old),
      stopped('a', old),
      taken('young', 5, today - 20 * day),
      outcome('young', 'final', today - 20 * day),
    ].map((entry) => journal.append(entry));
    const again = openJournal();
    expect(again.head).toEqual(heads.at(-1));
    const left = [...again.entries()];
    expect(left).toHaveLength(11);
    expect(left.slice(0, 2)).toEqual([acknowledged(0, 0), acknowledged(0, 0)]);
    expect(left.slice(2, 6).map((entry) => 'ticket' in entry && entry.ticket)).toEqual([
      'highest',
      'highest',
      'open',
      'open',
    ]);
    expect(left.slice(6, 9)).toEqual([acknowledged(0, 0), acknowledged(5, old), stopped('a', old)]);
    for (const { length, hash } of heads.slice(8)) expect(again.hashAt(length)).toBe(hash);
    expect(again.hashAt(1)).toBeUndefined();
    // What was forgotten once stays readable, and checked.
    expect(openJournal().head).toEqual(heads.at(-1));
    change(`UPDATE entry SET body = replace(body, 'open', 'opem') WHERE number = 6`);
    expect(error(() => openJournal()).why).toBe('damaged');
  });
});
