import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, freePort, startRelayProcess } from '../../scripts/processes.ts';
import { closeCodes } from '../../shared/tunnel/close-codes.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { compileCache } from '../../test/support/compile-cache.ts';
import { StubServer } from '../../test/support/stub-server.ts';

/** The relay as its own process, between a simulated gateway and a stub of the server, all over real sockets. */

const code = 'AbCdEfGhIjKlMnOpQrStUv.0123456789abcdefghij';

let server: StubServer;
let simulator: Simulator;
let dataDir: string;
let healthPort: number;
let output: string[];
const children: ChildProcess[] = [];

beforeEach(async () => {
  server = await new StubServer().start();
  server.pairingCode = code;
  simulator = await startSimulator();
  dataDir = await mkdtemp(join(tmpdir(), 'relay-run-'));
  healthPort = await freePort();
  output = [];
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await simulator.close();
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

function settings(): Record<string, string> {
  return {
    RELAY_URL: server.origin,
    RELAY_PAIRING_CODE: code,
    RELAY_NAME: 'test relay',
    RELAY_DATA_DIR: join(dataDir, 'data'),
    RELAY_HEALTH_PORT: String(healthPort),
    GATEWAY_PORT: String(simulator.port),
    ...compileCache,
  };
}

function launch(env: Record<string, string> = {}, args: readonly string[] = ['run']): ChildProcess {
  const child = startRelayProcess({
    args,
    env: { ...settings(), ...env },
    log: (line) => output.push(line),
  });
  children.push(child);
  return child;
}

/** Runs a command that ends by itself. */
function command(...args: readonly string[]): Promise<{ exitCode: number; printed: string }> {
  const main = join(import.meta.dirname, '../main.ts');
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env: settings() }, (error, stdout, stderr) =>
      resolve({ exitCode: Number(error?.code ?? 0), printed: stdout + stderr }),
    );
  });
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function readyz(): Promise<{ status: number; body: { tunnel: { state: string; problem?: string } } }> {
  const response = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
  return { status: response.status, body: (await response.json()) as { tunnel: { state: string } } };
}

const ready = () => eventually('the relay', async () => (await readyz()).status === 200, 15_000);
const logged = (text: string) =>
  eventually(`“${text}” in ${output.join('\n')}`, async () => output.some((line) => line.includes(text)), 15_000);

describe('relay run', () => {
  it('pairs, becomes ready, and stops in order', async () => {
    const child = launch();
    await ready();
    expect(server.pairings).toHaveLength(1);
    expect(server.frames[0]).toMatchObject({ t: 'hello', relay: { name: 'test relay' } });
    expect((await stat(join(dataDir, 'data/device-key.json'))).mode & 0o777).toBe(0o600);
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(0);
    expect(output.at(-1)).toContain('the relay has stopped');
    expect(server.sockets[0]?.readyState).not.toBe(1);
  });

  it('keeps secrets and account ids out of its log', async () => {
    const child = launch({ RELAY_LOG_LEVEL: 'info' });
    await ready();
    child.kill('SIGINT');
    await exitOf(child);
    expect(output.length).toBeGreaterThan(3);
    expect(output.join('\n')).not.toMatch(/AbCdEfGh|DU1234567|"d":/);
  });

  it('ignores the pairing code when it is paired already', async () => {
    const first = launch();
    await ready();
    first.kill('SIGTERM');
    await exitOf(first);
    launch();
    await ready();
    await logged('the pairing code is ignored');
    expect(server.pairings).toHaveLength(1);
  });

  it('executes calls', async () => {
    launch();
    await ready();
    const call = {
      t: 'call',
      id: 'c1',
      op: 'list_accounts',
      args: {},
      timeoutMs: 5_000,
      kind: 'read',
      progress: false,
    };
    server.sockets[0]?.send(JSON.stringify(call));
    const result = await eventually('the result', async () => server.frames.find(({ t }) => t === 'result'));
    expect(result).toMatchObject({ id: 'c1', ok: true, value: { accounts: [{ account: 'DU1234567' }] } });
  });

  it('tells the server when the gateway goes away, and recovers', async () => {
    launch();
    await ready();
    await simulator.refuseConnections(true);
    simulator.dropConnections();
    await eventually('the news', async () => server.frames.some(({ t }) => t === 'status'));
    await simulator.refuseConnections(false);
    await ready();
  });

  it('is alive but not ready while there is no gateway, and says what to do', async () => {
    await simulator.refuseConnections(true);
    launch();
    await logged('connected to the server');
    const { status, body } = await readyz();
    expect(status).toBe(503);
    expect(body).toMatchObject({
      tunnel: { state: 'open' },
      gateway: { state: 'connecting', nextStep: expect.any(String) },
    });
    expect((await fetch(`http://127.0.0.1:${healthPort}/healthz`)).status).toBe(200);
  });

  it('waits for a server that is not there yet instead of giving up the pairing', async () => {
    const port = await freePort();
    launch({ RELAY_URL: `http://127.0.0.1:${port}` });
    await logged('retryInMs');
    expect(await readyz()).toMatchObject({ status: 503, body: { tunnel: { state: 'pairing' } } });
  });
});

