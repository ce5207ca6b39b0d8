import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PerformanceJournal } from './journal.ts';
import { shift } from './returns.ts';

let folder: string;
let file: string;
let journal: PerformanceJournal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  file = join(folder, 'data', 'performance.sqlite');
  journal = new PerformanceJournal(file);
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const usd = (date: string, nav: number) => ({ date, nav, currency: 'USD' });

describe('PerformanceJournal', () => {
  it('keeps the last value of each day over a restart, in files of its own', () => {
    journal.record([{ account: 'U1', at: 1, ...usd('2026-03-02', 100) }]);
    journal.record([
      { account: 'U1', at: 2, ...usd('2026-03-02', 101) },
      { account: 'U2', at: 2, ...usd('2026-03-02', 5) },
    ]);
    for (const name of readdirSync(join(folder, 'data'))) {
      expect(statSync(join(folder, 'data', name)).mode & 0o777, name).toBe(0o600);
    }
    journal.close();
    journal = new PerformanceJournal(file);
    expect(journal.accounts()).toEqual(['U1', 'U2']);
    expect(journal.values('U1')).toEqual([usd('2026-03-02', 101)]);
    expect(journal.seen('2026-03-02')).toEqual(
      new Map([
        ['U1', 2],
        ['U2', 2],
      ]),
    );
  });

  it('prefers IBKR’s own values, whichever came first', () => {
    journal.record([{ account: 'U1', at: 1, ...usd('2026-03-02', 100) }]);
    journal.learn([{ account: 'U1', values: [usd('2026-03-02', 99), usd('2026-03-03', 98)] }], 2);
    journal.record([{ account: 'U1', at: 3, ...usd('2026-03-03', 97) }]);
    expect(journal.values('U1')).toEqual([usd('2026-03-02', 99), usd('2026-03-03', 98)]);
  });

  it('leaves out values in another currency than the newest', () => {
    journal.record([
      { account: 'U1', at: 1, date: '2026-03-02', nav: 1, currency: 'EUR' },
      { account: 'U1', at: 1, ...usd('2026-03-03', 2) },
    ]);
    expect(journal.values('U1')).toEqual([usd('2026-03-03', 2)]);
  });

  it('takes flows from the newest statement of their days, and knows which days are covered', () => {
    const flow = (date: string, amount: number) => ({ date, amount });
    const learn = (from: string, to: string, list: { date: string; amount: number }[]) =>
      journal.learn([{ account: 'U1', values: [], flows: { from, to, list } }], 1);
    learn('2026-01-01', '2026-01-31', [flow('2026-01-05', 100), flow('2026-01-20', -7)]);
    learn('2026-01-10', '2026-02-28', [flow('2026-01-20', -8), flow('2026-02-02', 50), flow('2027-01-01', 1)]);
    learn('2026-01-10', '2026-02-28', [flow('2026-01-20', -8), flow('2026-02-02', 50)]);
    expect(journal.flows('U1')).toEqual({
      list: [flow('2026-01-05', 100), flow('2026-01-20', -8), flow('2026-02-02', 50)],
      known: [{ from: '2026-01-01', to: '2026-02-28' }],
    });
    expect(journal.flows('U2')).toEqual({ list: [], known: [] });
  });

  it('forgets what it saw while the clock was ahead, not what IBKR said', () => {
    journal.record([{ account: 'U1', at: 1, ...usd('2026-03-02', 1) }]);
    journal.record([{ account: 'U1', at: 1, ...usd('2031-01-01', 2) }]);
    journal.learn([{ account: 'U1', values: [usd('2026-03-03', 3)] }], 1);
    expect(journal.forgetAfter('2026-03-02')).toBe(1);
    expect(journal.values('U1').map(({ date }) => date)).toEqual(['2026-03-02', '2026-03-03']);
  });

  it('keeps twenty years', () => {
    const days = Array.from({ length: 5_300 }, (_, index) => usd(shift('2000-01-01', index), index));
    journal.learn(
      [
        {
          account: 'U1',
          values: days,
          flows: { from: '2000-01-01', to: '2014-01-01', list: [{ date: '2000-01-02', amount: 1 }] },
        },
      ],
      1,
    );
    expect(journal.values('U1')).toHaveLength(5_200);
    expect(journal.values('U1').at(-1)?.nav).toBe(5_299);
    expect(journal.flows('U1').list).toEqual([]);
  });

  it('does nothing by halves', () => {
    const broken = {
      account: 'U1',
      values: [usd('2026-03-02', 1), { ...usd('2026-03-03', 1), currency: undefined as never }],
    };
    expect(() => journal.learn([broken], 1)).toThrow();
    expect(journal.values('U1')).toEqual([]);
    journal.record([{ account: 'U1', at: 1, ...usd('2026-03-02', 100) }]);
  });

  it('puts a damaged file aside and begins anew', () => {
    journal.close();
    writeFileSync(file, 'this is no database at all, but long enough to look like one'.repeat(100));
    for (const name of ['-wal', '-shm']) rmSync(`${file}${name}`, { force: true });
    journal = new PerformanceJournal(file);
    expect(journal.accounts()).toEqual([]);
    expect(readdirSync(join(folder, 'data'))).toContain('performance.sqlite.damaged');
  });

  it('leaves alone what a newer relay wrote', () => {
    journal.close();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => new PerformanceJournal(file)).toThrow('newer relay');
    journal = new PerformanceJournal(':memory:');
  });
});
