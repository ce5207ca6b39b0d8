import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../shared/version.ts';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { FlexService, flexDocument, row, statement } from '../test/support/flex-service.ts';
import { StubServer } from '../test/support/stub-server.ts';
import { buildRelay } from './build-relay.ts';
import { eventually, freePort, stopProcess } from './processes.ts';

/**
 * The bundle as the image runs it: its entry point, arguments, environment and health check as relay/Dockerfile has them,
 * one file alone in a folder that cannot be written, an unprivileged user, and nothing else in the environment.
 */

const dockerfile = readFileSync(resolve(import.meta.dirname, '../relay/Dockerfile'), 'utf8');
const imageUser = 1000;
// Only root can become another user; anybody else is unprivileged already.
const user = process.getuid?.() === 0 ? { uid: imageUser, gid: imageUser } : {};

let root: string;
let app: string;
let data: string;
let server: StubServer;
let simulator: Simulator;
let flex: FlexService;
let healthPort: number;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'relay-image-'));
  app = join(root, 'app');
  data = join(root, 'data');
  await mkdir(app);
  await mkdir(data, { mode: 0o700 });
  if ('uid' in user) await chown(data, imageUser, imageUser);
  await buildRelay(join(app, 'relay.mjs'));
  // Whoever reads this waits for ever.
  await promisify(execFile)('mkfifo', ['-m', '644', join(app, '.env')]);
  await chmod(root, 0o755);
  await chmod(app, 0o555);
  server = await new StubServer().start();
  simulator = await startSimulator();
  flex = await FlexService.start();
  healthPort = await freePort();
});

afterAll(async () => {
  await simulator.close();
  await flex.close();
  await server.close();
  await chmod(app, 0o755);
  await rm(root, { recursive: true });
});

/** An instruction of the Dockerfile that holds a JSON array. */
function instruction(name: 'ENTRYPOINT' | 'CMD' | 'HEALTHCHECK'): string[] {
  const text = new RegExp(`^${name} (?:--.*\\\\\\n\\s+CMD )?(\\[.*\\])$`, 'm').exec(dockerfile)?.[1];
  if (!text) throw new Error(`relay/Dockerfile has no ${name}`);
  return JSON.parse(text) as string[];
}