describe('reasons to end', () => {
  it('not paired and no code: says so, 77', async () => {
    expect(await exitOf(launch({ RELAY_PAIRING_CODE: '' }))).toBe(77);
    expect(output.join('\n')).toContain('not paired yet');
  });

  it('a wrong code: says so, 77', async () => {
    server.pairingCode = 'another';
    expect(await exitOf(launch())).toBe(77);
    expect(output.join('\n')).toContain('Wrong code.');
  });

  it('replaced by another relay: 69', async () => {
    const child = launch();
    await ready();
    server.sockets[0]?.close(closeCodes.replaced, 'replaced');
    expect(await exitOf(child)).toBe(69);
    expect(output.join('\n')).toContain('took over');
  });

  it('revoked: 77, with the server’s reason rather than that of the spent code', async () => {
    const child = launch();
    await ready();
    server.devices.clear();
    server.sockets[0]?.terminate();
    expect(await exitOf(child)).toBe(77);
    expect(output.join('\n')).toContain('revoked');
  });

  it('revoked, but with a new code at hand: pairs again by itself', async () => {
    launch();
    await ready();
    server.devices.clear();
    server.pairingCode = code;
    server.sockets[0]?.terminate();
    await eventually('the second pairing', async () => server.pairings.length === 2);
    await ready();
  });

  it('waits before the exit when told to, still explaining itself, and a signal cuts the wait short', async () => {
    const child = launch({ RELAY_EXIT_DELAY: '600' });
    await ready();
    server.sockets[0]?.close(closeCodes.replaced, 'replaced');
    await logged('waiting before the exit');
    expect(await readyz()).toMatchObject({ status: 503, body: { tunnel: { state: 'stopped' } } });
    expect(simulator.activeSubscriptions()).toEqual([]);
    child.kill('SIGTERM');
    expect(await exitOf(child)).toBe(69);
  });

  it('a port for the health pages that is taken: says so, 78', async () => {
    const port = server.origin.split(':').at(-1) ?? '';
    expect(await exitOf(launch({ RELAY_HEALTH_PORT: port }))).toBe(78);
    expect(output.join('\n')).toContain('RELAY_HEALTH_PORT');
  });

  it('wrong settings: all of them at once, 78', async () => {
    expect(await exitOf(launch({ GATEWAY_PORT: 'x', GATEWAY_CLIENT_ID: '0' }))).toBe(78);
    expect(output[0]).toContain('2 problems');
    expect(output.join('\n')).toMatch(/GATEWAY_PORT: .*\n.*GATEWAY_CLIENT_ID: /);
  });

  it.each([
    ['exception', 'throw error'],
    ['rejection', 'Promise.reject(error)'],
  ])('an unexpected %s: logged without secrets, 1', async (_kind, failure) => {
    const error = "const error = new Error('refused IBKR-Relay ' + process.env.RELAY_PAIRING_CODE);";
    // As soon as somebody listens for it: the log is there then.
    const trigger = `process.on('newListener', (event) => event === 'uncaughtException' && setTimeout(() => { ${error} ${failure}; }))`;
    const module = encodeURIComponent(trigger);
    expect(await exitOf(launch({ NODE_OPTIONS: `--import=data:text/javascript,${module}` }))).toBe(1);
    expect(output.at(-1)).toContain('"level":"fatal"');
    expect(output.at(-1)).toContain('refused IBKR-Relay [redacted]');
    expect(output.join('')).not.toContain('AbCdEf');
  });

  it('a parent that goes away: 0', async () => {
    const child = launch();
    await ready();
    child.stdin?.destroy();
    expect(await exitOf(child)).toBe(0);
  });
});

