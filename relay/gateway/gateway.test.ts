import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ToolError } from '../../shared/errors.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/index.ts';
import { connectTo, silent } from '../../test/support/connection.ts';
import { firstRequestId } from './connection/requests.ts';
import { createGateway, type Gateway, type GatewayLogger, type GatewayOptions } from './index.ts';

const quick = {
  reconnectMinMs: 50,
  reconnectMaxMs: 200,
  handshakeMs: 400,
  loginMs: 200,
  heartbeatIdleMs: 150,
  heartbeatTimeoutMs: 300,
};
const open: (() => unknown)[] = [];
const warn = vi.fn<GatewayLogger['warn']>();
const logger: GatewayLogger = { ...silent, warn };
/** How many messages could not be read. */
const alarms = (): number =>
  warn.mock.calls.filter(([, text]) => text === 'a message of IB Gateway could not be read').length;

afterEach(async () => {
  warn.mockClear();
  for (const close of open.splice(0).reverse()) await close();
});

async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const sim = await startSimulator(options);
  open.push(() => sim.close());
  return sim;
}

function connect(port: number, options: Partial<GatewayOptions> = {}): Gateway {
  const gateway = createGateway({ host: '127.0.0.1', port, clientId: 7, ...quick, ...options }, logger);
  open.push(() => gateway.stop());
  gateway.start();
  return gateway;
}

const state = (gateway: Gateway) => gateway.status().gateway.state;
const until = (gateway: Gateway, wanted: string) =>
  vi.waitFor(() => expect(state(gateway)).toBe(wanted), { timeout: 5_000, interval: 5 });

/** A connection without the desks. */
async function bare(sim: Simulator, settings: Parameters<typeof connectTo>[1] = {}) {
  const connection = await connectTo(sim, { clientId: 8, ...settings });
  open.push(() => connection.supervisor.stop());
  return connection;
}

async function ready(options: Partial<GatewayOptions> = {}) {
  const sim = await simulator();
  const gateway = connect(sim.port, options);
  await until(gateway, 'ready');
  return { sim, gateway };
}

const failure = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ToolError);
  return error as ToolError;
};

describe('connecting', () => {
  it('tells server version, farms and accounts, which prove paper', async () => {
    const { gateway } = await ready();
    const status = gateway.status();
    expect(status.gateway).toMatchObject({ state: 'ready', serverVersion: 193 });
    expect(status.gateway.problem).toBeUndefined();
    expect(status.accounts).toEqual(['DU1234567']);
    await vi.waitFor(() => expect(gateway.status().farms).toContainEqual({ name: 'ushmds', state: 'ok' }));
    expect(Math.abs(gateway.serverTime() - Date.now())).toBeLessThan(2_000);
  });

  it('T1: a silent peer becomes a login to wait for, and is left as soon as it speaks', async () => {
    const sim = await simulator();
    sim.ignoreHandshake(true);
    const gateway = connect(sim.port);
    await until(gateway, 'waiting_for_login');
    expect(gateway.status().gateway.nextStep).toMatch(/Log in/);
    sim.ignoreHandshake(false);
    await until(gateway, 'ready');
  });

  it('T2: a login without nextValidId is not ready, and recovers', async () => {
    const sim = await simulator();
    sim.withholdNextValidId(true);
    const gateway = connect(sim.port);
    await until(gateway, 'waiting_for_login');
    expect((await failure(gateway.contracts.resolve('AAPL'))).code).toBe('gateway_disconnected');
    sim.withholdNextValidId(false);
    await until(gateway, 'ready');
  });

  it('nothing listening says where and what to do, and connects when something does', async () => {
    const sim = await simulator();
    await sim.refuseConnections(true);
    const gateway = connect(sim.port);
    await vi.waitFor(() => expect(gateway.status().gateway.problem).toContain(`127.0.0.1:${sim.port}`));
    expect(state(gateway)).toBe('connecting');
    await sim.refuseConnections(false);
    await until(gateway, 'ready');
  });

  it('T10: a client id in use is reported and taken once it is free', async () => {
    const { sim, gateway: first } = await ready();
    const second = connect(sim.port);
    await vi.waitFor(() => expect(second.status().gateway.problem).toContain('Client id 7'));
    const attempts = sim.received.filter(({ name }) => name === 'startApi').length;
    await sleep(300);
    expect(sim.received.filter(({ name }) => name === 'startApi').length - attempts).toBeLessThanOrEqual(3);
    expect(state(first)).toBe('ready');
    first.stop();
    await until(second, 'ready');
  });

  it('T11: stopping and starting at once leaves no trace of the old connection', async () => {
    const { gateway } = await ready();
    for (let i = 0; i < 5; i += 1) {
      gateway.stop();
      expect(state(gateway)).toBe('stopped');
      gateway.start();
    }
    await until(gateway, 'ready');
    await sleep(100);
    expect(state(gateway)).toBe('ready');
  });
});

