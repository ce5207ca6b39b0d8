import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventName, type Order, OrderAction, OrderType, SecType } from '@stoqey/ib';
import { pino } from 'pino';
import { afterEach, expect, it } from 'vitest';
import { ControlClient } from '../../simulator/index.ts';
import { TestClient } from '../../test/support/simulator/client.ts';
import { loadConfig } from '../config.ts';
import { simulate } from './simulate.ts';

/** The command as its own process, and within this one. */

const children: ChildProcess[] = [];
const folder = await mkdtemp(join(tmpdir(), 'simulate-'));

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Sends SIGTERM and waits for the end. */
  stop(): Promise<number | null>;
}

function run(...flags: string[]): Run {
  const main = join(import.meta.dirname, '../main.ts');
  const child = spawn(process.execPath, [main, 'simulate', '--port', '0', '--log-format', 'json', ...flags]);
  children.push(child);
  let text = '';
  const collect = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return {
    child,
    output: () => text,
    async stop() {
      child.kill('SIGTERM');
      const [code] = await once(child, 'exit');
      return code as number | null;
    },
  };
}

async function portOf({ output }: Run): Promise<number> {
  await expect.poll(output, { timeout: 15_000 }).toMatch(/ready at 127\.0\.0\.1:\d+/);
  return Number(/ready at [\d.]+:(\d+)/.exec(output())?.[1]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}

it('keeps orders, ids and the clock from one run to the next', async () => {
  const state = join(folder, 'state.json');
  const first = run('--state', state, '--at', '2026-11-20T17:00:00Z', '--speed', '0');
  const client = await TestClient.ready(await portOf(first));
  const order = {
    action: OrderAction.BUY,
    orderType: OrderType.LMT,
    totalQuantity: 1,
    lmtPrice: 1,
    tif: 'GTC',
    transmit: true,
  } as Order;
  client.api.placeOrder(1, { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' }, order);
  await client.until(EventName.openOrder);
  client.disconnect();
  expect(await first.stop()).toBe(0);
  const second = run('--state', state);
  const again = await TestClient.ready(await portOf(second));
  expect(again.all(EventName.openOrder)).toHaveLength(1);
  expect(again.all(EventName.nextValidId)).toEqual([[2]]);
  again.api.reqCurrentTime();
  expect(await again.until(EventName.currentTime)).toEqual([Date.parse('2026-11-20T17:00:00Z') / 1000]);
  again.disconnect();
});

/** The command in this process, until it is told to stop. */
async function here(flags: Record<string, unknown>) {
  const { config } = loadConfig('simulate', { env: {}, flags: { port: '0', ...flags } });
  const stop = new AbortController();
  const lines: string[] = [];
  const ended = simulate(config, pino({ enabled: false }), stop.signal, (line) => lines.push(line));
  // Whoever expects a failure looks at `ended` itself.
  ended.catch(() => {});
  return { lines, ended, stop: () => stop.abort() };
}

it('serves the control API and starts a scenario', async () => {
  const controlPort = await freePort();
  const { lines, ended, stop } = await here({ controlPort: String(controlPort), scenario: 'never-answers' });
  await expect.poll(() => lines).toHaveLength(3);
  const control = new ControlClient(controlPort);
  await expect.poll(async () => (await control.see('faults')).rules.length).toBe(1);
  expect((await control.scenario()).running).toMatchObject({ name: 'never-answers', finished: true });
  expect((await control.see('faults')).requestPacing).toBe('queue');
  stop();
  expect(await ended).toBe(0);
});

it('with midday goes on where a saved clock was, or at the next noon at which New York trades', async () => {
  const state = join(folder, 'evening.json');
  const evening = await here({ state, at: '2026-11-20T22:00:00Z' });
  await expect.poll(() => evening.lines).toHaveLength(2);
  evening.stop();
  await evening.ended;
  for (const clock of ['2026-11-23T17:00:', '2026-11-23T17:00:']) {
    const { lines, ended, stop } = await here({ state, at: 'midday' });
    await expect.poll(() => lines).toHaveLength(2);
    expect(lines[1]).toContain(clock);
    stop();
    await ended;
  }
});

it.each([
  [{ at: 'yesterday' }, /--at: must be midday, or an instant/],
  [{ speed: '99999' }, /--speed: must be a number from 0 to 86400/],
  [{ pacing: 'fast' }, /queue, reject, off/],
  [{ scenario: 'lost-conection' }, /did you mean lost-connection/],
  [{ state: '/nowhere/state.json' }, /cannot be written \(ENOENT\)/],
])('says what is wrong with %o', async (flags, reason) => {
  const failed = here(flags).then(({ ended }) => ended);
  await expect(failed).rejects.toThrow(reason);
});

it('says what is wrong with a state that cannot be used', async () => {
  const state = join(folder, 'broken.json');
  await writeFile(state, '{"format":1,');
  const { ended } = await here({ state });
  await expect(ended).rejects.toThrow('Move it away to start afresh.');
});
