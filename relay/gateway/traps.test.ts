import { afterEach, describe, expect, it, vi } from 'vitest';
import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import { getHistoricalTicks } from '../../shared/tools/get_historical_ticks.ts';
import { getPositions } from '../../shared/tools/get_positions.ts';
import type { Rule, Simulator, SimulatorOptions } from '../../simulator/index.ts';
import { startSimulator } from '../../simulator/index.ts';
import { relayCases } from '../../test/support/load-cases.ts';
import { failure, openMarket, TestRelay } from '../../test/support/relay.ts';
import { TestClient } from '../../test/support/simulator/client.ts';
import type { GatewayOptions } from './index.ts';

/** What gateways do to their clients, provoked on the simulated one; docs/gateway-behaviour.md lists all of it. */

const quick = { reconnectMaxMs: 200, handshakeMs: 400, loginMs: 200, heartbeatIdleMs: 150, heartbeatTimeoutMs: 300 };
const close: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of close.splice(0).reverse()) await step();
});

async function start(simulator: SimulatorOptions = {}, gateway: Partial<GatewayOptions> = {}): Promise<TestRelay> {
  const relay = await TestRelay.start(simulator, { ...quick, ...gateway });
  close.push(() => relay.stop());
  return relay;
}

const status = (relay: TestRelay) => relay.gateway.status().gateway;
const until = (relay: TestRelay, state: string) =>
  vi.waitFor(() => expect(status(relay).state).toBe(state), { timeout: 5_000, interval: 5 });
const resolves = async (relay: TestRelay, symbol: string) =>
  expect((await relay.gateway.contracts.resolve(symbol)).name).toBe(symbol);

/** A gateway that is not well from the start, and a relay that tries it. */
async function dial(spoil: (sim: Simulator) => unknown, options: SimulatorOptions = {}): Promise<TestRelay> {
  const relay = await start({ handshakeMs: 60_000, ...options });
  await spoil(relay.sim);
  relay.sim.dropConnections();
  return relay;
}

describe('connecting', () => {
  it('nothing is sent before nextValidId', async () => {
    const relay = await dial((sim) => sim.withholdNextValidId(true));
    const before = relay.sim.received.length;
    const calls = [...relayCases].map(([tool, { argumentsMatter }]) => relay.execute(tool, argumentsMatter.base));
    await Promise.allSettled(calls);
    await vi.waitFor(() => expect(relay.received('startApi').length).toBeGreaterThan(1));
    expect(new Set(relay.sim.received.slice(before).map(({ name }) => name))).toEqual(new Set(['startApi']));
    relay.sim.withholdNextValidId(false);
    await until(relay, 'ready');
  });

  it('a gateway that takes no more clients is tried until it does', async () => {
    const relay = await start({ maxClients: 1 });
    relay.gateway.stop();
    await vi.waitFor(() => expect(relay.sim.clients()).toEqual([]));
    const guest = await TestClient.ready(relay.sim.port, 99);
    close.push(() => guest.disconnect());
    relay.gateway.start();
    await vi.waitFor(() => expect(status(relay).nextStep).toMatch(/log in/));
    guest.disconnect();
    await until(relay, 'ready');
  });

  it('T10: a client id that sticks after a restart is waited for, and the person is told', async () => {
    const relay = await start();
    relay.sim.faults.clientIdSticksMs = 1_000;
    relay.sim.dropConnections();
    await vi.waitFor(() => expect(status(relay).problem).toContain('Client id 7'), { timeout: 3_000, interval: 5 });
    await until(relay, 'ready');
  });

  it('1300: a gateway that moves to another port is followed', async () => {
    const relay = await start();
    const elsewhere = await startSimulator({ clock: openMarket });
    close.push(() => elsewhere.close());
    const text = 'Socket port has been reset and this connection is being dropped. Please reconnect on the new port -';
    relay.sim.sendSystemMessage(1300, `${text}${elsewhere.port}`);
    await vi.waitFor(() => expect(elsewhere.clients()).toHaveLength(1), { timeout: 3_000 });
    await until(relay, 'ready');
    expect(relay.sim.clients()).toEqual([]);
  });
});