describe('losing the connection', () => {
  it('T3: a frozen gateway is noticed, requests fail, and it is found again', async () => {
    const { sim, gateway } = await ready();
    sim.freeze(true);
    const error = await failure(gateway.contracts.resolve('AAPL'));
    expect(error.code).toBe('gateway_interrupted');
    expect(state(gateway)).not.toBe('ready');
    sim.freeze(false);
    await until(gateway, 'ready');
    expect((await gateway.contracts.resolve('AAPL')).conId).toBe(265598);
  });

  it('T4, T5: what was asked while away fails at once and is never sent later', async () => {
    const { sim, gateway } = await ready();
    sim.ignoreRequests(['reqContractDetails']);
    const pending = failure(gateway.contracts.resolve('AAPL'));
    await vi.waitFor(() => expect(sim.received.some(({ name }) => name === 'reqContractDetails')).toBe(true));
    const restarted = sim.restart({ downMs: 150 });
    const { data: sent } = await pending;
    expect(sent).toMatchObject({ code: 'gateway_interrupted', sent: true });
    expect(sent.message).toContain('was sent, but not answered');
    expect(state(gateway)).toBe('maintenance');
    const { data: refused } = await failure(gateway.contracts.resolve('MSFT'));
    expect(refused).toMatchObject({ code: 'gateway_disconnected', sent: false });
    await restarted;
    await until(gateway, 'ready');
    await sleep(100);
    expect(sim.received.filter(({ name }) => name === 'reqContractDetails')).toHaveLength(1);
  });

  it('a dropped connection fails queued requests too, and live subscriptions come back', async () => {
    const { sim, gateway } = await ready({ requestsPerSecond: 5, heartbeatIdleMs: 5_000 });
    await gateway.accounts.positions();
    const many = Array.from({ length: 20 }, (_, i) => failure(gateway.contracts.marketRule(10_000 + i)));
    sim.dropConnections();
    const errors = (await Promise.all(many)).map(({ data }) => data);
    for (const { code } of errors) expect(code).toBe('gateway_interrupted');
    const queued = errors.filter(({ sent }) => sent === false);
    expect(queued.length).toBeGreaterThan(10);
    for (const { message } of queued) expect(message).toContain('was not sent');
    const asked = sim.received.filter(({ name }) => name === 'reqMarketRule').length;
    expect(errors.filter(({ sent }) => sent === true).length).toBeGreaterThanOrEqual(asked);
    await until(gateway, 'ready');
    await vi.waitFor(() => expect(sim.activeSubscriptions().map(({ kind }) => kind)).toContain('positions'), {
      timeout: 4_000,
    });
    expect((await gateway.accounts.positions()).length).toBeGreaterThan(0);
  });

  it('T6: 1100 fails fast on a connection that stays; 1102 keeps subscriptions, 1101 makes them anew', async () => {
    const { sim, gateway } = await ready();
    await gateway.accounts.summaries();
    const starts = () => sim.received.filter(({ name }) => name === 'startApi').length;
    const subscriptions = () => sim.received.filter(({ name }) => name === 'reqAccountSummary').length;
    sim.sendSystemMessage(1100, 'Connectivity between IB and Trader Workstation has been lost.');
    await until(gateway, 'maintenance');
    expect((await failure(gateway.accounts.summaries())).code).toBe('gateway_disconnected');
    sim.sendSystemMessage(1102, 'Connectivity has been restored - data maintained.');
    await until(gateway, 'ready');
    await gateway.accounts.summaries();
    expect(subscriptions()).toBe(1);
    sim.sendSystemMessage(1101, 'Connectivity has been restored - data lost.');
    await vi.waitFor(() => expect(subscriptions()).toBe(2));
    expect((await gateway.accounts.summaries()).accounts.size).toBe(1);
    expect(sim.activeSubscriptions().filter(({ kind }) => kind === 'accountSummary')).toHaveLength(1);
    expect(starts()).toBe(1);
  });

  it('1100 takes back what was under way, for the connection lives on', async () => {
    const { sim, gateway } = await ready();
    const instrument = await gateway.contracts.resolve('AAPL');
    const quote = failure(gateway.quotes.collect({ instrument, genericTicks: '', wanted: ['ratios'] }));
    await vi.waitFor(() => expect(sim.activeSubscriptions()).toHaveLength(1));
    sim.sendSystemMessage(1100, 'Connectivity between IB and Trader Workstation has been lost.');
    expect((await quote).code).toBe('gateway_interrupted');
    await vi.waitFor(() => expect(sim.activeSubscriptions()).toEqual([]));
  });

  it('T15: farm notices change the state and fail nothing', async () => {
    const { sim, gateway } = await ready();
    sim.sendSystemMessage(2103, 'Market data farm connection is broken:usfarm');
    await until(gateway, 'degraded');
    expect((await gateway.contracts.resolve('AAPL')).conId).toBe(265598);
    sim.sendSystemMessage(2104, 'Market data farm connection is OK:usfarm');
    await until(gateway, 'ready');
  });
});

