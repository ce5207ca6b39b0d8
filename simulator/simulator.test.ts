import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventName } from '@stoqey/ib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { clockFrom, fridayNoon, TestClient } from '../test/support/simulator/client.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './index.ts';
import { frame } from './protocol/framing.ts';
import { silent } from './world/logger.ts';

const started: { close(): unknown }[] = [];

async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const running = await startSimulator({ clock: clockFrom(fridayNoon), tickIntervalMs: 20, ...options });
  started.push(running);
  return running;
}

async function ready({ port }: Simulator, clientId = 1): Promise<TestClient> {
  const client = await TestClient.ready(port, clientId);
  started.push({ close: () => client.disconnect() });
  return client;
}

function joining({ port }: Simulator, clientId = 1): TestClient {
  const client = new TestClient(port, clientId);
  started.push({ close: () => client.disconnect() });
  return client;
}

afterEach(async () => {
  for (const item of started.splice(0).reverse()) await item.close();
});

const apple = { symbol: 'AAPL', secType: 'STK', exchange: 'SMART', currency: 'USD' } as Parameters<
  TestClient['api']['reqMktData']
>[1];

const start = '71\x002\x009\0\0';

/** A bare socket that has sent its greeting. */
async function greeted(port: number, versions: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(port, '127.0.0.1');
  started.push({ close: () => socket.destroy() });
  // Fields are shown with bars between them.
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8').replaceAll('\0', '|');
  });
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(Buffer.concat([Buffer.from('API\0'), frame(versions)]));
  return { socket, received: () => text };
}

const closed = (socket: Socket): Promise<unknown> => (socket.destroyed ? Promise.resolve() : once(socket, 'close'));

describe('the handshake', () => {
  it.each([
    ['v100..193', '193'],
    ['v157..178', '178'],
    ['v100..208 +PACEAPI', '193'],
    ['v176', '176'],
  ])('answers %s with %s and the time with its zone', async (offer, version) => {
    const { port } = await simulator();
    const { received } = await greeted(port, offer);
    await expect.poll(received).toMatch(new RegExp(`${version}[|]20261120 12:00:0\\d US/Eastern[|]$`));
  });

  it('closes on what is no offer of versions', async () => {
    const { port } = await simulator();
    const { socket, received } = await greeted(port, 'hello');
    await closed(socket);
    expect(received()).toBe('');
  });

  it.each(['v194..210', 'v213..226'])('tells %s what it speaks, and its log why that is the end', async (offer) => {
    const warn = vi.fn();
    const { port } = await simulator({ logger: { ...silent, warn } });
    const { socket, received } = await greeted(port, offer);
    await closed(socket);
    expect(received()).toMatch(/193[|]20261120 12:00:0\d US\/Eastern[|]$/);
    const reason = expect.stringMatching(
      /server versions (194|213) to (210|226) only, this gateway none above 193.*text/,
    );
    expect(warn).toHaveBeenCalledWith({ reason }, expect.any(String));
  });

  it('tells a client that is too old to upgrade', async () => {
    const warn = vi.fn();
    const { port } = await simulator({ logger: { ...silent, warn } });
    const { socket, received } = await greeted(port, 'v100..157');
    await expect.poll(received).toMatch(/157[|]20261120/);
    socket.write(frame('71\x002\x001\0\0'));
    await closed(socket);
    expect(received()).toMatch(/4[|]2[|]-1[|]10285[|]Your API version .* minimum version 163[.][|]$/);
    expect(warn).toHaveBeenCalledWith({ reason: expect.stringContaining('at most 157') }, expect.any(String));
  });
});