describe('losing the connection', () => {
  it('T3: a socket that is half open is noticed without a byte', async () => {
    const relay = await start();
    relay.sim.halfOpen();
    expect((await failure(relay.gateway.contracts.resolve('AAPL'))).code).toBe('gateway_interrupted');
    await until(relay, 'ready');
    await resolves(relay, 'AAPL');
  });

  it('1100 that is said again and again is one outage', async () => {
    const relay = await start();
    await relay.gateway.accounts.summaries();
    for (let i = 0; i < 5; i += 1) relay.sim.connectivity.lose();
    await until(relay, 'maintenance');
    relay.sim.connectivity.restore({ dataLost: false });
    await until(relay, 'ready');
    expect(relay.received('startApi')).toHaveLength(1);
    expect(relay.received('reqAccountSummary')).toHaveLength(1);
  });

  it('a close in the middle of every kind of answer fails that call alone, and all goes on', async () => {
    const relay = await start();
    for (const message of ['contractData', 'accountSummary', 'position', 'historicalData'] as const) {
      relay.sim.addRule({ on: 'out', message, do: 'disconnect', afterByte: 7 });
      const call = {
        contractData: () => relay.gateway.contracts.resolve('IBM'),
        accountSummary: () => relay.read(getAccountSummary),
        position: () => relay.read(getPositions),
        historicalData: () => relay.call('get_historical_bars', { contract: 'MSFT', duration: '5d' }),
      }[message];
      await Promise.allSettled([call()]);
      await until(relay, 'ready');
      await call();
    }
  });
});

describe('what cannot be read', () => {
  const spoilt: Rule[] = [
    { on: 'out', message: 'contractData', do: 'truncate' },
    { on: 'out', message: 'contractData', do: 'extraField' },
    { on: 'out', message: 'contractData', do: 'unknownId' },
    { on: 'out', message: 'contractData', do: 'withoutNul' },
    { on: 'out', message: 'contractData', do: 'oversize' },
    { on: 'out', message: 'contractData', do: 'wrongLength', by: 3 },
    { on: 'out', message: 'contractData', do: 'wrongLength', by: -3 },
  ];

  it.each(spoilt.map((rule) => [rule.do, rule]))(
    'T8, T9: %s costs at most its call and its connection',
    async (_, rule) => {
      const relay = await start();
      relay.sim.addRule(rule);
      const call = relay.execute('get_contract_details', { contracts: ['AAPL'] }, { timeoutMs: 1_500 });
      await Promise.allSettled([call]);
      await until(relay, 'ready');
      await resolves(relay, 'MSFT');
      await resolves(relay, 'AAPL');
    },
  );

  it('messages may be cut anywhere and come late', async () => {
    // Byte by byte takes long on a busy machine, which is not what silence means here.
    const relay = await start({}, { heartbeatIdleMs: 5_000, heartbeatTimeoutMs: 5_000 });
    relay.sim.setLink({ segments: 1 });
    await resolves(relay, 'AAPL');
    relay.sim.setLink({ segments: 'random', gatherMs: 20 });
    expect((await relay.read(getPositions)).total).toBeGreaterThan(0);
  });

  it('T14: an answer that comes after its call has ended reaches nobody', async () => {
    const relay = await start();
    relay.sim.addRule({ on: 'out', message: ['contractData', 'contractDataEnd'], times: 2, do: 'delay', ms: 400 });
    const late = relay.execute('get_trading_schedule', { contract: 'AAPL' }, { timeoutMs: 100 });
    expect((await failure(late)).code).toBe('relay_timeout');
    await resolves(relay, 'MSFT');
    await new Promise((resolve) => setTimeout(resolve, 400));
    await resolves(relay, 'AAPL');
  });

  it('what is told twice or out of order is counted once', async () => {
    const relay = await start();
    const once = await relay.read(getPositions);
    relay.sim.addRule({ on: 'out', message: ['position', 'accountSummary'], do: 'duplicate', times: 'always' });
    relay.sim.addRule({ on: 'out', message: 'position', do: 'reorder', by: 2, times: 'always' });
    relay.sim.dropConnections();
    await vi.waitFor(() => expect(relay.received('startApi')).toHaveLength(2));
    await until(relay, 'ready');
    const again = await relay.read(getPositions);
    expect(again.positions).toHaveLength(once.positions.length);
    expect(again.total).toBe(once.total);
  });
});