describe('requests', () => {
  it('T7: ids lie far above order ids and are never used twice', async () => {
    const { sim, gateway } = await ready();
    await Promise.all(['AAPL', 'MSFT', 'IBM', 'KO'].map((symbol) => gateway.contracts.resolve(symbol)));
    const ids = sim.received
      .filter(({ name }) => name === 'reqContractDetails')
      .map(({ fields }) => Number(fields.reqId));
    expect(new Set(ids).size).toBe(ids.length);
    expect(Math.min(...ids)).toBeGreaterThanOrEqual(firstRequestId);
  });

  it('T12: control characters never reach the wire', async () => {
    const { sim, gateway } = await ready();
    const { data } = await bare(sim);
    expect((await failure(gateway.contracts.matching('AA\u0000PL'))).code).toBe('invalid_arguments');
    const account = data.send('interactive', (link) => link.call('reqAccountUpdates', true, 'DU\u00001'));
    expect((await failure(account)).code).toBe('invalid_arguments');
    expect(sim.received.some(({ name }) => name === 'reqMatchingSymbols' || name === 'reqAccountUpdates')).toBe(false);
    expect(state(gateway)).toBe('ready');
  });

  it('T13: an exception in a listener ends nothing but its own request', async () => {
    const { sim, gateway } = await ready();
    gateway.onStatus(() => {
      throw new Error('bad listener');
    });
    const { data } = await bare(sim);
    const heard = vi.fn();
    data.onBroadcast(() => {
      throw new Error('bad listener');
    });
    data.onBroadcast(heard);
    await data.send('interactive', (link) => link.call('reqPositions'));
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ type: 'position-end' }));
    const broken = data.request({
      what: 'broken',
      lane: 'interactive',
      deadlineMs: 2_000,
      send: (link, reqId) => link.call('reqMatchingSymbols', reqId, 'apple'),
      onAnswer: () => {
        throw new Error('cannot read that');
      },
    });
    await expect(broken).rejects.toThrow('cannot read that');
    expect((await gateway.contracts.resolve('AAPL')).conId).toBe(265598);
  });

  it('T14: a request that is never answered ends with its deadline and is taken back', async () => {
    const sim = await simulator();
    const { data } = await bare(sim);
    sim.ignoreRequests(['reqMktData']);
    const error = await failure(
      data.request({
        what: 'bars',
        lane: 'bulk',
        deadlineMs: 100,
        send: (link, reqId) => link.call('reqMktData', reqId, { conId: 265598, exchange: 'SMART' }, '', false, false),
        cancel: (link, reqId) => link.call('cancelMktData', reqId),
        onAnswer: () => undefined,
      }),
    );
    expect(error.data).toMatchObject({ code: 'gateway_timeout', sent: true });
    await vi.waitFor(() => expect(sim.received.some(({ name }) => name === 'cancelMktData')).toBe(true));
    await vi.waitFor(() => expect(sim.activeSubscriptions()).toEqual([]));
  });

  it('a question counts its deadline from sending, however long it waited for its turn', async () => {
    const sim = await simulator();
    const { data } = await bare(sim, { requestsPerSecond: 1 });
    const ask = () =>
      data.ask<string>({
        what: 'family codes',
        lane: 'bulk',
        deadlineMs: 400,
        send: (link) => link.call('reqFamilyCodes'),
        onBroadcast: () => undefined,
        onDeadline: () => 'over',
      });
    expect(await Promise.all([ask(), ask()])).toEqual(['over', 'over']);
    expect(sim.received.filter(({ name }) => name === 'reqFamilyCodes')).toHaveLength(2);
  });

  it('an abort is cancelled at the gateway at once', async () => {
    const { sim, gateway } = await ready();
    const instrument = await gateway.contracts.resolve('AAPL');
    const abort = new AbortController();
    sim.delayRequests(0);
    const quote = failure(gateway.quotes.collect({ instrument, genericTicks: '', wanted: ['ratios'] }, abort.signal));
    await vi.waitFor(() => expect(sim.activeSubscriptions()).toHaveLength(1));
    abort.abort();
    expect((await quote).code).toBe('cancelled');
    await vi.waitFor(() => expect(sim.activeSubscriptions()).toEqual([]));
  });

  it('identical lookups share one request, and a repeated one needs none', async () => {
    const { sim, gateway } = await ready();
    await Promise.all(Array.from({ length: 10 }, () => gateway.contracts.resolve('AAPL')));
    await gateway.contracts.resolve('AAPL');
    expect(sim.received.filter(({ name }) => name === 'reqContractDetails')).toHaveLength(1);
  });

  it('one summary subscription with one id serves all readers, connection after connection', async () => {
    const { sim, gateway } = await ready();
    for (let i = 0; i < 3; i += 1) {
      await Promise.all(Array.from({ length: 5 }, () => gateway.accounts.summaries()));
      const dropped = new Promise((resolve) =>
        gateway.onStatus(({ gateway: now }) => now.state !== 'ready' && resolve(now)),
      );
      sim.dropConnections();
      await dropped;
      await until(gateway, 'ready');
    }
    const ids = sim.received.filter(({ name }) => name === 'reqAccountSummary').map(({ fields }) => fields.reqId);
    expect(new Set(ids).size).toBe(1);
    expect(ids.length).toBeLessThanOrEqual(4);
  });

  it('T8: a truncated message is counted and survived', async () => {
    const { sim, gateway } = await ready();
    sim.truncateNextFrame();
    sim.sendSystemMessage(2104, 'Market data farm connection is OK:usfarm');
    await vi.waitFor(() => expect(alarms()).toBe(1));
    expect((await gateway.contracts.resolve('AAPL')).conId).toBe(265598);
    expect(state(gateway)).toBe('ready');
  });
});

