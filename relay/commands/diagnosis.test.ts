import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/processes.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { StubServer } from '../../test/support/stub-server.ts';
import { loadConfig } from '../config.ts';
import { createGateway } from '../gateway/index.ts';
import { pair } from '../hub/pairing.ts';
import type { Check } from './check.ts';
import { type Diagnosis, type DoctorOptions, diagnose } from './diagnosis.ts';
import { type HealthState, startHealth } from './health.ts';

const since = '2026-11-20T10:00:00.000Z';

let server: StubServer;
let simulator: Simulator;
let dataDir: string;
let healthPort: number;
const cleanups: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  server = await new StubServer().start();
  simulator = await startSimulator();
  dataDir = await mkdtemp(join(tmpdir(), 'relay-doctor-'));
  healthPort = await freePort();
  cleanups.push(
    () => server.close(),
    () => simulator.close(),
    () => rm(dataDir, { recursive: true }),
  );
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function pairHere(): Promise<string> {
  server.pairingCode = 'a-code';
  const keyFile = join(dataDir, 'device-key.json');
  return (await pair({ url: server.origin, code: 'a-code', name: 'here', version: '1', host: '', keyFile })).device;
}

async function examine(env: Record<string, string> = {}, timing?: DoctorOptions['timing']): Promise<Diagnosis> {
  const { config } = loadConfig('run', {
    flags: {},
    env: {
      RELAY_URL: server.origin,
      RELAY_DATA_DIR: dataDir,
      RELAY_HEALTH_PORT: String(healthPort),
      GATEWAY_PORT: String(simulator.port),
      ...env,
    },
  });
  return diagnose({ config, timing: { farmsMs: 200, handshakeMs: 500, loginMs: 500, ...timing } });
}

function states(diagnosis: Diagnosis): string {
  return diagnosis.checks.map(({ name, state }) => `${name}: ${state}`).join(', ');
}

function failure(diagnosis: Diagnosis): Check & { nextStep: string } {
  const check = diagnosis.checks.find(({ state }) => state === 'failed');
  expect(diagnosis.ok).toBe(false);
  expect(check?.nextStep).toBe(diagnosis.nextStep);
  return check as Check & { nextStep: string };
}

describe('doctor', () => {
  it('finds nothing wrong with a healthy system, and names no account', async () => {
    await pairHere();
    const diagnosis = await examine();
    expect(diagnosis.checks.map(({ name, state }) => [name, state])).toEqual([
      ['configuration', 'ok'],
      ['server', 'ok'],
      ['clock', 'ok'],
      ['device key', 'ok'],
      ['tunnel', 'ok'],
      ['gateway port', 'ok'],
      ['gateway handshake', 'ok'],
      ['gateway login', 'ok'],
      ['data farms', 'ok'],
      ['trading', 'ok'],
    ]);
    expect(diagnosis).toMatchObject({ ok: true });
    expect(JSON.stringify(diagnosis)).not.toContain('DU1234567');
    expect(JSON.stringify(diagnosis)).toContain('1 paper');
  });

  it('proves the key without opening the tunnel, so that no relay is displaced', async () => {
    await pairHere();
    await examine();
    expect(server.sockets).toEqual([]);
    expect(server.frames).toEqual([]);
  });
});

describe('the way to the server', () => {
  it('needs an address', async () => {
    expect(failure(await examine({ RELAY_URL: '' })).nextStep).toContain('RELAY_URL');
  });

  it('explains a server that is not there, and still looks at the gateway', async () => {
    const origin = `http://127.0.0.1:${await freePort()}`;
    const diagnosis = await examine({ RELAY_URL: origin });
    expect(failure(diagnosis)).toMatchObject({ name: 'server', detail: expect.stringContaining('nothing listens') });
    expect(states(diagnosis)).toContain('data farms: ok');
  });

  it('explains a name that does not exist', async () => {
    const { detail } = failure(await examine({ RELAY_URL: 'https://no-such-host.invalid' }));
    expect(detail).toMatch(/no such name|cannot be reached/);
  });

  it('explains TLS spoken to a plain port', async () => {
    const { name, detail } = failure(await examine({ RELAY_URL: server.origin.replace('http:', 'https:') }));
    expect(name).toBe('server');
    expect(detail).toContain('cannot be reached');
  });

  it('recognises a server that is something else', async () => {
    server.healthy = false;
    expect(failure(await examine()).detail).toContain('not as an ibkr-remote-mcp server');
  });

  it('gives up on a server that does not answer', async () => {
    const silent = await listen(createServer());
    const origin = `http://127.0.0.1:${silent}`;
    expect(failure(await examine({ RELAY_URL: origin }, { serverMs: 200 })).detail).toContain('within 0.2 seconds');
  });

  it('notices a wrong clock by the server’s Date', async () => {
    await pairHere();
    server.clockOffsetMs = 10 * 60_000;
    const diagnosis = await examine();
    expect(failure(diagnosis)).toMatchObject({
      name: 'clock',
      detail: expect.stringMatching(/(599|600|601) s behind/),
    });
    expect(diagnosis.nextStep).toContain('NTP');
  });

  it('says how to pair', async () => {
    const check = failure(await examine());
    expect(check).toMatchObject({ name: 'device key', nextStep: expect.stringContaining('pair command') });
  });

  it('notices a key of another server', async () => {
    await pairHere();
    const other = await new StubServer().start();
    cleanups.push(() => other.close());
    expect(failure(await examine({ RELAY_URL: other.origin })).detail).toContain(`belongs to ${server.origin}`);
  });

  it('notices a revoked pairing', async () => {
    await pairHere();
    server.devices.clear();
    expect(failure(await examine())).toMatchObject({ name: 'tunnel', nextStep: expect.stringContaining('new code') });
  });
});