describe('limits', () => {
  it('a gateway that refuses more than fifty messages a second never has to', async () => {
    const relay = await start({ requestPacing: 'reject' }, { heartbeatIdleMs: 5_000 });
    const rules = Array.from({ length: 120 }, (_, id) =>
      relay.gateway.contracts.marketRule(26 + (id % 3) * 1_000 + id),
    );
    await Promise.allSettled(rules);
    expect(relay.received('startApi')).toHaveLength(1);
    await resolves(relay, 'AAPL');
  });

  it('single ticks wait for IB’s limits instead of breaking them, say so, and are not asked twice', async () => {
    const relay = await start({ enforcePacing: true, clock: () => new Date() });
    const messages: string[] = [];
    const ask = (minute: number) =>
      relay.read(
        getHistoricalTicks,
        { contract: 'EUR.USD', data: 'MIDPOINT', end: `2026-11-19T15:${10 + minute}:00Z`, count: 10 },
        { progress: (_done, _total, message) => messages.push(message) },
      );
    await Promise.all([0, 1, 2, 3, 4, 5, 6, 0, 1].map(ask));
    await ask(3);
    expect(relay.received('reqHistoricalTicks')).toHaveLength(7);
    expect(messages.some((message) => message.startsWith('waiting'))).toBe(true);
  });

  it('says how long a wait would be that is too long', async () => {
    const relay = await start();
    const ask = (hour: number, timeoutMs?: number) =>
      relay.execute(
        'get_historical_ticks',
        { contract: 'EUR.USD', data: 'BID_ASK', end: `2026-10-14T${10 + hour}:00:00Z`, count: 1 },
        timeoutMs === undefined ? {} : { timeoutMs },
      );
    await Promise.all([0, 1, 2, 3, 4].map((hour) => ask(hour)));
    const error = await failure(ask(5, 1_000));
    expect(error).toMatchObject({ code: 'pacing', nextStep: expect.any(String) });
    expect(error.message).toMatch(/wait of [1-3] s/);
  });

  it('at most eight histories are open at a time', async () => {
    const relay = await start();
    await resolves(relay, 'AAPL');
    relay.sim.ignoreRequests(['reqHistoricalData']);
    const abort = new AbortController();
    const calls = Array.from({ length: 20 }, (_, i) =>
      relay.execute('get_historical_bars', { contract: 'AAPL', duration: `${i + 2}d` }, { signal: abort.signal }),
    );
    await vi.waitFor(() => expect(relay.received('reqHistoricalData')).toHaveLength(8));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(relay.received('reqHistoricalData')).toHaveLength(8);
    abort.abort();
    await Promise.allSettled(calls);
    await vi.waitFor(() => expect(relay.received('cancelHistoricalData')).toHaveLength(8));
  });

  it('the same quote asked for by several at the same time takes one market-data line', async () => {
    const relay = await start();
    const ask = (fields: string) => relay.execute('get_quotes', { contracts: ['AAPL'], fields });
    const [first, ...others] = await Promise.all([ask('basic'), ask('basic'), ask('basic')]);
    for (const other of others) expect(other).toEqual(first);
    expect(relay.received('reqMktData')).toHaveLength(1);
    await Promise.all([ask('basic'), ask('detailed')]);
    expect(relay.received('reqMktData')).toHaveLength(3);
  });

  it('more accounts than IB sums up together are summed up one by one', async () => {
    const accounts = Array.from({ length: 55 }, (_, index) => `DU${1_000_001 + index}`);
    const few = await start({ accounts: accounts.slice(0, 2) });
    const many = await start({ accounts });
    const readers = [few, many].map((relay) => relay.read(getAccountSummary, { ledger: true }));
    const [{ accounts: asked = [] } = {}, { accounts: all = [] } = {}] = await Promise.all(readers);
    expect(all).toHaveLength(55);
    expect(all.slice(0, 2)).toEqual(asked);
    expect(many.received('reqAccountSummary')).toEqual([]);
  });

  it('values of an account that IB calls not ready are not believed', async () => {
    const relay = await start();
    relay.sim.addRule({
      on: 'out',
      message: 'accountValue',
      where: { key: 'AccountReady' },
      do: 'change',
      fields: { value: 'false' },
    });
    const [account = ''] = relay.gateway.status().accounts;
    const read = () => relay.gateway.accounts.window(account);
    expect(await failure(read())).toMatchObject({ code: 'no_data', nextStep: expect.stringMatching(/minutes/) });
    expect((await read()).values.get('AccountReady')?.get('')).toBe('true');
  });

  it('account updates of two accounts take turns, for IB serves one', async () => {
    const accounts = ['DU1000001', 'DU1000002'];
    const relay = await start({ accounts });
    await Promise.all(accounts.map((account) => relay.gateway.accounts.portfolio(account)));
    const turns = () => relay.received('reqAccountUpdates').map(({ fields }) => String(fields.subscribe));
    await vi.waitFor(() => expect(turns()).toEqual(['1', '0', '1', '0']));
  });

  it('searches are a second apart', async () => {
    const relay = await start({ clock: () => new Date() });
    await Promise.all(['apple', 'micro', 'ibm'].map((text) => relay.gateway.contracts.matching(text)));
    const [first, ...others] = relay.received('reqMatchingSymbols').map(({ time }) => time.getTime());
    expect(others).toHaveLength(2);
    others.reduce((before, at) => {
      expect(at - before).toBeGreaterThanOrEqual(990);
      return at;
    }, first ?? Number.NaN);
  });
});

describe('reading', () => {
  it('never sends anything that has to do with orders', async () => {
    const relay = await start({}, { heartbeatIdleMs: 5_000 });
    await Promise.allSettled(
      [...relayCases].map(([tool, { argumentsMatter }]) => relay.execute(tool, argumentsMatter.base)),
    );
    const sent = new Set(relay.sim.received.map(({ name }) => name));
    expect(sent.size).toBeGreaterThan(8);
    const orders = [...sent].filter((name) => /order|exercise|global|replaceFa/i.test(name));
    expect(orders).toEqual([]);
  });
});
