import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { holdDataFolder } from '../relay/commands/data-folder.ts';
import { eventually, freePort } from '../scripts/processes.ts';
import { connectClient } from './support/clients.ts';

/** `npm start` as the README tells it. */

const running: ChildProcess[] = [];

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** What the test reads of answers. */
interface Performance {
  accounts: {
    periods: { period: string; gain: number; flows: string }[];
    trading: { rows: unknown[][] };
    note?: string;
  }[];
}

interface Executions {
  total: number;
  totals: { currency: string }[];
}

interface Started {
  child: ChildProcess;
  output: () => string;
  /** Process ids of everything it started. */
  children: () => Promise<number[]>;
}

function start(port: number, state: string): Started {
  const child = spawn('npm', ['start', '--', '--port', String(port), '--state', state], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: false,
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data) => (output += String(data)));
  return { child, output: () => output, children: () => descendants(child.pid ?? 0) };
}

async function pidOf(command: string, pids: readonly number[]): Promise<number> {
  for (const pid of pids) {
    const ps = spawn('ps', ['-o', 'args=', '-p', String(pid)]);
    let text = '';
    ps.stdout.on('data', (data) => (text += String(data)));
    await once(ps, 'close');
    if (text.includes(command)) return pid;
  }
  throw new Error(`no process runs ${command}`);
}

async function descendants(pid: number): Promise<number[]> {
  const ps = spawn('ps', ['-eo', 'pid=,ppid=']);
  let text = '';
  ps.stdout.on('data', (data) => (text += String(data)));
  await once(ps, 'close');
  const pairs = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.filter(([, ppid]) => ppid === parent).flatMap(([child = 0]) => [child, ...below(child)]);
  return below(pid);
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** What the doctor says, run as the README tells it. */
async function doctor(...args: string[]): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, ['relay/main.ts', 'doctor', ...args], { env: { PATH: process.env.PATH } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += String(data)));
  const [code] = await once(child, 'close');
  return { code: Number(code), text };
}

