import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { answersOk, eventually, freePort, startRelayProcess, stopProcess } from '../scripts/processes.ts';
import { startWorkerRuntime, type WorkerRuntime } from '../scripts/worker-runtime.ts';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { Browser } from './support/browser.ts';
import { connectClient } from './support/clients.ts';
import {
  dumpDatabase,
  type ReleaseCredentials,
  releaseBundle,
  releaseCredentials,
  restoreObjects,
  restoreRelay,
} from './support/release-storage.ts';
import { clockFrom, fridayNoon } from './support/simulator/client.ts';

/**
 * This version and the release before it: what that one stored is taken over, and its programs work with those of this
 * one. The programs are v0.1.0's own, bundled once, because a transcript of frames would only say what somebody thought of.
 */

let folder: string;
let simulator: Simulator;
let credentials: ReleaseCredentials;
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  // An open market: alerts fire on live data only.
  simulator = await startSimulator({ clock: clockFrom(fridayNoon) });
  credentials = await releaseCredentials();
  folder = await mkdtemp(join(tmpdir(), 'releases-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

async function startWorker(name: string, bundle?: string): Promise<WorkerRuntime> {
  const directory = join(folder, name);
  const worker = await startWorkerRuntime({ directory, vars: { LOCAL_MODE: '1' }, ...(bundle && { bundle }) });
  ends.push(() => worker.close());
  return worker;
}

async function startRelay(env: Record<string, string>, main?: string): Promise<void> {
  const healthPort = await freePort();
  const output: string[] = [];
  const relay = startRelayProcess({
    args: ['run'],
    ...(main && { main }),
    env: {
      RELAY_HEALTH_PORT: String(healthPort),
      GATEWAY_HOST: '127.0.0.1',
      GATEWAY_PORT: String(simulator.port),
      ...env,
    },
    log: (line) => output.push(line),
  });
  ends.push(() => stopProcess(relay));
  await eventually(`the relay`, () => answersOk(`http://127.0.0.1:${healthPort}/readyz`), 30_000).catch((error) => {
    throw new Error(output.slice(-5).join('\n'), { cause: error });
  });
}

async function releaseProgram(name: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, await releaseBundle(name));
  return file;
}

/** Sends a request as to the origin that the release's tokens are bound to. */
function ask(worker: WorkerRuntime, path: string, headers: Record<string, string>, body: string) {
  const { host } = new URL(credentials.origin);
  return new Promise<{ status: number; body: Record<string, unknown> }>((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port: worker.port, path, method: 'POST', headers: { ...headers, Host: host } },
      async (response) => {
        let text = '';
        for await (const piece of response) text += String(piece);
        const json = /^data: (.*)$/m.exec(text)?.[1] ?? text;
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(json) as Record<string, unknown> });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

async function callTool(worker: WorkerRuntime, token: string, name: string, args: object) {
  const { status, body } = await ask(
    worker,
    '/mcp',
    {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2025-11-25',
    },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } }),
  );
  const { result } = body as { result?: { structuredContent?: Record<string, unknown> } };
  return { status, content: result?.structuredContent, body };
}

