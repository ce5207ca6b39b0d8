import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../shared/alerts/alert.ts';
import { toToolErrorData } from '../shared/errors.ts';
import { connectTo } from '../test/support/connection.ts';
import { relayCases } from '../test/support/load-cases.ts';
import { TestRelay } from '../test/support/relay.ts';
import { clockFrom, fridayNoon } from '../test/support/simulator/client.ts';
import { AlertDesk } from './alerts/alert-desk.ts';
import { monotonicNow } from './async/monotonic.ts';
import { SnapshotJob } from './performance/snapshots.ts';

/**
 * The relay has three clocks: the market's (`MarketClock`), one that is never set (`monotonicNow`), and the machine's,
 * which somebody may set at any moment and which only these files may ask, so many times.
 */
const wallClock: Readonly<Record<string, readonly [times: number, reason: string]>> = {
  'relay/gateway/time/market-clock.ts': [
    1,
    'what time it is until the gateway has told it, and finer than its seconds',
  ],
  'relay/hub/tunnel.ts': [1, 'the time that a credential is signed with'],
  'relay/hub/pairing.ts': [1, 'the same, to give this relay another key'],
  'relay/hub/refused-upgrade.ts': [1, 'a server may name a date after which to come back'],
  'relay/flex/index.ts': [1, 'when a statement was fetched, in a file that outlives the process'],
  'relay/performance/records.ts': [1, 'when a value was learnt, in a file that outlives the process'],
  'relay/performance/statement-job.ts': [1, 'the age of such a statement'],
  'relay/tools/get_flex_report.ts': [1, 'the age of such a statement'],
  'relay/performance/snapshots.ts': [2, 'whether gateway and machine live in the same time'],
  'relay/tools/get_status.ts': [1, 'how far the gateway is ahead of the machine'],
  'relay/commands/simulate.ts': [1, 'the day that a simulated gateway begins with'],
  'relay/commands/control.ts': [1, 'the same, for a command while no relay runs'],
  'relay/commands/orders.ts': [1, 'deadlines of orders go by both clocks; and when a journal entry was written'],
  'relay/commands/run.ts': [1, 'when a key that approves was pinned, in a file that outlives the process'],
  'relay/commands/diagnosis.ts': [3, 'how far the server is ahead of the machine, and a credential'],
};
const neverSet = { 'relay/async/monotonic.ts': 1 };