describe('a client', () => {
  it('is told accounts, order id and farms, in this order', async () => {
    const client = await ready(await simulator({ accounts: ['DU1234567', 'U1111111'] }));
    await client.until(EventName.info, (_, code) => code === 2158);
    const names = client.events.map(({ name }) => name).filter((name) => !['connected', 'server'].includes(name));
    expect(names.slice(0, 3)).toEqual(['managedAccounts', 'nextValidId', 'info']);
    expect(client.all(EventName.managedAccounts)).toEqual([['DU1234567,U1111111']]);
  });

  it('is refused when its id is in use, and the first one stays', async () => {
    const gateway = await simulator();
    const first = await ready(gateway, 5);
    const second = joining(gateway, 5);
    await second.until(EventName.info, (_, code) => code === 326);
    await second.until(EventName.disconnected);
    first.api.reqCurrentTime();
    await first.until(EventName.currentTime);
  });

  it('may use an id again as soon as the connection that had it is gone', async () => {
    const gateway = await simulator();
    const first = await ready(gateway, 5);
    first.disconnect();
    await sleep(50);
    await ready(gateway, 5);
  });

  it('is refused as the thirty-third', async () => {
    const gateway = await simulator();
    for (let id = 1; id <= 32; id += 1) await ready(gateway, id);
    const late = joining(gateway, 33);
    await late.until(EventName.disconnected);
    expect(late.all(EventName.nextValidId)).toEqual([]);
  });

  it('that breaks the protocol is cut off alone', async () => {
    const gateway = await simulator();
    const good = await ready(gateway);
    for (const bytes of [frame('49\x001'), frame('x\0'), frame('92\x001\0'), Buffer.from([0x7f, 0xff, 0xff, 0xff])]) {
      const { socket, received } = await greeted(gateway.port, 'v100..193');
      await expect.poll(received).not.toBe('');
      socket.write(bytes);
      await closed(socket);
    }
    good.api.reqCurrentTime();
    await good.until(EventName.currentTime);
  });

  it('gets no answer to a request nobody knows, and 320 for a number that is none', async () => {
    const gateway = await simulator();
    const { socket, received } = await greeted(gateway.port, 'v100..193');
    await expect.poll(received).not.toBe('');
    socket.write(Buffer.concat([frame(start), frame('999\0a\0'), frame('91\0abc\0'), frame('49\x001\0')]));
    await expect.poll(received).toMatch(/4\|2\|-1\|320\|[^|]*"abc"[\s\S]*49\|1\|\d+\|$/);
  });

  it('that does not read what it is sent is given up, and the others are served', async () => {
    const reasons: unknown[] = [];
    const ignore = () => {};
    const logger = { debug: ignore, warn: ignore, info: ({ reason }: Record<string, unknown>) => reasons.push(reason) };
    const gateway = await simulator({ logger });
    const { socket, received } = await greeted(gateway.port, 'v100..193');
    await expect.poll(received).not.toBe('');
    socket.pause();
    const requests = Array.from({ length: 150 }, () => frame('24\x001\0'));
    socket.write(Buffer.concat([frame(start), ...requests]));
    await expect.poll(() => reasons, { timeout: 10_000 }).toContain('the client does not read what it is sent');
    await ready(gateway, 2);
  });
});

