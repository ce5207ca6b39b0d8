import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Alert, Firing } from '../../shared/alerts/alert.ts';
import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { openMarket, TestRelay } from '../../test/support/relay.ts';
import type { ExecutorConfig } from '../tools/support/tool.ts';
import { AlertDesk, type AlertDeskOptions } from './alert-desk.ts';
import type { AlertState, AlertStore } from './alert-file.ts';

const account = 'DU1234567';

let relay: TestRelay;
const desks: AlertDesk[] = [];
let store: AlertStore;
let revision = 0;

beforeAll(async () => {
  relay = await TestRelay.start({ tickIntervalMs: 50, accounts: [account, 'DU7654321'] });
});
afterAll(() => relay.stop());
afterEach(async () => {
  for (const desk of desks.splice(0)) desk.stop();
  relay.sim.clock.set({ at: openMarket().getTime() });
  await vi.waitFor(() => expect(lines()).toEqual([]));
});

const lines = () =>
  relay.sim
    .activeSubscriptions()
    .filter(({ kind }) => kind === 'marketData')
    .map(({ subject }) => subject);

function memory(): AlertStore {
  let state: AlertState | undefined;
  return {
    load: () => state,
    save: (next) => {
      state = structuredClone(next);
    },
  };
}

function startDesk(options: Partial<AlertDeskOptions> & { config?: ExecutorConfig } = {}): AlertDesk {
  store = options.store ?? memory();
  const desk = new AlertDesk({
    gateway: relay.gateway,
    config: { relayName: 'home', trading: 'read-only' },
    home: 'home',
    lines: 5,
    logger: pino({ level: 'silent' }),
    onChange: () => undefined,
    accountEveryMs: 50,
    timing: { turnMs: 50, retryMs: 50, refusedMs: 50, quietMs: 300 },
    ...options,
    store,
  });
  desks.push(desk);
  desk.start();
  return desk;
}

/** What Home would do: hand over the list and take what fired. */
async function sync(desk: AlertDesk, alerts: readonly Alert[]) {
  revision += 1;
  const push = { version: 1, revision, alerts: alerts.map((alert) => ({ seq: 0, ...alert })), acknowledged: [] };
  return (await desk.executor.run(push, undefined as never)) as { firings: Firing[]; problems: { message: string }[] };
}

const firedBy = (desk: AlertDesk, count = 1) => vi.waitFor(() => expect(desk.status().pending).toBe(count), 4_000);

async function quoteOf(contract: string) {
  const { quotes } = await relay.read(getQuotes, { contracts: [contract] });
  return quotes[0];
}

const alertOn = async (contract: string, changes: Partial<Alert>): Promise<Alert> => {
  const { conId } = await quoteOf(contract);
  return {
    id: `${contract.slice(0, 8)}-1`.replace(/\W/g, '-'),
    kind: 'price',
    conId,
    contract,
    repeat: 'once',
    ...changes,
  };
};

