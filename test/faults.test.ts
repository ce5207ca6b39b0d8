import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import type { CallResult, TestClient } from './support/clients.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';
import { beside, startSystem, type TestSystem } from './support/system.ts';

/** Each part is broken on purpose while a call is under way; every call ends with the right answer or a typed error. */

const options = {
  simulator: { clock: clockFrom(fridayNoon), accounts: ['DU1234567', 'DU7654321'] },
  env: { RELAY_ACCOUNTS: 'DU1234567' },
};

let system: TestSystem;
let client: TestClient;

beforeAll(async () => {
  system = await startSystem(options);
  client = await system.connect('2026-07-28');
});
afterAll(() => system.close());

const errorOf = (result: CallResult) =>
  result._meta?.['ibkr-remote-mcp/error'] as { code: string; message: string; nextStep?: string } | undefined;
const bars = (contract: string, by = client) =>
  by.call('get_historical_bars', { contract, duration: '5d', bar_size: '1 hour' });
const statusOf = async (by: TestClient) =>
  (await by.call('get_status')).structuredContent as { ok: boolean; problem?: string; nextStep?: string };
const working = (contract: string, timeoutMs?: number) =>
  eventually('calls to work again', async () => !(await bars(contract)).isError, timeoutMs);

/** Starts a call that stays without an answer from the gateway, so that something can happen meanwhile. */
async function underWay(
  contract: string,
  { simulator }: TestSystem = system,
  by = client,
): Promise<{ call: Promise<CallResult> }> {
  simulator.ignoreRequests(['reqHistoricalData']);
  const count = () => simulator.received.filter(({ name }) => name === 'reqHistoricalData').length;
  const before = count();
  const call = bars(contract, by);
  await eventually('the request to reach the gateway', async () => count() > before);
  simulator.ignoreRequests('off');
  return { call };
}

describe('the relay', () => {
  test('killed in the middle of a call and restarted: the read is carried out again and answered', async () => {
    const { call } = await underWay('AAPL');
    await system.relay.kill('SIGKILL');
    system.relay.start();
    const result = await call;
    expect(result.isError, result.content[0]?.text).toBeFalsy();
    await system.relay.ready();
  });
});

describe('the Worker', () => {
  test('redeployed: the relay reconnects within seconds and goes on', async () => {
    await system.worker.redeploy();
    await working('IBM', 20_000);
  });

  test('its Home evicted in the middle of nothing: the relay reconnects', async () => {
    await system.worker.evictHome(system.userId, 'close');
    await working('IBM', 20_000);
  });

  test('its Home put to sleep: the next call wakes it over the same tunnel', async () => {
    await bars('SPY');
    const reconnects = () => system.relay.output.filter((line) => line.includes('connected to the server')).length;
    const before = reconnects();
    await system.worker.evictHome(system.userId, 'hibernate');
    expect((await bars('SPY')).isError).toBeFalsy();
    expect(reconnects()).toBe(before);
  });
});

describe('the gateway', () => {
  afterEach(() => system.relay.ready());

  test('restarted in the middle of a call: it ends at once with gateway_interrupted, and the next one works', async () => {
    const { call } = await underWay('NVDA');
    await system.simulator.restart({ downMs: 500 });
    const error = errorOf(await call);
    expect(error?.code).toBe('gateway_interrupted');
    expect(error?.nextStep).toBeTruthy();
    await working('NVDA');
  });

  test('losing IB’s servers (1100) fails calls fast, and recovers on 1102', async () => {
    system.simulator.sendSystemMessage(1100, 'Connectivity between IBKR and Trader Workstation has been lost.');
    await eventually('the relay to notice', async () => errorOf(await bars('KO'))?.code === 'gateway_disconnected');
    system.simulator.sendSystemMessage(
      1102,
      'Connectivity between IBKR and Trader Workstation has been restored - data maintained.',
    );
    await working('KO');
  });
});

