import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionReport } from '../gateway/accounts/executions.ts';
import { FillJournal } from './fill-journal.ts';
import { fillTotalIn, fillTotals } from './fill-totals.ts';

let folder: string;
let file: string;
let journal: FillJournal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fills-'));
  file = join(folder, 'data', 'fills.sqlite');
  journal = new FillJournal(file);
});

afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const noCosts = { commission: undefined, commissionCurrency: undefined, realizedPnl: undefined };
const report = (execId: string, changes: Partial<ExecutionReport> = {}): ExecutionReport => ({
  execId,
  account: 'U1',
  contract: { conId: 265598, symbol: 'AAPL', currency: 'USD' },
  time: 1_000,
  timeText: '20261120 12:00:00 US/Eastern',
  side: 'BUY',
  quantity: 0.5,
  price: 180.005,
  exchange: 'ARCA',
  permId: 7,
  orderRef: undefined,
  ...noCosts,
  ...changes,
});
const costs = (commission: number, realizedPnl?: number, commissionCurrency = 'USD') => ({
  commission,
  commissionCurrency,
  realizedPnl,
});
const ids = (accounts: readonly string[], since = 0) => journal.fills(accounts, since).map(({ execId }) => execId);

describe('FillJournal', () => {
  it('keeps what it was told over a restart, to the last digit, in files of its own', () => {
    journal.record([report('a.01', costs(1.0075, -12.5))], 5);
    journal.close();
    for (const name of readdirSync(join(folder, 'data'))) {
      expect(statSync(join(folder, 'data', name)).mode & 0o777, name).toBe(0o600);
    }
    journal = new FillJournal(file);
    expect(journal.fills(['U1'], 0)).toEqual([{ ...report('a.01', costs(1.0075, -12.5)), at: 1_000, corrections: 0 }]);
  });

  it('changes nothing when it is told the same again, and tells accounts apart', () => {
    for (const heard of [5, 6, 7]) journal.record([report('a.01'), report('a.01', { account: 'U2' })], heard);
    expect(ids(['U1'])).toEqual(['a.01']);
    expect(ids(['U1', 'U2'])).toEqual(['a.01', 'a.01']);
    expect(ids(['U3'])).toEqual([]);
  });

  it('takes commissions before and after their executions, and loses none to a report without one', () => {
    journal.charge('a.01', costs(1));
    journal.record([report('a.01'), report('b.01')], 5);
    journal.charge('b.01', costs(2, 30));
    journal.record([report('a.01'), report('b.01')], 6);
    journal.charge('b.01', noCosts);
    expect(journal.fills(['U1'], 0).map(({ commission, realizedPnl }) => [commission, realizedPnl])).toEqual([
      [1, undefined],
      [2, 30],
    ]);
  });

  it('lets a correction count instead, in the period in which it belongs, even when they come in the wrong order', () => {
    journal.record([report('a.02', { price: 170, time: 9_000 })], 9);
    journal.record([report('a.01', { time: 1_000 })], 10);
    expect(journal.fills(['U1'], 5_000)).toMatchObject([{ execId: 'a.02', price: 170, corrections: 1 }]);
    journal.record([report('b.01', { time: 9_500 }), report('b.02', { time: 2_000 })], 11);
    expect(ids(['U1'], 5_000)).toEqual(['a.02']);
  });

  it('keeps what has no time that can be read from when it was heard, until its time is told', () => {
    journal.record([report('a.01', { time: undefined })], 5_000);
    expect(journal.fills(['U1'], 4_000)).toMatchObject([{ time: undefined, at: 5_000 }]);
    journal.record([report('a.01', { time: 1_500 })], 6_000);
    expect(ids(['U1'], 4_000)).toEqual([]);
    journal.record([report('a.01', { time: undefined })], 7_000);
    expect(journal.fills(['U1'], 0)).toMatchObject([{ time: 1_500, at: 1_500 }]);
  });

  it('knows since when each account was watched, and when nobody did', () => {
    const minute = 60_000;
    expect(journal.knows('U1')).toBeUndefined();
    journal.watched(['U1', 'U2'], { from: 0, to: 100 * minute });
    journal.watched(['U1'], { from: 0, to: 120 * minute });
    journal.watched(['U1'], { from: 125 * minute, to: 200 * minute });
    journal.watched(['U1'], { from: 300 * minute, to: 310 * minute });
    expect(journal.knows('U1')).toEqual({ since: 0, gaps: [{ from: 200 * minute, to: 300 * minute }] });
    expect(journal.knows('U2')).toEqual({ since: 0, gaps: [] });
    expect(journal.accounts()).toEqual(['U1', 'U2']);
  });

  it('forgets the oldest when it has too many, and vouches for them no more', () => {
    journal.close();
    journal = new FillJournal(file, { keep: 3 });
    journal.watched(['U1'], { from: 0, to: 9_000 });
    journal.record(
      [1, 2, 3, 4, 5].map((index) => report(`f${index}.01`, { time: index * 1_000, ...costs(1) })),
      9_000,
    );
    expect(ids(['U1'])).toEqual(['f3.01', 'f4.01', 'f5.01']);
    expect(journal.knows('U1')?.since).toBe(2_001);
  });
});

describe('what fills cost', () => {
  const eur = { contract: { conId: 1, currency: 'EUR' } };

  it('is summed exactly by currency; what only opened has realized nothing, which is not 0', () => {
    journal.record(
      [
        report('a.01', costs(0.1)),
        report('b.01', costs(0.2)),
        report('c.01', { ...eur, ...costs(3, 41.2, 'EUR') }),
        report('d.01', eur),
        report('e.01', { contract: { conId: 28812380, secType: 'BAG' as never, currency: 'USD' } }),
      ],
      5,
    );
    const totals = fillTotals(journal.fills(['U1'], 0));
    expect(totals).toEqual([
      { currency: 'EUR', fills: 2, commission: 3, realizedPnl: 41.2 },
      { currency: 'USD', fills: 2, commission: 0.3, realizedPnl: undefined },
    ]);
    expect(fillTotalIn('USD', totals, new Map([['EUR', 1.1]]))).toEqual({
      currency: 'USD',
      fills: 4,
      commission: 3.6,
      realizedPnl: 45.32,
    });
    expect(fillTotalIn('USD', totals, new Map())).toBeUndefined();
  });
});
