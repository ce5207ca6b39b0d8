import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startWorkerRuntime } from '../scripts/worker-runtime.ts';
import { Browser } from '../test/support/browser.ts';
import { openConsent } from '../test/support/clients.ts';

/** Real clients from npm against the Worker of `npm start`: each must sign in through the browser and list the tools. */

const packages = ['mcp-remote@0.15.1', '@modelcontextprotocol/inspector@2.12.0'];
const timeoutMs = 120_000;

interface RealClient {
  name: string;
  command: (url: string, port: number) => string[];
  /** What it prints once it has the tools. */
  done: RegExp;
  /** Written to it once it runs. */
  input?: readonly object[];
}

const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
};

const clients: readonly RealClient[] = [
  {
    name: 'mcp-remote 0.15.1',
    command: (url, port) => ['mcp-remote', url, String(port)],
    input: [
      initialize,
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', id: 2, method: 'tools/list' },
    ],
    done: /"name":"get_quotes"/,
  },
  {
    name: '@modelcontextprotocol/inspector 2.12.0 (CLI)',
    command: (url) => ['mcp-inspector', '--cli', url, '--transport', 'http', '--method', 'tools/list'],
    done: /"name": ?"get_quotes"/,
  },
];

const folder = await mkdtemp(join(tmpdir(), 'clients-'));
try {
  await run('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]);
  const runtime = await startWorkerRuntime({ directory: join(folder, 'worker'), vars: { LOCAL_MODE: '1' } });
  try {
    for (const client of clients) {
      const problem = await connect(client, `http://127.0.0.1:${runtime.port}/mcp`);
      console.log(`${client.name}: ${problem ?? 'signed in and listed the tools'}`);
      if (problem) process.exitCode = 1;
    }
  } finally {
    await runtime.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Runs a client, and is its user's browser. @returns what went wrong */
async function connect({ command, input = [], done }: RealClient, url: string): Promise<string | undefined> {
  const [program = '', ...args] = command(url, await freePort());
  const child = spawn(join(folder, 'node_modules/.bin', program), args, {
    // No browser of this machine opens, and nothing is kept in the home folder.
    env: { ...process.env, HOME: folder, BROWSER: 'true', DISPLAY: '', MCP_AUTO_OPEN_ENABLED: 'true' },
    detached: true,
  });
  for (const message of input) child.stdin.write(`${JSON.stringify(message)}\n`);
  const seen: string[] = [];
  const browser = new Browser();
  let isAsked = false;
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(`timed out: ${seen.slice(-20).join('\n')}`), timeoutMs);
      const read = (line: string) => {
        seen.push(line.slice(0, 500));
        const [address] = isAsked ? [] : (/https?:\/\/\S+\/authorize\?\S+/.exec(line) ?? []);
        if (address) {
          isAsked = true;
          void consent(browser, new URL(address)).catch((error: unknown) => resolve(String(error)));
        }
        if (!done.test(line)) return;
        clearTimeout(timer);
        resolve(undefined);
      };
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', read);
      child.on('exit', (code) => setTimeout(() => resolve(`exit ${code}: ${seen.slice(-20).join('\n')}`), 500));
    });
  } finally {
    end(child);
  }
}

async function consent(browser: Browser, address: URL): Promise<void> {
  const back = await (await openConsent(browser, address)).submit('Allow');
  await (await fetch(back.url)).text();
}

function end(child: ChildProcess): void {
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