describe('a data folder with a relay', () => {
  it('takes no second one: it says so and ends before it does anything, 75', async () => {
    launch();
    await ready();
    const lines = output.length;
    const elsewhere = { RELAY_HEALTH_PORT: String(await freePort()), GATEWAY_CLIENT_ID: '12' };
    expect(await exitOf(launch(elsewhere))).toBe(75);
    const said = output.slice(lines).filter((line) => line.includes('"level":"fatal"'));
    expect(said).toEqual([expect.stringContaining(`Another relay is using the data folder ${join(dataDir, 'data')}`)]);
    expect(output.slice(lines).filter((line) => line.includes('gateway state'))).toEqual([]);
    expect(server.frames.filter(({ t }) => t === 'hello')).toHaveLength(1);
    expect(simulator.received.filter(({ name }) => name === 'startApi')).toHaveLength(1);
  });

  it('keeps its pairing: the pair command ends with 75 and leaves the code alone', async () => {
    launch();
    await ready();
    server.pairingCode = 'a-new-code';
    expect(await command('pair', 'a-new-code')).toEqual({
      exitCode: 75,
      printed: expect.stringMatching(/^Another relay is using the data folder .*\n$/),
    });
    expect(server.pairings).toHaveLength(1);
  });

  it('is free the moment its relay is killed', async () => {
    const first = launch();
    await ready();
    first.kill('SIGKILL');
    await exitOf(first);
    launch();
    await ready();
    expect(server.frames.filter(({ t }) => t === 'hello')).toHaveLength(2);
  });

  it('is free while a relay that gave up waits for its exit', async () => {
    launch({ RELAY_EXIT_DELAY: '600' });
    await ready();
    server.devices.clear();
    server.sockets[0]?.terminate();
    await logged('waiting before the exit');
    server.pairingCode = 'a-new-code';
    expect(await command('pair', 'a-new-code')).toMatchObject({ exitCode: 0 });
  });

  it('is read by the doctor beside it', async () => {
    launch();
    await ready();
    expect(await command('doctor')).toMatchObject({
      exitCode: 0,
      printed: expect.stringContaining('Everything works.'),
    });
  });
});

describe('relay simulate', () => {
  it('says where it is ready and what its clock says, and goes with its parent', async () => {
    const child = launch({}, ['simulate', '--port', '0', '--accounts', 'DU1,DU2']);
    await logged('Its clock says 20');
    expect(output.join('\n')).toMatch(
      /^Simulated IB Gateway ready at 127\.0\.0\.1:\d+, .*\s+Its clock says 20\S+Z\.\s*$/,
    );
    child.stdin?.destroy();
    expect(await exitOf(child)).toBe(0);
  });

  it('says when its port is taken', async () => {
    expect(await exitOf(launch({}, ['simulate', '--port', String(simulator.port)]))).toBe(78);
    expect(output.join('\n')).toContain('EADDRINUSE');
  });
});
