import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser } from './support/browser.ts';
import { connectClient } from './support/clients.ts';
import { connectRaw, pairDevice } from './support/raw-relay.ts';
import { addSession, signInAs, signInDemo } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** No table grows for ever: what is full says so in a sentence with a next step, or the oldest gives way; see docs/worker.md. */

const nextStep = /Try again in an hour, when some have expired, or remove connected apps on the dashboard\./;
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const numbers = 'WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)';

let worker: TestWorker;
beforeAll(async () => {
  worker = await startWorker();
});
afterAll(() => worker.close());

/** Fills a key-value table up to so many keys in all, which expire then (seconds). */
async function fillKeys(className: string, objectName: string, size: number, expiresAt: number): Promise<void> {
  const [{ n = 0 } = {}] = (await worker.sql(className, objectName, 'SELECT count(*) AS n FROM kv')) as { n: number }[];
  await worker.sql(
    className,
    objectName,
    `${numbers} INSERT INTO kv (key, value, expires_at) SELECT 'filler:' || n, '', ? FROM numbers`,
    size - n,
    expiresAt,
  );
}

/** Has what fills a table expire, and be swept by whoever needs room. */
const expireFillers = (className: string, objectName: string) =>
  worker.sql(className, objectName, "UPDATE kv SET expires_at = 1 WHERE key GLOB 'filler:*'");

async function rows(className: string, objectName: string, table: string): Promise<unknown> {
  return (await worker.sql(className, objectName, `SELECT count(*) AS n FROM ${table}`))[0]?.n;
}

describe('records of a user', () => {
  test('beyond 20,000 are refused to client and person; those that expire make room', async () => {
    const { browser, userId } = await signInAs(worker, 'collector');
    const client = await connectClient({ era: '2026-07-28', url: worker.mcp, browser });
    // How many there are is counted at its first write after it wakes.
    await worker.redeploy();
    await fillKeys('Home', userId, 20_000, nowSeconds() + 3_600);
    const { client_id } = client.auth.clientInformation() as { client_id: string };
    const refresh = () =>
      fetch(new URL('/oauth/token', worker.origin), {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          refresh_token: client.auth.stored?.refresh_token ?? '',
          client_id,
        }),
      });
    const refused = await refresh();
    expect(refused.status).toBe(503);
    expect(await refused.json()).toEqual({
      error: 'storage_full',
      error_description: expect.stringMatching(nextStep),
    });
    const another = connectClient({ era: '2026-07-28', url: worker.mcp, browser });
    await expect(another).rejects.toThrow(nextStep);
    await expireFillers('Home', userId);
    expect((await refresh()).status).toBe(200);
    expect(Number(await rows('Home', userId, 'kv'))).toBeLessThan(10);
    await client.close();
  });
});

describe('registered clients', () => {
  const shards = Array.from({ length: 8 }, (_, index) => `shard-${index}`);
  const register = () =>
    fetch(new URL('/oauth/register', worker.origin), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['http://127.0.0.1/cb'], token_endpoint_auth_method: 'none' }),
    });

  test('beyond 50,000 a shard are refused; those that expire make room', async () => {
    const own = await startWorker();
    const shared = worker;
    worker = own;
    try {
      for (const shard of shards) await fillKeys('AuthStore', shard, 50_000, nowSeconds() + 3_600);
      const refused = await register();
      expect(refused.status).toBe(503);
      expect(await refused.json()).toEqual({
        error: 'storage_full',
        error_description: expect.stringMatching(nextStep),
      });
      for (const shard of shards) await expireFillers('AuthStore', shard);
      expect((await register()).status).toBe(201);
    } finally {
      worker = shared;
      await own.close();
    }
  });
});

describe('users', () => {
  test('beyond 10,000 are refused at the door; those who are known come in', async () => {
    const own = await startWorker();
    try {
      const fill = `${numbers} INSERT INTO identity (subject, user_id) SELECT 'filler ' || n, 'u' || n FROM numbers`;
      await own.sql('Directory', 'directory', fill, 10_000);
      const page = await (await new Browser().open(own.origin)).submit('Continue as the demo user');
      expect(page.response.status).toBe(503);
      expect(page.text).toContain('This server has 10000 users already. Deploy one of your own.');
      await own.sql('Directory', 'directory', "DELETE FROM identity WHERE subject = 'filler 1'");
      const userId = await signInDemo(own, new Browser());
      expect(await signInDemo(own, new Browser())).toBe(userId);
    } finally {
      await own.close();
    }
  });
});

describe('the oldest gives way', () => {
  test('of a user’s sessions beyond 100', async () => {
    const { browser, userId } = await signInAs(worker, 'many browsers');
    const fill = `${numbers} INSERT INTO session (hash, id, epoch, device, created_at, seen_at, fresh_at, expires_at)
      SELECT 'filler ' || n, n, '', '', ?, ?, ?, ? + n FROM numbers`;
    const now = Date.now();
    await worker.sql('Home', userId, fill, 99, now, now, now, now + 86_400_000);
    expect((await browser.open(worker.origin)).url.pathname).toBe('/');
    const other = await addSession(worker, userId);
    expect(await rows('Home', userId, 'session')).toBe(100);
    // The one that ends first was one of the two that a person had.
    const still = await Promise.all(
      [browser, other].map(async (each) => (await each.open(worker.origin)).url.pathname),
    );
    expect(still.sort()).toEqual(['/', '/sign-in']);
  });

  test('of counted attempts beyond 20,000', async () => {
    const fill = `${numbers} INSERT INTO attempt (key, at) SELECT 'filler ' || n, ? FROM numbers`;
    await worker.sql('Directory', 'directory', fill, 20_000, Date.now());
    const env = await worker.bindings<{
      DIRECTORY: { getByName(name: string): { countRegistration(from: string): Promise<boolean> } };
    }>();
    expect(await env.DIRECTORY.getByName('directory').countRegistration('192.0.2.1')).toBe(true);
    expect(await rows('Directory', 'directory', 'attempt')).toBe(20_000);
    const left = await worker.sql(
      'Directory',
      'directory',
      "SELECT key FROM attempt WHERE key IN ('filler 1', 'filler 2', 'register 192.0.2.1') ORDER BY key",
    );
    expect(left.map(({ key }) => key)).toEqual(['filler 2', 'register 192.0.2.1']);
  });
});

test('nonces of connects are forgotten when they expire', async () => {
  const { browser, userId } = await signInAs(worker, 'a relay');
  const fill = `${numbers} INSERT INTO nonce (nonce, expires_at) SELECT 'filler ' || n, ? FROM numbers`;
  await worker.sql('Home', userId, fill, 500, Date.now() - 1);
  const relay = await connectRaw(worker, await pairDevice(worker, browser));
  expect(await rows('Home', userId, 'nonce')).toBe(1);
  relay.drop();
});