describe('a relay that runs on this machine', () => {
  async function runningRelay(state: HealthState): Promise<void> {
    const health = await startHealth({ port: healthPort, version: '1', state: () => state, now: Date.now });
    cleanups.push(() => health.close());
  }

  it('is asked for its own view; the gateway sees no second client', async () => {
    const device = await pairHere();
    await runningRelay({ device, tunnel: { state: 'open' }, gateway: { state: 'ready', since, serverVersion: 193 } });
    expect((await examine()).ok).toBe(true);
    expect(simulator.received.filter(({ name }) => name === 'startApi')).toEqual([]);
  });

  it('is believed about its problems', async () => {
    const device = await pairHere();
    const trouble = { problem: 'Client id 11 is in use at IB Gateway.', nextStep: 'Stop the other program.' };
    await runningRelay({
      device,
      tunnel: { state: 'waiting', problem: 'The line is down.' },
      gateway: { state: 'connecting', since, serverVersion: 193, ...trouble },
    });
    const diagnosis = await examine();
    expect(failure(diagnosis)).toMatchObject({ name: 'tunnel', detail: expect.stringContaining('The line is down.') });
    expect(diagnosis.checks).toContainEqual({
      name: 'gateway login',
      state: 'failed',
      detail: trouble.problem,
      nextStep: trouble.nextStep,
    });
  });

  it('is ignored when it has another pairing', async () => {
    await pairHere();
    await runningRelay({
      device: 'another_device',
      tunnel: { state: 'waiting' },
      gateway: { state: 'connecting', since },
    });
    expect((await examine()).ok).toBe(true);
  });
});

describe('the way to the gateway', () => {
  beforeEach(pairHere);

  it('explains a closed port and names the IB ports', async () => {
    await simulator.refuseConnections(true);
    const check = failure(await examine());
    expect(check).toMatchObject({ name: 'gateway port', detail: expect.stringContaining('Nothing listens') });
    expect(check.nextStep).toMatch(/400[1-4]/);
  });

  it('says which of IB’s ports answers instead', async () => {
    // Where another program has the port already, it answers as well.
    await listen(createServer(), 7497).catch(() => undefined);
    expect(failure(await examine({ GATEWAY_PORT: String(await freePort()) })).nextStep).toContain(
      '7497 (a paper TWS) answers',
    );
  });

  // Only Linux has the whole of 127.0.0.0/8 without further ado.
  it.runIf(process.platform === 'linux')('warns of the ports that answer inside the container only', async () => {
    const { nextStep } = failure(
      await examine({ GATEWAY_HOST: '127.255.0.1', GATEWAY_PORT: '4002' }, { portMs: 1_000 }),
    );
    expect(nextStep).toContain('inside it only');
  });

  it('explains a host that does not exist', async () => {
    const check = failure(await examine({ GATEWAY_HOST: 'no-such-host.invalid' }));
    expect(check).toMatchObject({ name: 'gateway port', nextStep: expect.stringContaining('GATEWAY_HOST') });
  });

  it('explains a gateway that accepts connections but says nothing', async () => {
    simulator.ignoreHandshake(true);
    const diagnosis = await examine();
    expect(failure(diagnosis)).toMatchObject({ name: 'gateway handshake' });
    expect(diagnosis.nextStep).toMatch(/log in/i);
    expect(states(diagnosis)).toContain('gateway login: skipped, data farms: skipped');
  });

  it('explains a forwarder whose gateway is not there', async () => {
    const forwarder = await listen(createServer((socket) => socket.destroy()));
    expect(failure(await examine({ GATEWAY_PORT: String(forwarder) }))).toMatchObject({
      name: 'gateway handshake',
      nextStep: expect.stringContaining('second factor'),
    });
  });

  it('explains a login that is not complete', async () => {
    simulator.withholdNextValidId(true);
    expect(failure(await examine())).toMatchObject({
      name: 'gateway login',
      nextStep: expect.stringContaining('second factor'),
    });
  });

  it('explains a client id that is in use', async () => {
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    const other = createGateway({ host: '127.0.0.1', port: simulator.port, clientId: 11 }, silent);
    const ready = new Promise<void>((resolve) => {
      other.onStatus(({ gateway }) => gateway.state === 'ready' && resolve());
    });
    other.start();
    await ready;
    const check = failure(await examine());
    other.stop();
    expect(check).toMatchObject({ name: 'gateway login', detail: expect.stringContaining('Client id 11 is in use') });
  });

  it('explains broken data farms', async () => {
    const breaking = setInterval(
      () => simulator.sendSystemMessage(2103, 'Market data farm connection is broken:usfarm'),
      20,
    );
    const diagnosis = await examine();
    clearInterval(breaking);
    expect(failure(diagnosis)).toMatchObject({ name: 'data farms', detail: expect.stringContaining('usfarm') });
    expect(states(diagnosis)).toContain('gateway login: ok');
  });

  it('notices allowed accounts that the login does not have', async () => {
    expect(failure(await examine({ RELAY_ACCOUNTS: 'U999' }))).toMatchObject({
      name: 'gateway login',
      nextStep: expect.stringContaining('RELAY_ACCOUNTS'),
    });
  });
});

/** @returns the port */
async function listen(listener: Server, port = 0): Promise<number> {
  const sockets = new Set<Socket>();
  listener.on('connection', (socket) => sockets.add(socket));
  listener.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return (listener.address() as AddressInfo).port;
}