/** Somebody on this machine who wants to hear of alerts. */
async function listenForWebhook(): Promise<{ url: string; heard: string[]; close: () => void }> {
  const heard: string[] = [];
  const server = createHttpServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      heard.push(body);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}/hook`, heard, close: () => server.close() };
}

/** Presses a button of the dashboard as the demo user. */
async function press(origin: string, path: string, fields: Record<string, string>): Promise<Response> {
  const headers = { Origin: origin, Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' };
  const post = (where: string, body: string, cookie = '') =>
    fetch(origin + where, { method: 'POST', redirect: 'manual', headers: { ...headers, Cookie: cookie }, body });
  const cookie = (await post('/sign-in', '')).headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return post(path, new URLSearchParams(fields).toString(), cookie);
}

async function relaysOf(origin: string): Promise<unknown[]> {
  const signedIn = await fetch(`${origin}/sign-in`, {
    method: 'POST',
    redirect: 'manual',
    headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
  });
  const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const response = await fetch(`${origin}/relays`, { headers: { Cookie: cookie } });
  return ((await response.json()) as { relays: unknown[] }).relays;
}

/** Each with a port and a folder of its own. */
describe.concurrent('npm start', () => {
  test('starts everything, survives the death of its relay, keeps its state over a restart, and leaves no process behind', async () => {
    const port = await freePort();
    const state = await mkdtemp(join(tmpdir(), 'start-'));
    const url = new URL(`http://localhost:${port}/mcp`);

    const first = start(port, state);
    await eventually('the first start', async () => first.output().includes('Press Ctrl-C to stop'), 60_000);
    expect(first.output()).toContain(`claude mcp add --transport http ibkr ${url}`);
    expect(first.output()).toContain('paper account DU1234567');
    expect(first.output().split('\n').length).toBeLessThan(30);
    const client = await connectClient({ era: '2026-07-28', url });
    expect((await client.call('get_status')).structuredContent).toMatchObject({ ok: true });

    // It is the middle of a trading day, with a past that agrees with itself.
    expect(first.output()).toMatch(/Market +\w+, .* at 12:00 in New York; three months of trading/);
    const ask = async (tool: string, args: Record<string, unknown> = {}) =>
      (await client.call(tool, args)).structuredContent as Record<string, never>;
    const week = (await ask('get_performance', { period: 'wtd' })) as unknown as Performance;
    const [account] = week.accounts;
    expect(account?.periods.map(({ period }) => period)).toEqual(expect.arrayContaining(['1d', 'wtd', 'mtd', '1m']));
    expect(account?.periods.find(({ period }) => period === 'wtd')?.gain).toEqual(expect.any(Number));
    expect(account?.trading.rows.length).toBeGreaterThan(0);
    expect(account?.note ?? '').not.toMatch(/clock|journal/);
    const months = (await ask('get_executions', { since: '2026-01-01', limit: 500 })) as unknown as Executions;
    expect(months.total).toBeGreaterThan(25);
    expect(new Set(months.totals.map(({ currency }) => currency))).toEqual(new Set(['EUR', 'GBP', 'USD']));
    expect((await ask('get_executions')).total).toBeGreaterThan(0);
    const flex = JSON.stringify(await ask('get_flex_report', { query: '900001', section: 'CashTransactions' }));
    expect(flex).toContain('Dividends');

    const healthy = await doctor('--data-dir', join(state, 'relay'));
    expect(healthy.text).toContain('Everything works.');
    expect(healthy).toMatchObject({ code: 0, text: expect.stringContaining('The relay of npm start in') });

    const hook = await listenForWebhook();
    expect((await press(url.origin, '/webhook', { url: hook.url })).status).toBeLessThan(400);
    await client.call('manage_alerts', { action: 'create', contract: 'AAPL', kind: 'price', above: 1, fire_now: true });
    await eventually('the webhook', async () => hook.heard.length > 0, 20_000);
    expect(hook.heard[0]).toContain('alert.fired');
    hook.close();

    const relay = await pidOf(`relay/main.ts run`, await first.children());
    process.kill(relay, 'SIGKILL');
    await eventually('the relay to be gone', async () => !alive(relay));
    await eventually('calls to work again', async () => !(await client.call('get_account_summary')).isError, 20_000);
    await client.close();
    const processes = await first.children();
    expect(processes.length).toBeGreaterThanOrEqual(3);
    // Nobody has a chance to clean up.
    process.kill(await pidOf('scripts/start.ts', processes), 'SIGKILL');
    await eventually('every process to be gone', async () => !processes.some(alive), 15_000);

    // On another port it is the same relay, and one only.
    const other = await freePort();
    const second = start(other, state);
    await eventually('the second start', async () => second.output().includes('Press Ctrl-C to stop'), 60_000);
    expect(await relaysOf(`http://localhost:${other}`)).toHaveLength(1);
    const again = await connectClient({ era: '2026-07-28', url: new URL(`http://localhost:${other}/mcp`) });
    expect((await again.call('list_accounts')).isError).toBeFalsy();
    const { total } = (await again.call('get_executions', { since: '2026-01-01' })).structuredContent as {
      total: number;
    };
    expect(total).toBe(months.total);
    await again.close();
    const rest = await second.children();
    // npm dies without a chance to pass it on.
    second.child.kill('SIGKILL');
    await eventually('every process to be gone', async () => !rest.some(alive), 15_000);
  }, 180_000);

  test('a stop while it is still starting leaves nothing behind either', async () => {
    const state = await mkdtemp(join(tmpdir(), 'start-'));
    const { child, children, output } = start(await freePort(), state);
    await eventually('the Worker to be started', async () => output().includes('Building the Worker'));
    const processes = await eventually('a process to stop', async () => {
      const all = await children();
      return all.length > 0 && all;
    });
    child.kill('SIGTERM');
    await once(child, 'exit');
    await eventually('every process to be gone', async () => !processes.some(alive), 15_000);
  });

  test('two cannot share one folder', async () => {
    const state = await mkdtemp(join(tmpdir(), 'start-'));
    const held = holdDataFolder(state);
    await writeFile(join(state, 'pid'), String(process.pid));
    const { child, output } = start(await freePort(), state);
    const [code] = await once(child, 'exit');
    held.release();
    expect(code).not.toBe(0);
    expect(output()).toContain(`Process ${process.pid} is already running with ${state}`);
  });

  test('a runtime that outlived its start is named', async () => {
    const state = await mkdtemp(join(tmpdir(), 'start-'));
    const survivor = spawn(process.execPath, [
      ...['-e', 'setTimeout(() => {}, 60_000)', 'workerd', 'serve'],
      join(state, 'worker', 'workerd.capnp'),
    ]);
    running.push(survivor);
    const { child, output } = start(await freePort(), state);
    const [code] = await once(child, 'exit');
    expect(code).not.toBe(0);
    expect(output()).toContain(`(process ${survivor.pid}) still uses ${state}. Stop it: kill ${survivor.pid}`);
  });

  test('a taken port and a folder that cannot be are sentences', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const state = await mkdtemp(join(tmpdir(), 'start-'));
    const file = join(state, 'file');
    await writeFile(file, '');
    const taken = start(port, state);
    const impossible = start(await freePort(), file);
    const codes = await Promise.all([taken, impossible].map(async ({ child }) => (await once(child, 'exit'))[0]));
    server.close();
    expect(codes).toEqual([1, 1]);
    expect(taken.output()).toContain(`Port ${port} is in use`);
    expect(impossible.output()).toMatch(/Nothing can be kept in .*file\. .*keep it elsewhere: npm start -- --state/);
    for (const { output } of [taken, impossible]) expect(output()).not.toMatch(/^\s+at /m);
  });
});