function imageEnvironment(): Record<string, string> {
  const text = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile)?.[1] ?? '';
  const image = Object.fromEntries([...text.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  expect(image).toMatchObject({ RELAY_DATA_DIR: '/data', RELAY_EXIT_DELAY: '300' });
  // Only what cannot be the same outside a container.
  return { ...image, RELAY_DATA_DIR: data, RELAY_HEALTH_PORT: String(healthPort) };
}

/** The command line in the container with `node` and `/app` as they are here. */
function commandLine(args = instruction('CMD')): [string, string[]] {
  const [node, ...rest] = [...instruction('ENTRYPOINT'), ...args].map((part) => part.replace(/^\/app/, app));
  expect(node).toBe('node');
  return [process.execPath, rest];
}

async function image(args: readonly string[], env: Record<string, string> = {}) {
  const [file, all] = commandLine([...args]);
  return promisify(execFile)(file, all, { cwd: app, env: { ...imageEnvironment(), ...env }, ...user });
}

function launch(args: string[] | undefined, env: Record<string, string>, output: string[]): ChildProcess {
  const [file, all] = commandLine(args);
  const child = spawn(file, all, {
    cwd: app,
    env: { ...imageEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(String(data)));
  return child;
}

async function healthCheck(): Promise<boolean> {
  const [node, ...args] = instruction('HEALTHCHECK');
  expect(node).toBe('node');
  const child = spawn(process.execPath, args, { env: imageEnvironment(), ...user });
  const [code] = await once(child, 'exit');
  return code === 0;
}

describe('the bundle’s waiting times for orders', () => {
  it('are those of the table, and nothing in it makes them shorter', async () => {
    const bundle = await readFile(join(app, 'relay.mjs'), 'utf8');
    const table = /placeWithin: ?(?:10_?000|1e4)/g;
    expect(bundle.match(table)).toHaveLength(1);
    expect(bundle).not.toMatch(/waitingTimes\w*(\[\w+\]|\.\w+) ?[-+*/]?=[^=]/);
    expect(bundle).not.toContain('fast-relay');
  });
});

describe('the bundle', () => {
  it('says on a Node that is too old what it needs, before anything else', async () => {
    const old = join(root, 'old-node.mjs');
    await writeFile(
      old,
      "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });",
    );
    const run = promisify(execFile)(process.execPath, ['--import', old, join(app, 'relay.mjs'), '--help']);
    await expect(run).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^The relay needs Node 24 or newer; this is 20\.20\.2\. .*\n$/),
    });
    // What an older Node lacks must not be asked for before.
    const imports = (await readFile(join(app, 'relay.mjs'), 'utf8')).match(/^import\b.*$/gm);
    expect(imports).toEqual([expect.stringContaining("from 'node:module'")]);
  });

  it('is one file that starts with an empty environment', async () => {
    expect((await readdir(app)).sort()).toEqual(['.env', 'relay.mjs']);
    const { stdout } = await promisify(execFile)(process.execPath, [join(app, 'relay.mjs'), '--version'], {
      cwd: app,
      env: {},
      ...user,
    });
    expect(stdout.trim()).toBe(version);
  });

  it('has help and a doctor', async () => {
    expect((await image(['run', '--help'])).stdout).toContain('RELAY_PAIRING_CODE');
    await expect(image(['doctor'])).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('Next step:') });
  });

  it('simulates a gateway', async () => {
    const output: string[] = [];
    const child = launch(['simulate', '--port', '0'], {}, output);
    await eventually('the simulator', async () => output.join('').includes('ready at 127.0.0.1:'));
    await stopProcess(child);
    expect(child.exitCode).toBe(0);
  });

  it('runs: pairs, serves calls, passes the image’s health check, reads no stray .env, and stops', async () => {
    server.pairingCode = 'a-code';
    const output: string[] = [];
    const token = '123456789012345678901234';
    const trades = Array.from({ length: 5_000 }, () => row('Trade', { accountId: 'DU1234567', tradeID: randomUUID() }));
    flex.tokens.set(token, new Map([['1', flexDocument(statement('DU1234567', { Trades: trades.join('\n') }))]]));
    const article = `<p>${'A long article. '.repeat(10_000)}</p>`;
    simulator.addRule({ on: 'out', message: 'newsArticle', do: 'change', fields: { text: article } });
    const env = {
      RELAY_URL: server.origin,
      RELAY_PAIRING_CODE: 'a-code',
      GATEWAY_PORT: String(simulator.port),
      RELAY_FLEX_TOKENS: `main ${token}`,
      RELAY_FLEX_URL: flex.url,
    };
    const child = launch(undefined, env, output);
    try {
      await eventually(`readiness (${output.join('')})`, healthCheck, 15_000);
      const ask = async (id: string, op: string, args: object) => {
        const call = { t: 'call', id, op, args, timeoutMs: 10_000, kind: 'read', progress: false };
        server.sockets[0]?.send(JSON.stringify(call));
        return eventually(`the result of ${op}`, async () =>
          server.frames.find((frame) => frame.t === 'result' && frame.id === id),
        );
      };
      expect(await ask('c1', 'list_accounts', {})).toMatchObject({ ok: true });
      expect(await ask('c2', 'get_performance', {})).toMatchObject({ ok: true });
      // The threads that read what is long are inside the one file, too.
      expect(await ask('c3', 'get_flex_report', { query: '1' })).toMatchObject({
        value: expect.objectContaining({ sections: { Trades: 5_000 } }),
      });
      const [, id] = /(BRFG\$\w+)/.exec(JSON.stringify(await ask('c4', 'get_news', { contract: 'AAPL' }))) ?? [];
      expect(await ask('c5', 'get_article', { article_id: id, limit: 500 })).toMatchObject({
        value: expect.objectContaining({ total: article.length - '<p> </p>'.length }),
      });
      const kept = ['control.sock', 'device-key.json', 'fills.sqlite', 'flex', 'performance.sqlite', 'relay.lock'];
      expect((await readdir(data)).filter((file) => !/-(wal|shm)$/.test(file)).sort()).toEqual(kept);
      expect(output.join('')).not.toContain(token);
    } finally {
      await stopProcess(child);
    }
    expect(child.exitCode).toBe(0);
    expect(await healthCheck()).toBe(false);
    expect(output.join('')).not.toMatch(/"level":"(error|fatal)"/);
  });
});
