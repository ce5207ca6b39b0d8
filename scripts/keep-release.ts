import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { startSimulator } from '../simulator/index.ts';
import { Browser } from '../test/support/browser.ts';
import { connectClient } from '../test/support/clients.ts';
import { dumpDatabase, releaseFolder, writeFixture } from '../test/support/release-storage.ts';
import { startStatements } from '../test/support/statements.ts';
import { answersOk, eventually, freePort, startRelayProcess, stopProcess } from './processes.ts';
import { bundleWorker } from './worker-bundle.ts';
import { startWorkerRuntime } from './worker-runtime.ts';

/**
 * Makes test/fixtures/v0.1.0: runs that release for one invented user on the real runtime, and keeps what it stored,
 * what its clients hold, and its two programs. Run it by `npm exec -- node scripts/keep-release.ts`.
 */

/** The commit of v0.1.0. */
const release = '6cb5332916a4678345f71c72ebf1276a31c4e8ce';
const root = resolve(import.meta.dirname, '..');
const folder = await mkdtemp(join(tmpdir(), 'release-'));
const source = join(folder, 'source');

/** What no test of two versions needs and what makes the relay large: its simulator, its documents, zod's languages. */
const reduced: Plugin = {
  name: 'reduced',
  setup(builder) {
    const empty = (filter: RegExp, contents: string) => builder.onLoad({ filter }, () => ({ contents }));
    builder.onResolve({ filter: /^(dotenv|html-to-text|htmlparser2)$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    builder.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({
      contents: 'module.exports = { config() {}, convert() {}, compile() {} };',
    }));
    empty(/relay[\\/]reading[\\/]thread-url\.ts$/, "export const threadUrl = new URL('data:text/javascript,');");
    empty(/relay[\\/](commands[\\/])?simulate\.ts$/, 'export const simulate = () => {};');
    empty(/relay[\\/]simulator[\\/]clock\.ts$/, 'export const FASTEST = 3_600;');
    empty(/zod[\\/]v4[\\/]locales[\\/]index\.js$/, "export { default as en } from './en.js';");
  },
};

try {
  execFileSync('git', ['worktree', 'add', '--detach', source, release], { cwd: root, stdio: 'inherit' });
  try {
    await keep();
  } finally {
    execFileSync('git', ['worktree', 'remove', '--force', source], { cwd: root, stdio: 'inherit' });
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function keep(): Promise<void> {
  await symlink(join(root, 'node_modules'), join(source, 'node_modules'));
  await rm(releaseFolder, { recursive: true, force: true });
  const worker = await bundleWorker(join(source, 'worker/index.ts'));
  await writeFile(join(folder, 'worker.js'), worker);
  await buildRelay(join(folder, 'relay.mjs'));
  await run(worker);
  for (const name of ['worker.js', 'relay.mjs']) {
    const packed = brotliCompressSync(await readFile(join(folder, name)), {
      params: { [constants.BROTLI_PARAM_LGWIN]: 24 },
    });
    await writeFixture(`${name}.br`, packed);
    console.log(`${name}.br: ${packed.length} bytes`);
  }
}

async function buildRelay(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(source, 'relay/main.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: {
      js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;",
    },
    external: ['bufferutil', 'utf-8-validate'],
    plugins: [reduced],
    legalComments: 'eof',
    logLevel: 'error',
  });
}

/** One user: signed in, one relay, one client, two watchlists, alerts that wait, are paused and have fired. */
async function run(bundle: string): Promise<void> {
  const directory = join(folder, 'worker');
  const data = join(folder, 'relay');
  const worker = await startWorkerRuntime({ directory, bundle, vars: { LOCAL_MODE: '1' } });
  const origin = `http://127.0.0.1:${worker.port}`;
  const simulator = await startSimulator({});
  const statements = await startStatements('DU1234567');
  const browser = new Browser();
  await (await browser.open(origin)).submit('Continue as the demo user');
  const page = await (await browser.open(origin)).submit('Get a pairing code');
  const healthPort = await freePort();
  const relay = startRelayProcess({
    main: join(source, 'relay/main.ts'),
    args: ['run'],
    env: {
      RELAY_URL: origin,
      RELAY_DATA_DIR: data,
      RELAY_NAME: 'old relay',
      RELAY_PAIRING_CODE: /RELAY_PAIRING_CODE=([\w.-]+)/.exec(page.html)?.[1] ?? '',
      RELAY_HEALTH_PORT: String(healthPort),
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_PORT: String(simulator.port),
      ...statements.env,
    },
  });
  await eventually('the relay', () => answersOk(`http://127.0.0.1:${healthPort}/readyz`));
  const client = await connectClient({ era: '2026-07-28', url: new URL('/mcp', origin), browser });
  const call = async (name: string, args: Record<string, unknown>) => {
    const result = await client.call(name, args);
    if (result.isError) throw new Error(`${name}: ${result.content[0]?.text}`);
    return result.structuredContent ?? {};
  };
  await call('manage_watchlists', { action: 'create', name: 'Tech', contracts: ['AAPL', 'MSFT'] });
  await call('manage_watchlists', { action: 'create', name: 'Later' });
  await call('manage_alerts', { action: 'create', kind: 'price', contract: 'AAPL', above: 1e6, note: 'waits' });
  await call('manage_alerts', { action: 'create', kind: 'price', contract: 'MSFT', below: 1e6, note: 'fires' });
  const paused = await call('manage_alerts', { action: 'create', kind: 'time', at: '2090-01-02T09:30:00-05:00' });
  await call('manage_alerts', { action: 'pause', id: (paused.created as { id: string }).id });
  await eventually('an alert to fire', async () => {
    const { firings = [] } = (await call('manage_alerts', {})) as { firings?: unknown[] };
    return firings.length > 0;
  });
  await call('get_flex_report', {}).catch((error: Error) => console.log(error.message));
  const { access_token, refresh_token } = client.auth.stored ?? {};
  const session = browser.cookies.get('session') ?? '';
  const credentials = {
    origin,
    madeAt: Date.now(),
    userId: session.split('.')[0],
    session,
    clientId: (client.auth.clientInformation() as { client_id: string }).client_id,
    accessToken: access_token,
    refreshToken: refresh_token,
  };
  await client.close();
  await stopProcess(relay);
  await worker.close();
  await simulator.close();
  await statements.close();
  await writeFixture('credentials.json', `${JSON.stringify(credentials, null, 2)}\n`);
  const storage = join(directory, 'storage');
  for (const name of await readdir(storage, { recursive: true })) {
    if (!name.endsWith('.sqlite')) continue;
    const text = dumpDatabase(join(storage, name));
    if (text.includes('INSERT')) await writeFixture(`objects/${name.replace(/\.sqlite$/, '.sql')}`, `${text}\n`);
  }
  await keepRelayData(data);
}

/** Its files as they are; a database as text. */
async function keepRelayData(data: string): Promise<void> {
  for (const name of await readdir(data)) {
    if (name.endsWith('.sqlite')) await writeFixture(`relay/${name}.sql`, `${dumpDatabase(join(data, name))}\n`);
    else if (!/-(wal|shm)$/.test(name))
      await cp(join(data, name), join(releaseFolder, 'relay', name), { recursive: true });
  }
}
