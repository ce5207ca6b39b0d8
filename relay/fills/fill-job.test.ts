import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ExecutionListener, ExecutionReport } from '../gateway/accounts/executions.ts';
import { dayBegin, FillJob, type FillJobOptions } from './fill-job.ts';
import { FillJournal } from './fill-journal.ts';

const now = Date.parse('2026-11-20T17:00:00Z');
const unknown = { commission: undefined, commissionCurrency: undefined, realizedPnl: undefined };
const report = (execId: string, account = 'U1'): ExecutionReport => ({
  ...unknown,
  ...{ execId, account, contract: { conId: 1 }, time: now, timeText: '', side: 'BUY', quantity: 1, price: 1 },
  ...{ exchange: 'X', permId: 1, orderRef: undefined },
});

/** What the job needs of a gateway, as the test says. */
class FakeGateway {
  ready = false;
  remembered: ExecutionReport[] = [];
  asked = 0;
  readonly heard: ExecutionListener[] = [];
  readonly told: Parameters<FillJobOptions['gateway']['onStatus']>[0][] = [];

  get face(): FillJobOptions['gateway'] {
    const self = this;
    return {
      get ready() {
        return self.ready;
      },
      serverTime: () => now,
      status: () => ({ accounts: ['U1', 'U2'] }) as never,
      onStatus: (listener) => {
        self.told.push(listener);
        return () => undefined;
      },
      executions: {
        listen: (listener: ExecutionListener) => {
          self.heard.push(listener);
          return () => undefined;
        },
        reports: async () => {
          self.asked += 1;
          return self.remembered;
        },
      } as never,
    };
  }

  connect(ready: boolean): void {
    this.ready = ready;
    for (const listener of this.told) listener({} as never);
  }
}

let journal: FillJournal;
let gateway: FakeGateway;
let job: FillJob;

beforeEach(() => {
  journal = new FillJournal(':memory:');
  gateway = new FakeGateway();
  const logger = pino({ level: 'silent' });
  job = new FillJob({ gateway: gateway.face, journal: () => journal, allowedAccounts: ['U1'], logger });
  job.start();
});

afterEach(() => {
  job.stop();
  journal.close();
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const kept = () => journal.fills(['U1', 'U2'], 0).map(({ execId }) => execId);

describe('FillJob', () => {
  it('asks at each connection, not at every change of the status, and keeps allowed accounts only', async () => {
    gateway.remembered = [report('a.01'), report('b.01', 'U2')];
    for (const ready of [false, true, true]) gateway.connect(ready);
    await settled();
    expect([gateway.asked, kept()]).toEqual([1, ['a.01']]);
    expect(journal.knows('U1')).toEqual({ since: Date.parse('2026-11-20T05:00:00Z'), gaps: [] });
    expect(journal.knows('U2')).toBeUndefined();
    for (const ready of [false, true]) gateway.connect(ready);
    await settled();
    expect([gateway.asked, kept()]).toEqual([2, ['a.01']]);
  });

  it('keeps what the gateway pushes, with the costs that follow', () => {
    for (const { onExecution, onCosts } of gateway.heard) {
      for (const one of [report('a.01'), report('b.01', 'U2')]) onExecution(one);
      onCosts('a.01', { commission: 1, commissionCurrency: 'USD', realizedPnl: -3 });
    }
    expect(journal.fills(['U1'], 0)).toMatchObject([{ execId: 'a.01', commission: 1, realizedPnl: -3 }]);
    expect(kept()).toEqual(['a.01']);
  });

  it('survives a journal that cannot be written', () => {
    journal.close();
    for (const { onExecution } of gateway.heard) onExecution(report('a.01'));
    journal = new FillJournal(':memory:');
  });
});

describe('dayBegin', () => {
  it.each([
    ['2026-11-20T04:59:00Z', '2026-11-19T05:00:00Z'],
    ['2026-11-20T05:00:00Z', '2026-11-20T05:00:00Z'],
    ['2026-11-01T23:00:00Z', '2026-11-01T04:00:00Z'],
  ])('%s belongs to the day that began at %s', (at, begin) => {
    expect(dayBegin(Date.parse(at))).toBe(Date.parse(begin));
  });
});