describe('an alert on an instrument', () => {
  test('fires at its price, once, and gives its line back', async () => {
    const { last, conId } = await quoteOf('AAPL');
    const desk = startDesk();
    await sync(desk, [{ id: 'a', kind: 'price', conId, above: last * 0.99, repeat: 'once' }]);
    await firedBy(desk);
    await vi.waitFor(() => expect(lines()).toEqual([]));
    const { firings } = await sync(desk, []);
    expect(firings).toMatchObject([{ alert: 'a', seq: 1, day: '2026-10-15' }]);
    expect(firings[0]?.value).toBeGreaterThanOrEqual(last * 0.99);
    expect(firings[0]?.dataType).toBeUndefined();
  });

  test('that is not reached keeps one line for all alerts on it, and waits', async () => {
    const desk = startDesk();
    const one = await alertOn('MSFT', { above: 1e6 });
    await sync(desk, [one, { ...one, id: 'b', above: 2e6 }, { ...one, id: 'c', kind: 'volume', above: 1e12 }]);
    await vi.waitFor(() => expect(lines()).toHaveLength(1));
    expect(desk.status().pending).toBe(0);
    await sync(desk, []);
    await vi.waitFor(() => expect(lines()).toEqual([]));
  });

  test('sees the day’s change and volume as the quote shows them', async () => {
    const { changePercent, volume, conId } = await quoteOf('AAPL');
    const desk = startDesk();
    await sync(desk, [
      { id: 'up', kind: 'change', conId, above: changePercent - 1, repeat: 'once' },
      { id: 'much', kind: 'volume', conId, above: volume / 2, repeat: 'once' },
      { id: 'down', kind: 'change', conId, below: changePercent - 5, repeat: 'once' },
    ]);
    await firedBy(desk, 2);
    const { firings } = await sync(desk, []);
    expect(firings.map(({ alert }) => alert).sort()).toEqual(['much', 'up']);
    expect(firings.find(({ alert }) => alert === 'up')?.value).toBeCloseTo(changePercent, 0);
  });

  test('of a currency pair looks at the middle, and of delayed data says so', async () => {
    const desk = startDesk();
    const pair = await alertOn('EUR.USD', { above: 0.1 });
    const delayed = await alertOn('F', { above: 0.1 });
    await sync(desk, [pair, delayed]);
    await firedBy(desk, 2);
    const { firings } = await sync(desk, []);
    expect(firings.find(({ alert }) => alert === delayed.id)?.dataType).toBe('delayed');
    expect(firings.find(({ alert }) => alert === pair.id)?.value).toBeGreaterThan(0.5);
  });

  test('does not fire on what a closed market shows, and does when it opens', async () => {
    const { last, conId } = await quoteOf('AAPL');
    relay.sim.clock.set({ at: Date.parse('2026-10-17T15:00:00Z') });
    const desk = startDesk();
    await sync(desk, [{ id: 'a', kind: 'price', conId, above: last / 2, repeat: 'once' }]);
    await vi.waitFor(() => expect(lines()).toHaveLength(1));
    await sleep(300);
    expect(desk.status().pending).toBe(0);
    relay.sim.clock.set({ at: Date.parse('2026-10-19T15:00:00Z') });
    await firedBy(desk);
    const { firings } = await sync(desk, []);
    expect(firings).toMatchObject([{ alert: 'a', day: '2026-10-19' }]);
    expect(firings[0]?.dataType).toBeUndefined();
  });

  test('that may not be watched says why, and goes on trying', async () => {
    const desk = startDesk();
    const { conId } = (await relay.gateway.contracts.resolve('T')) as { conId: number };
    const refused: Alert = { id: 'no', kind: 'price', conId, above: 1, repeat: 'once' };
    await sync(desk, [refused]);
    await vi.waitFor(async () => expect((await sync(desk, [refused])).problems).toMatchObject([{ alert: 'no' }]));
    const asked = relay.received('reqMktData').length;
    await vi.waitFor(() => expect(relay.received('reqMktData').length).toBeGreaterThan(asked));
  });

  test('fires again on another day if it is daily, not on another look', async () => {
    const { last, conId } = await quoteOf('AAPL');
    const daily: Alert = { id: 'd', kind: 'price', conId, above: last / 2, repeat: 'daily' };
    const desk = startDesk();
    await sync(desk, [daily]);
    await firedBy(desk);
    desk.stop();
    const again = startDesk({ store });
    await vi.waitFor(() => expect(lines()).toHaveLength(1));
    expect(again.status().pending).toBe(1);
    relay.sim.clock.set({ at: openMarket().getTime() + 86_400_000 });
    await firedBy(again, 2);
    const { firings } = await sync(again, [daily]);
    expect(firings.map(({ seq, day }) => [seq, day])).toEqual([
      [1, '2026-10-15'],
      [2, '2026-10-16'],
    ]);
  });

  test('that is changed is looked at anew, though nothing ticks', async () => {
    const desk = startDesk();
    const one = await alertOn('MSFT', { above: 1e6 });
    await sync(desk, [one]);
    await vi.waitFor(() => expect(lines()).toHaveLength(1));
    const asked = relay.received('reqMktData').length;
    await sync(desk, [{ ...one, below: 1e5 }]);
    await firedBy(desk);
    expect(relay.received('reqMktData').length).toBeGreaterThan(asked);
  });

  test('takes turns when there are more instruments than lines', async () => {
    const desk = startDesk({ lines: 1 });
    const names = ['AAPL', 'MSFT', 'KO'];
    const held = await Promise.all(names.map((name) => alertOn(name, { above: 1e6 })));
    await sync(desk, held);
    const seen = new Set<string>();
    await vi.waitFor(() => {
      const now = lines();
      expect(now.length).toBeLessThanOrEqual(1);
      for (const line of now) seen.add(line);
      expect(seen.size).toBe(3);
    }, 4_000);
  });

  test('is watched again after the gateway has gone and come back', async () => {
    const desk = startDesk();
    const { last, conId } = await quoteOf('AAPL');
    await sync(desk, [{ id: 'far', kind: 'price', conId, above: 1e6, repeat: 'once' }]);
    await vi.waitFor(() => expect(lines()).toHaveLength(1));
    await relay.sim.restart({ downMs: 100 });
    await vi.waitFor(() => expect(lines()).toHaveLength(1), 8_000);
    await sync(desk, [{ id: 'near', kind: 'price', conId, above: last / 2, repeat: 'once' }]);
    await firedBy(desk);
  });
});

describe('an alert on an account', () => {
  test('fires on the margin cushion and on the day’s profit or loss as the summary shows them', async () => {
    const { accounts } = await relay.read(getAccountSummary, { account });
    const { cushion, dailyPnl } = accounts[0];
    const desk = startDesk();
    await sync(desk, [
      { id: 'c', kind: 'cushion', account, below: cushion + 0.05, repeat: 'once' },
      { id: 'p', kind: 'daily_pnl', account, above: dailyPnl - 50_000, repeat: 'once' },
      { id: 'x', kind: 'cushion', account, below: cushion - 0.5, repeat: 'once' },
    ]);
    await firedBy(desk, 2);
    const { firings } = await sync(desk, []);
    expect(firings.find(({ alert }) => alert === 'c')?.value).toBeCloseTo(cushion, 1);
    expect(firings.map(({ alert }) => alert).sort()).toEqual(['c', 'p']);
  });

  test('that the owner does not allow never looks at it', async () => {
    const config: ExecutorConfig = { relayName: 'home', trading: 'read-only', allowedAccounts: ['DU7654321'] };
    const desk = startDesk({ config });
    const alert: Alert = { id: 'c', kind: 'cushion', account, below: 2, repeat: 'once' };
    await sync(desk, [alert]);
    await vi.waitFor(async () => expect((await sync(desk, [alert])).problems).toMatchObject([{ alert: 'c' }]));
    expect(desk.status().pending).toBe(0);
  });
});

test('an alert on the clock strikes when it is due, late rather than never', async () => {
  const desk = startDesk();
  const now = relay.gateway.serverTime();
  await sync(desk, [
    { id: 'past', kind: 'time', at: new Date(now - 60_000).toISOString(), repeat: 'once' },
    { id: 'future', kind: 'time', at: new Date(now + 3_600_000).toISOString(), repeat: 'once' },
  ]);
  await firedBy(desk);
  const { firings } = await sync(desk, []);
  expect(firings).toMatchObject([{ alert: 'past', seq: 1 }]);
});