describe('storage of v0.1.0', () => {
  test('is taken over by this Worker and this relay: tokens, lists, alerts, pairing', { timeout: 90_000 }, async () => {
    await restoreObjects(join(folder, 'taken-over'));
    const worker = await startWorker('taken-over');
    const { accessToken, refreshToken, clientId } = credentials;
    const lists = await callTool(worker, accessToken, 'manage_watchlists', { action: 'list' });
    expect(lists.content, JSON.stringify(lists.body)).toMatchObject({
      watchlists: [
        { name: 'Later', instruments: 0 },
        { name: 'Tech', instruments: 2 },
      ],
    });
    const data = join(folder, 'relay-data');
    await restoreRelay(data, `http://127.0.0.1:${worker.port}`);
    await startRelay({ RELAY_DATA_DIR: data });
    const alerts = await callTool(worker, accessToken, 'manage_alerts', { action: 'list' });
    expect(alerts.content).toMatchObject({ firings: [{ contract: 'MSFT', note: 'fires', seq: 1 }] });
    const states = ((alerts.content?.alerts ?? []) as { note?: string; state: string }[]).map(({ note, state }) => [
      note,
      state,
    ]);
    expect(states).toEqual([
      ['waits', 'watching'],
      ['fires', 'fired'],
      [undefined, 'paused'],
    ]);
    const accounts = await callTool(worker, accessToken, 'list_accounts', {});
    expect(accounts.content).toMatchObject({ accounts: [{ account: 'DU1234567' }] });
    // Each refresh token is the one before the next: this ends the old pair.
    const fresh = await ask(
      worker,
      '/oauth/token',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: clientId }).toString(),
    );
    expect(fresh.status, JSON.stringify(fresh.body)).toBe(200);
    expect((await callTool(worker, String(fresh.body.access_token), 'get_status', {})).content).toMatchObject({
      ok: true,
    });
    // The same person, whom the release's Directory knows.
    const signIn = await new Browser().open(`http://127.0.0.1:${worker.port}`);
    const dashboard = await signIn.submit('Continue as the demo user');
    expect(dashboard.browser.cookies.get('session')?.split('.')[0]).toBe(credentials.userId);
  });

  test('of a newer version is refused, and says so', async () => {
    const directory = join(folder, 'newer');
    await restoreObjects(directory);
    const homes = join(directory, 'storage', 'Home');
    for (const name of (await readdir(homes)).filter((file) => /^[0-9a-f]{64}\.sqlite$/.test(file))) {
      const db = new DatabaseSync(join(homes, name));
      db.exec('UPDATE meta SET schema_version = 99');
      db.close();
    }
    const worker = await startWorker('newer');
    const { status, body } = await callTool(worker, credentials.accessToken, 'get_status', {});
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: 'storage_newer', error_description: expect.stringMatching(/schema is 99/) });
  });

  test('a relay’s data folder is read: key, alerts, daily values', async () => {
    const data = join(folder, 'folder');
    await restoreRelay(data, 'http://127.0.0.1:1');
    const before = await readFile(join(data, 'alerts.json'), 'utf8');
    const { readDeviceKey } = await import('../relay/hub/device-key.ts');
    const { alertFile } = await import('../relay/alerts/alert-file.ts');
    const { openRecords } = await import('../relay/performance/records.ts');
    expect(await readDeviceKey(join(data, 'device-key.json'))).toMatchObject({ home: credentials.userId });
    const unexpected = (problem: string): never => expect.fail(problem);
    expect(alertFile(join(data, 'alerts.json'), unexpected).load()).toEqual(JSON.parse(before));
    const records = openRecords(data, { tokens: [], baseUrl: 'http://127.0.0.1:1' });
    records.performance();
    records.close();
    expect(dumpDatabase(join(data, 'performance.sqlite'))).toContain('DU1234567');
  });

  test('a relay’s Flex statement is read, and again by the rules of today', async () => {
    const data = join(folder, 'flex-folder');
    await restoreRelay(data, 'http://127.0.0.1:1');
    const { openRecords } = await import('../relay/performance/records.ts');
    const { signal } = new AbortController();
    const settings = { tokens: [{ name: 'main', token: '1'.repeat(24), queries: [] }], baseUrl: 'http://127.0.0.1:1' };
    const records = openRecords(data, settings);
    const statement = async () => (await records.flex.recall({ token: settings.tokens[0]!, query: '900001' }))!;
    const trades = await records.flex.read(
      await statement(),
      { section: 'Trades', filters: [{ column: 'symbol', operator: '=', value: 'MSFT' }], offset: 0, limit: 2 },
      signal,
    );
    expect(trades).toMatchObject({ total: 10 });
    expect(trades.rows[0]).toEqual(['DU1234567', 'USD', '500001', 'MSFT', 10, 'COMMON STOCK']);
    // The release took the flows of these days for known, in a statement that has no transfers.
    expect(records.performance().flows('DU1234567')).toEqual({ list: [], known: [] });
    await records.flex.readAgain(signal);
    expect((await statement()).digest.statements).toMatchObject([
      { sections: { CashTransactions: 1, Trades: 30 }, gaps: [expect.stringMatching(/no section Transfers/)] },
    ]);
    expect(records.performance().flows('DU1234567').known).toEqual([]);
    expect(records.performance().values('DU1234567')).toHaveLength(6);
    records.close();
  });
});

