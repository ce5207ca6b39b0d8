import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { eventually, freePort } from '../scripts/processes.ts';
import { connectClient } from './support/clients.ts';

/** `npm start` as the README tells it. */

const running: ChildProcess[] = [];

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

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
    const relay = await pidOf(`relay/main.ts run`, await first.children());
    process.kill(relay, 'SIGKILL');
    await eventually('the relay to be gone', async () => !alive(relay));
    await eventually('calls to work again', async () => !(await client.call('get_account_summary')).isError, 20_000);
    await client.close();
    const processes = await first.children();
    expect(processes.length).toBeGreaterThanOrEqual(3);
    const exited = once(first.child, 'exit');
    first.child.kill('SIGTERM');
    await exited;
    await eventually('every process to be gone', async () => !processes.some(alive), 15_000);

    const second = start(port, state);
    await eventually('the second start', async () => second.output().includes('Press Ctrl-C to stop'), 60_000);
    // The same token works: nothing was signed in or paired again.
    const again = await connectClient({ era: '2026-07-28', url, auth: client.auth });
    expect((await again.call('list_accounts')).isError).toBeFalsy();
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
    await writeFile(join(state, 'lock'), String(process.pid));
    const { child, output } = start(await freePort(), state);
    const [code] = await once(child, 'exit');
    expect(code).not.toBe(0);
    expect(output()).toContain(`Process ${process.pid} is already running`);
  });

  test('a taken port is a sentence', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const { child, output } = start(port, join(tmpdir(), 'unused'));
    const [code] = await once(child, 'exit');
    server.close();
    expect(code).not.toBe(0);
    expect(output()).toContain(`Port ${port} is in use`);
  });
});