/** How often each file of the relay and of what it shares with the server says what matches. */
function occurrences(pattern: RegExp): Record<string, number> {
  const root = resolve(import.meta.dirname, '..');
  const files = ['relay', 'shared'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`),
  );
  const product = files.filter((file) => /\.tsx?$/.test(file) && !/\.(test|cases)\.tsx?$/.test(file));
  const counted = product.map((file) => [file, readFileSync(join(root, file), 'utf8').match(pattern)?.length ?? 0]);
  return Object.fromEntries(counted.filter(([, times]) => times !== 0));
}

const wallForms = /\bDate\.now\b|\bnew Date\b(?!\()|\bDate\(\s*\)|\bTemporal\.Now\b|\btimeOrigin\b/g;

describe('the clocks', () => {
  it('of the machine are asked where a wall time is meant, and nowhere else', () => {
    for (const text of ['Date.now()', 'options.wall ?? Date.now;', 'new Date()', 'new Date;', 'Date()']) {
      expect(text.match(wallForms), text).toHaveLength(1);
    }
    expect('new Date(at)'.match(wallForms)).toBeNull();
    expect(occurrences(wallForms)).toEqual(
      Object.fromEntries(Object.entries(wallClock).map(([file, [times]]) => [file, times])),
    );
  });

  it('that are never set are one function', () => {
    expect(occurrences(/\bperformance\s*\.now\b|\bhrtime\b/g)).toEqual(neverSet);
  });
});

const day = 86_400_000;
const accounts = ['DF1000000', 'DU1000001', 'DU1000002'];
const logger = pino({ level: 'silent' });

describe.each([day, -day])('a machine whose clock is set by %i ms', (step) => {
  let relay: TestRelay;
  let ahead: number;
  const stop: (() => void)[] = [];

  beforeEach(async () => {
    const now = Date.now;
    ahead = fridayNoon - now();
    vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
    relay = await TestRelay.start({ clock: clockFrom(fridayNoon), tickIntervalMs: 20, accounts });
  });

  afterEach(async () => {
    for (const end of stop.splice(0)) end();
    await relay.stop();
    vi.restoreAllMocks();
  });

  /** Whether each tool answers an ordinary call. */
  async function outcomes(): Promise<Record<string, string>> {
    const given: Record<string, string> = {};
    for (const [tool, { argumentsMatter: of }] of relayCases) {
      const args = { ...of.base, ...(await of.begin?.((other, asked) => relay.execute(other, asked))) };
      given[tool] = await relay.execute(tool, args).then(
        () => 'answered',
        (error: unknown) => toToolErrorData(error).code,
      );
    }
    return given;
  }

  it('reads as before: no read fails that did not, and what is kept stays kept', async () => {
    const journal = () => relay.records.performance();
    const { gateway } = relay;
    const job = new SnapshotJob({ gateway, journal, logger, clockPatienceMs: 0 });
    stop.push(() => job.stop());
    await job.check();
    const before = await outcomes();
    expect(before.get_performance).toBe('answered');
    expect(Object.values(before).filter((outcome) => outcome === 'answered').length).toBeGreaterThan(20);
    await relay.execute('get_contract_details', { contracts: ['AAPL'] });
    const asked = relay.received('reqContractDetails').length;
    const [time, since] = [gateway.serverTime(), monotonicNow()];
    ahead += step;
    expect(Math.abs(gateway.serverTime() - time - (monotonicNow() - since))).toBeLessThan(5);
    await relay.execute('get_contract_details', { contracts: ['AAPL'] });
    expect(relay.received('reqContractDetails').length).toBe(asked);
    expect(await outcomes()).toEqual(before);
    expect(gateway.status().gateway.state).toBe('ready');
  });

  it('lets a call go on that is under way, and goes on to count what IB paces', async () => {
    const bars = { contract: 'AAPL', bar_size: '1 min', duration: '60d' };
    const progress = vi.fn(() => {
      if (progress.mock.calls.length === 1) ahead += step;
    });
    const result = await relay.execute('get_historical_bars', bars, { progress });
    expect(progress.mock.calls.length).toBeGreaterThan(1);
    expect(result.note).toBeUndefined();
    const seconds = (end: string) =>
      relay.execute('get_historical_bars', { contract: 'AAPL', bar_size: '5 secs', duration: '1h', end });
    await seconds('2026-11-19T20:00:00Z');
    const room = () => relay.gateway.history.room(monotonicNow() + 60_000);
    const left = room();
    expect(left).toBeLessThan(60);
    ahead += step;
    expect(room()).toBe(left);
    const began = monotonicNow();
    await seconds('2026-11-19T18:00:00Z');
    expect(monotonicNow() - began).toBeLessThan(10_000);
    expect(room()).toBeLessThan(left);
  });

  it('fires alerts neither early nor late', async () => {
    let fired: readonly unknown[] = [];
    const desk = new AlertDesk({
      gateway: relay.gateway,
      config: { relayName: 'home', trading: 'read-only' },
      store: { load: () => undefined, save: () => undefined },
      home: 'home',
      lines: 5,
      logger,
      onChange: () => undefined,
    });
    stop.push(() => desk.stop());
    desk.start();
    ahead += step;
    const at = (ms: number) => new Date(relay.gateway.serverTime() + ms).toISOString();
    const alerts: Partial<Alert>[] = [
      { id: 'soon', kind: 'time', at: at(500), repeat: 'once' },
      { id: 'later', kind: 'time', at: at(day / 2), repeat: 'once' },
    ];
    const pushed = alerts.map((alert) => ({ ...alert, seq: 0 }));
    const push = { version: 1, revision: 1, alerts: pushed, acknowledged: [] };
    await vi.waitFor(async () => {
      ({ firings: fired } = (await desk.executor.run(push, undefined as never)) as { firings: unknown[] });
      expect(fired).not.toEqual([]);
    });
    expect(fired).toMatchObject([{ alert: 'soon', day: '2026-11-20' }]);
  });

  it('goes on to ask whether the gateway is alive', async () => {
    const { supervisor } = await connectTo(relay.sim, { clientId: 8, heartbeatIdleMs: 100 });
    stop.push(() => supervisor.stop());
    const interrupted = vi.fn();
    supervisor.onInterrupted(interrupted);
    ahead += step;
    const asked = relay.received('reqCurrentTime').length;
    await vi.waitFor(() => expect(relay.received('reqCurrentTime').length).toBeGreaterThan(asked + 2));
    expect(interrupted).not.toHaveBeenCalled();
  });
});