test('an account that the owner did not allow does not exist here', async () => {
  const { accounts } = (await client.call('list_accounts')).structuredContent as { accounts: { account: string }[] };
  expect(accounts.map(({ account }) => account)).toEqual(['DU1234567']);
  expect(errorOf(await client.call('get_positions', { account: 'DU7654321' }))?.code).toBe('account_not_found');
  const { positions } = (await client.call('get_positions')).structuredContent as { positions: { account: string }[] };
  expect(new Set(positions.map(({ account }) => account))).toEqual(new Set(['DU1234567']));
});

/** What is only known after a while: each for a person with a relay and a gateway of their own, so that all wait together. */
describe.concurrent('in time,', () => {
  const alone = (work: Parameters<typeof beside>[2]) => beside(() => system, options, work);

  test(
    'a gateway that freezes lets calls end with a typed error within their deadline, and health says so',
    alone(async (own, by) => {
      own.simulator.freeze(true);
      const code = errorOf(await by.call('get_quotes', { contracts: ['NVDA', 'KO'] }))?.code ?? 'answered';
      const items = ['answered', 'gateway_timeout', 'gateway_interrupted', 'gateway_disconnected'];
      expect(items).toContain(code);
      await eventually('health to notice', async () => (await own.relay.readyz()).status === 503, 45_000);
      expect(errorOf(await bars('KO', by))?.code).toBe('gateway_disconnected');
      const status = await statusOf(by);
      expect(status.ok).toBe(false);
      expect(status.nextStep).toBeTruthy();
      own.simulator.freeze(false);
      await own.relay.ready();
      expect(await statusOf(by)).toMatchObject({ ok: true });
    }),
  );

  test(
    'a relay that is killed for good ends the call with relay_offline after a short grace',
    alone(async (own, by) => {
      const { call } = await underWay('MSFT', own, by);
      await own.relay.kill('SIGKILL');
      expect(errorOf(await call)?.code).toBe('relay_offline');
      const status = await statusOf(by);
      expect(status.ok).toBe(false);
      expect(status.problem).toContain('No relay is connected');
      expect(status.nextStep).toContain('Start the relay');
      own.relay.start();
      await own.relay.ready();
      expect(await statusOf(by)).toMatchObject({ ok: true });
    }),
  );

  test(
    'a gateway that never answers one request ends that call with gateway_timeout, while others go on',
    alone(async (own, by) => {
      own.simulator.ignoreRequests(['reqMatchingSymbols', 'reqContractDetails']);
      const instrument = { action: 'create', kind: 'price', above: 1e6, contract: 'IBM' };
      const stuck = [
        by.call('search_contracts', { query: 'some company' }),
        by.call('manage_watchlists', { action: 'create', name: 'Tech', contracts: ['IBM'] }),
        by.call('manage_alerts', instrument),
      ];
      expect((await by.call('list_accounts')).isError).toBeFalsy();
      for (const result of await Promise.all(stuck)) {
        const [item] = (result.structuredContent?.errors ?? []) as { code: string }[];
        expect(errorOf(result) ?? item).toMatchObject({ code: 'gateway_timeout', nextStep: expect.anything() });
      }
      expect(own.simulator.received.some(({ name }) => name === 'reqMatchingSymbols')).toBe(true);
    }),
  );

  test(
    'a relay that is stopped politely leaves within seconds with code 0, and comes back by itself when started',
    alone(async (own, by) => {
      await own.relay.kill('SIGTERM');
      expect(own.relay.process.exitCode).toBe(0);
      own.relay.start();
      await own.relay.ready();
      expect((await bars('KO', by)).isError).toBeFalsy();
    }),
  );

  test(
    'a second relay with the same key takes over, and the first stops with a sentence',
    alone(async ({ relay }) => {
      const first = relay.process;
      // A volume restored beside the first: one folder serves one relay only.
      const copy = await mkdtemp(join(tmpdir(), 'relay-copy-'));
      await cp(relay.data, copy, { recursive: true, filter: (file) => !file.endsWith('.sock') });
      relay.start({ RELAY_HEALTH_PORT: '0', GATEWAY_CLIENT_ID: '12', RELAY_DATA_DIR: copy });
      await eventually('the first to stop', async () => first.exitCode !== null, 45_000);
      expect(relay.output.join('\n')).toContain('Another relay with this account took over');
      await rm(copy, { recursive: true, force: true });
      await relay.kill('SIGTERM');
    }),
  );
});