describe('faults', () => {
  it('restart: everybody is dropped and refused, then the same port answers again', async () => {
    const gateway = await simulator();
    const client = await ready(gateway);
    const { port } = gateway;
    const restarted = gateway.restart({ downMs: 150 });
    await client.until(EventName.disconnected);
    const refused = joining(gateway, 2);
    expect((await refused.until(EventName.error))[1]).toBe(502);
    await restarted;
    expect(gateway.port).toBe(port);
    await ready(gateway, 3);
  });

  it('freeze: the socket stays open and silent, and catches up afterwards', async () => {
    const gateway = await simulator();
    const client = await ready(gateway);
    gateway.freeze(true);
    client.api.reqCurrentTime();
    await sleep(100);
    expect(client.all(EventName.currentTime)).toEqual([]);
    expect(client.all(EventName.disconnected)).toEqual([]);
    gateway.freeze(false);
    await client.until(EventName.currentTime);
  });

  it('refuseConnections: the present stay, the new ones are refused, until it is over', async () => {
    const gateway = await simulator();
    const client = await ready(gateway);
    await gateway.refuseConnections(true);
    expect((await joining(gateway, 2).until(EventName.error))[1]).toBe(502);
    client.api.reqCurrentTime();
    await client.until(EventName.currentTime);
    await gateway.refuseConnections(false);
    await ready(gateway, 3);
  });

  it('withholdNextValidId and ignoreHandshake: the login hangs where it should', async () => {
    const gateway = await simulator();
    gateway.withholdNextValidId(true);
    const half = joining(gateway, 1);
    await half.until(EventName.managedAccounts);
    half.api.reqIds();
    gateway.ignoreHandshake(true);
    const mute = joining(gateway, 2);
    await sleep(100);
    expect(half.all(EventName.nextValidId)).toEqual([]);
    expect(mute.all(EventName.server)).toEqual([]);
  });

  it('ignoreRequests and delayRequests: by name, by predicate, and late but in order', async () => {
    const gateway = await simulator();
    const client = await ready(gateway);
    gateway.ignoreRequests(['reqCurrentTime']);
    client.api.reqCurrentTime();
    client.api.reqUserInfo(1);
    await client.until(EventName.userInfo);
    expect(client.all(EventName.currentTime)).toEqual([]);
    gateway.ignoreRequests((request) => request.values.reqId === '2');
    client.api.reqUserInfo(2);
    client.api.reqUserInfo(3);
    await client.until(EventName.userInfo, (reqId) => reqId === 3);
    expect(client.all(EventName.userInfo).map(([reqId]) => reqId)).toEqual([1, 3]);
    gateway.ignoreRequests('off');
    gateway.delayRequests(2000);
    client.api.reqUserInfo(4);
    await sleep(50);
    gateway.delayRequests(0);
    const other = await ready(gateway, 2);
    other.api.reqUserInfo(1);
    await other.until(EventName.userInfo);
    client.api.reqUserInfo(5);
    expect(client.all(EventName.userInfo)).toHaveLength(2);
    await client.until(EventName.userInfo, (reqId) => reqId === 5);
    expect(client.all(EventName.userInfo).map(([reqId]) => reqId)).toEqual([1, 3, 4, 5]);
  });

  it('truncateNextFrame: the client notices one broken message', async () => {
    const gateway = await simulator();
    const client = await ready(gateway);
    await client.until(EventName.info, (_, code) => code === 2158);
    gateway.truncateNextFrame();
    client.api.reqPositions();
    await client.until(EventName.error, (_, code) => code === 505);
    await client.until(EventName.positionEnd);
    expect(client.errors()).toHaveLength(1);
  });

  it('sendSystemMessage and dropConnections reach every client', async () => {
    const gateway = await simulator();
    const clients = [await ready(gateway, 1), await ready(gateway, 2)];
    gateway.sendSystemMessage(1100, 'Connectivity between IBKR and Trader Workstation has been lost.');
    for (const client of clients) await client.until(EventName.info, (_, code) => code === 1100);
    gateway.dropConnections();
    for (const client of clients) await client.until(EventName.disconnected);
  });
});

describe('observation', () => {
  it('shows requests as they were received', async () => {
    const gateway = await simulator();
    const client = await ready(gateway, 7);
    client.api.reqMatchingSymbols(9, '腾讯');
    await client.until(EventName.symbolSamples);
    const last = gateway.received.at(-1);
    expect(last).toMatchObject({ name: 'reqMatchingSymbols', clientId: 7, fields: { reqId: '9', pattern: '腾讯' } });
    expect(last?.time.getTime()).toBeGreaterThanOrEqual(fridayNoon);
  });

  it('shows subscriptions until they are cancelled or their client goes', async () => {
    const gateway = await simulator();
    const client = await ready(gateway, 7);
    client.api.reqMktData(11, apple, '', false, false);
    client.api.reqPnL(12, 'DU1234567');
    await client.until(EventName.pnl);
    expect(gateway.activeSubscriptions()).toEqual([
      { clientId: 7, kind: 'marketData', reqId: 11, subject: 'AAPL' },
      { clientId: 7, kind: 'pnl', reqId: 12, subject: 'DU1234567' },
    ]);
    client.api.cancelMktData(11);
    await expect.poll(() => gateway.activeSubscriptions().map(({ reqId }) => reqId)).toEqual([12]);
    client.disconnect();
    await expect.poll(() => gateway.activeSubscriptions()).toEqual([]);
  });
});
