import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FlexService, flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { openRecords, type Records } from './records.ts';
import { StatementJob } from './statement-job.ts';

const token = '111111111111111111111111';
const lines: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });

let folder: string;
let service: FlexService;
let records: Records;
let job: StatementJob;

beforeEach(async () => {
  lines.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'statement-job-'));
  service = await FlexService.start();
  const value = row('EquitySummaryByReportDateInBase', { reportDate: '20261118', total: 1000, currency: 'USD' });
  service.tokens.set(
    token,
    new Map([
      ['1', flexDocument(statement('U1', { EquitySummaryInBase: value, CashTransactions: '', Transfers: '' }))],
      ['2', flexDocument(statement('U1', { Trades: '' }))],
    ]),
  );
  records = openRecords(folder, {
    tokens: [{ name: 'main', token, queries: [{ id: '1' }, { id: '2' }, { id: '3' }] }],
    baseUrl: service.url,
    limits: { firstWaitMs: 1, maxWaitMs: 5 },
  });
  job = new StatementJob(records.flex, logger);
});

afterEach(async () => {
  vi.useRealTimers();
  job.stop();
  records.close();
  await service.close();
  rmSync(folder, { recursive: true });
});

const sent = () =>
  service.requests.filter(({ path }) => path.endsWith('SendRequest')).map(({ query }) => query.get('q'));

describe('StatementJob', () => {
  it('runs the listed queries once and learns the past from them', async () => {
    await job.check();
    expect(sent()).toEqual(['1', '2', '3']);
    expect(records.performance().values('U1')).toEqual([{ date: '2026-11-18', nav: 1000, currency: 'USD' }]);
    expect(records.performance().flows('U1').known).toEqual([{ from: '2026-01-01', to: '2026-11-19' }]);
    await job.check();
    expect(sent(), 'neither what is fresh nor what was just refused').toHaveLength(3);
    expect(lines.join('')).toContain('The query id is not valid');
    expect(lines.join('')).not.toContain(token);
  });

  it('runs what tells of performance again a day later, also by a new job', async () => {
    await job.check();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 21 * 3_600_000 });
    await new StatementJob(records.flex, logger).check();
    expect(sent().slice(3)).toEqual(['1', '3']);
  });

  it('does nothing without listed queries', () => {
    const idle = openRecords(folder, { tokens: [{ name: 'a', token, queries: [] }], baseUrl: service.url });
    const quiet = new StatementJob(idle.flex, logger);
    quiet.start();
    quiet.stop();
    expect(service.requests).toEqual([]);
  });

  it('stops in the middle of waiting', async () => {
    service.onSend.push(...Array.from({ length: 1_000 }, () => ({ code: 1001 })));
    job.start();
    await expect.poll(() => service.requests.length).toBeGreaterThan(1);
    job.stop();
    await job.check();
    expect(lines).toEqual([]);
  });
});