/** A peer that logs a client in like a gateway and then says whatever the test wants. */
async function strangePeer(version: string, after: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    let started = false;
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      if (data.toString('latin1').startsWith('API\0')) socket.write(frame(version, '20260402 12:00:00 GMT'));
      else if (data.includes('71\u0000') && !started) {
        started = true;
        socket.write(Buffer.concat([frame('15', '1', 'DU1'), frame('9', '1', '1')]));
      }
      if (data.includes('49\u0000')) {
        socket.write(frame('49', '1', String(Math.floor(Date.now() / 1_000))));
        after(socket);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(() => server.close());
  return (server.address() as { port: number }).port;
}

function frame(...fields: string[]): Buffer {
  const body = Buffer.from(`${fields.join('\0')}\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

describe('a peer that breaks the protocol', () => {
  it('T8: unknown messages and extra fields are counted, and the connection goes on', async () => {
    const port = await strangePeer('193', (socket) =>
      socket.write(Buffer.concat([frame('999', '1'), frame('9', '1', '2', 'extra')])),
    );
    const gateway = connect(port);
    await until(gateway, 'ready');
    await vi.waitFor(() => expect(alarms()).toBeGreaterThanOrEqual(2));
    expect(state(gateway)).toBe('ready');
  });

  it('a message on which the decoder throws costs the connection, not the process', async () => {
    let times = 0;
    const port = await strangePeer('193', (socket) => {
      times += 1;
      if (times === 1) socket.write(frame('79', '5', '-7'));
    });
    const gateway = connect(port);
    await vi.waitFor(() => expect(alarms()).toBe(1));
    await until(gateway, 'ready');
    expect(times).toBeGreaterThanOrEqual(2);
  });

  it('T9: a message without its end mark spoils at most the next one', async () => {
    const port = await strangePeer('193', (socket) => {
      const cut = Buffer.from('4\u00002\u0000-1\u00002104\u0000broken');
      const length = Buffer.alloc(4);
      length.writeUInt32BE(cut.length);
      const farm = frame('4', '2', '-1', '2103', 'Market data farm connection is broken:usfarm', '');
      socket.write(Buffer.concat([length, cut, farm, farm]));
    });
    const gateway = connect(port);
    await until(gateway, 'degraded');
  });

  it('T17: a newer protocol than asked for is reported and retried with patience', async () => {
    const port = await strangePeer('210', () => undefined);
    const gateway = connect(port);
    await vi.waitFor(() => expect(gateway.status().gateway.problem).toContain('210'));
    expect(state(gateway)).toBe('connecting');
  });
});