describe('docs/worker.md lists', () => {
  const tablesOf = (file: string) => {
    const db = new DatabaseSync(file);
    const names = db
      .prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'",
      )
      .all()
      .map(({ name }) => `\`${name}\``);
    const keys = names.includes('`kv`') ? db.prepare('SELECT key FROM kv').all() : [];
    db.close();
    return [...names, ...keys.map(({ key }) => `\`kv\` \`${/^[^:]*:/.exec(String(key))?.[0]}\``)];
  };

  test('every table and prefix of the objects that have run, and every file of a relay', async () => {
    const page = await readFile('docs/worker.md', 'utf8');
    const listed = new Set(
      [...page.matchAll(/^\| (\w+) \| (`[^|]*`) \|/gm)].map(([, where, what]) => `${where} ${what}`),
    );
    const found = new Set<string>();
    // Those of the first test: taken over, migrated and used by this version.
    const storage = join(folder, 'taken-over', 'storage');
    for (const name of await readdir(storage, { recursive: true })) {
      if (!/[0-9a-f]{64}\.sqlite$/.test(name)) continue;
      for (const what of tablesOf(join(storage, name))) found.add(`${name.split('/')[0]} ${what}`);
    }
    const data = join(folder, 'relay-data');
    for (const name of await readdir(data)) {
      if (/-(wal|shm)$/.test(name)) continue;
      if (!name.endsWith('.sqlite')) found.add(`relay \`${name}\``);
      else for (const what of tablesOf(join(data, name))) found.add(`relay \`${name}\` ${what}`);
    }
    expect(found.size).toBeGreaterThan(20);
    expect([...found].filter((one) => !listed.has(one))).toEqual([]);
  });
});

describe('one version apart', () => {
  async function serves(worker: WorkerRuntime, main?: string, wishes: object = { fire_now: true }): Promise<void> {
    const origin = `http://127.0.0.1:${worker.port}`;
    const browser = new Browser();
    await (await browser.open(origin)).submit('Continue as the demo user');
    const page = await (await browser.open(origin)).submit('Get a pairing code');
    const code = /RELAY_PAIRING_CODE=([\w.-]+)/.exec(page.html)?.[1] ?? '';
    const data = join(folder, `data-${worker.port}`);
    await startRelay({ RELAY_URL: origin, RELAY_PAIRING_CODE: code, RELAY_DATA_DIR: data }, main);
    const client = await connectClient({ era: '2026-07-28', url: new URL('/mcp', origin), browser });
    ends.push(() => client.close());
    expect((await client.call('get_quotes', { contracts: ['AAPL'] })).structuredContent).toMatchObject({
      quotes: [{ conId: 265598 }],
    });
    const alert = { action: 'create', kind: 'price', contract: 'MSFT', below: 1e6, ...wishes };
    const made = await client.call('manage_alerts', alert);
    expect(made.structuredContent, made.content[0]?.text).toHaveProperty('created');
    await eventually('the alert to fire', async () => {
      const { structuredContent } = await client.call('manage_alerts', {});
      return (structuredContent?.firings as unknown[])?.length === 1;
    });
  }

  test('a relay of v0.1.0 works with this Worker', { timeout: 90_000 }, async () => {
    await serves(await startWorker('old-relay'), await releaseProgram('relay.mjs'));
  });

  test('this relay works with a Worker of v0.1.0', { timeout: 90_000 }, async () => {
    await serves(await startWorker('old-worker', String(await releaseBundle('worker.js'))), undefined, {});
  });
});

test('storage that was brought up to date has the schema of storage that is new', async () => {
  // Of the first test, and of the Worker that served the relay of v0.1.0.
  const [migrated, made] = await Promise.all(['taken-over', 'old-relay'].map((name) => schemasOf(join(folder, name))));
  expect([...(made?.keys() ?? [])].sort()).toEqual(['AuthStore', 'Directory', 'Home']);
  for (const [object, schema] of made ?? []) expect(migrated?.get(object), object).toEqual(schema);
});

/** What the objects of each class are made of, of those that have run: by name, whatever the order of the columns. */
async function schemasOf(directory: string): Promise<Map<string, Record<string, unknown>>> {
  const storage = join(directory, 'storage');
  const found = new Map<string, Record<string, unknown>>();
  for (const name of await readdir(storage, { recursive: true })) {
    if (!/[0-9a-f]{64}\.sqlite$/.test(name)) continue;
    const db = new DatabaseSync(join(storage, name));
    // A shard that nobody has asked is empty, or still of the version before.
    const asked = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get();
    const version = asked && Number(db.prepare('SELECT schema_version FROM meta').get()?.schema_version);
    const tables = db
      .prepare(
        `SELECT t.name AS "table", t.type AS kind, c.name, c.type, c."notnull", c.dflt_value, c.pk
         FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.name NOT GLOB '_cf_*' AND t.name NOT GLOB 'sqlite_*' ORDER BY t.name, c.name`,
      )
      .all();
    db.close();
    const object = name.split('/')[0] ?? '';
    if (version !== undefined && version >= Number(found.get(object)?.version ?? 0)) {
      found.set(object, { version, tables });
    }
  }
  return found;
}
