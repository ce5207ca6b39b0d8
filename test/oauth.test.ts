import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, type Page } from './support/browser.ts';
import { connectClient, eras, openConsent } from './support/clients.ts';
import { signInAs } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

let worker: TestWorker;
const redirectUri = 'http://127.0.0.1:41234/callback';

/** What the Worker finds on the internet, by address. */
const published: Record<string, () => Response> = {
  'https://assistant.example/oauth/client.json': () =>
    Response.json({
      client_id: 'https://assistant.example/oauth/client.json',
      client_name: 'Assistant',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
    }),
  'https://gone.example/client.json': () => new Response('no', { status: 403 }),
};

beforeAll(async () => {
  worker = await startWorker({ internet: (url) => published[url]?.() ?? new Response('', { status: 404 }) });
});
afterAll(() => worker.close());

const json = async (path: string) =>
  (await fetch(new URL(path, worker.origin))).json() as Promise<Record<string, unknown>>;
const post = (path: string, body: Record<string, string>) =>
  fetch(new URL(path, worker.origin), { method: 'POST', body: new URLSearchParams(body) });

async function register(extra: Record<string, unknown> = {}): Promise<string> {
  const response = await fetch(new URL('/oauth/register', worker.origin), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Some app',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      ...extra,
    }),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { client_id: string }).client_id;
}

const verifier = randomBytes(32).toString('base64url');

function authorizeUrl(clientId: string, extra: Record<string, string> = {}): URL {
  const url = new URL('/authorize', worker.origin);
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'ibkr:read',
    state: 'st',
    resource: worker.mcp.href,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...extra,
  }).toString();
  return url;
}

const exchange = (clientId: string, code: string, codeVerifier = verifier) =>
  post('/oauth/token', {
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
  });

interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  scope: string;
}

async function grant({
  trade = false,
  browser = new Browser(),
} = {}): Promise<TokenAnswer & { clientId: string; browser: Browser }> {
  const clientId = await register();
  const page = await openConsent(browser, authorizeUrl(clientId));
  const done = await page.submit('Allow', { check: trade ? ['ibkr:trade'] : [] });
  const response = await exchange(clientId, done.url.searchParams.get('code') ?? '');
  expect(response.status).toBe(200);
  return { ...((await response.json()) as TokenAnswer), clientId, browser };
}

const callMcp = (token?: string, headers: Record<string, string> = {}) =>
  fetch(worker.mcp, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  });

const refresh = (clientId: string, token: string) =>
  post('/oauth/token', { grant_type: 'refresh_token', client_id: clientId, refresh_token: token });

describe('discovery', () => {
  test('an unauthorized call names the metadata and the least scope', async () => {
    const response = await callMcp();
    expect(response.status).toBe(401);
    const challenge = response.headers.get('WWW-Authenticate') ?? '';
    expect(challenge).toContain(`resource_metadata="${worker.origin.origin}/.well-known/oauth-protected-resource/mcp"`);
    expect(challenge).toContain('scope="ibkr:read"');
  });

  test('the protected resource is the URL that people paste', async () => {
    expect(await json('/.well-known/oauth-protected-resource/mcp')).toMatchObject({
      resource: worker.mcp.href,
      authorization_servers: [worker.origin.origin],
      scopes_supported: ['ibkr:read'],
      bearer_methods_supported: ['header'],
    });
  });

  test('the authorization server offers what the hosts need', async () => {
    const metadata = await json('/.well-known/oauth-authorization-server');
    expect(metadata).toMatchObject({
      issuer: worker.origin.origin,
      scopes_supported: ['ibkr:read', 'ibkr:trade', 'offline_access'],
      code_challenge_methods_supported: ['S256'],
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
      registration_endpoint: `${worker.origin.origin}/oauth/register`,
    });
    expect(metadata.token_endpoint_auth_methods_supported).toContain('none');
    expect(metadata.grant_types_supported).toContain('refresh_token');
  });
});

describe('consent', () => {
  test('names the client, says that its name is not verified, and where access goes', async () => {
    const page = await openConsent(new Browser(), authorizeUrl(await register()));
    expect(page.text).toContain('Some app');
    expect(page.text).toContain('its name is not verified');
    expect(page.text).toContain('127.0.0.1');
    expect(page.text).toContain('app on your own computer');
    expect(page.html).not.toMatch(/value="ibkr:trade"[^>]*checked/);
  });

  test('cannot be framed, scripted or cached', async () => {
    const { response } = await openConsent(new Browser(), authorizeUrl(await register()));
    expect(response.headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    expect(response.headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('X-Frame-Options')).toBe('DENY');
    expect(response.headers.get('Cache-Control')).toBe('no-store');
  });

  test('shows a hostile client name as text', async () => {
    const page = await openConsent(
      new Browser(),
      authorizeUrl(await register({ client_name: '<script>alert(1)</script>' })),
    );
    expect(page.html).not.toContain('<script>');
    expect(page.text).toContain('<script>alert(1)</script>');
  });

  test('lets no client name rearrange or push away our own words', async () => {
    const name = `Good\u202Eapp ${'x'.repeat(5_000)}`;
    const page = await openConsent(new Browser(), authorizeUrl(await register({ client_name: name })));
    expect(page.html).not.toContain('\u202E');
    expect(page.text).toContain('Goodapp xxx');
    expect(page.text.length).toBeLessThan(1_500);
    expect(page.text).toContain('its name is not verified');
  });

  test.each([
    [false, 'ibkr:read offline_access'],
    [true, 'ibkr:read ibkr:trade offline_access'],
  ])('grants trading only by its tick: %s', async (trade, scope) => {
    expect((await grant({ trade })).scope).toBe(scope);
  });

  test('asking for trading does not grant it', async () => {
    const clientId = await register();
    const page = await openConsent(new Browser(), authorizeUrl(clientId, { scope: 'ibkr:read ibkr:trade' }));
    const done = await page.submit('Allow');
    expect(
      ((await (await exchange(clientId, done.url.searchParams.get('code') ?? '')).json()) as TokenAnswer).scope,
    ).not.toContain('trade');
  });

  test('denying tells the client so', async () => {
    const page = await openConsent(new Browser(), authorizeUrl(await register()));
    const done = await page.submit('Deny');
    expect(done.url.origin + done.url.pathname).toBe(redirectUri);
    expect(Object.fromEntries(done.url.searchParams)).toMatchObject({
      error: 'access_denied',
      state: 'st',
      iss: worker.origin.origin,
    });
  });

  test('works once, and only in the browser that opened it', async () => {
    const page = await openConsent(new Browser(), authorizeUrl(await register()));
    const other = new Browser();
    await openConsent(other, authorizeUrl(await register()));
    const stolen = new (page.constructor as new (...args: unknown[]) => Page)(
      other,
      page.url,
      page.response,
      page.html,
    );
    expect((await stolen.submit('Allow')).response.status).toBe(400);
    expect((await page.submit('Allow')).url.searchParams.has('code')).toBe(true);
    expect((await page.submit('Allow')).response.status).toBe(400);
  });

  test('a form from another site is refused', async () => {
    const browser = new Browser();
    const page = await openConsent(browser, authorizeUrl(await register()));
    const response = await browser.open(new URL('/authorize', worker.origin), {
      method: 'POST',
      headers: { Origin: 'https://evil.example', 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `decision=approve&handle=${/name="handle" value="([^"]+)"/.exec(page.html)?.[1]}`,
    });
    expect(response.response.status).toBe(403);
  });

  test('an unregistered redirect address is never redirected to', async () => {
    const page = await openConsent(
      new Browser(),
      authorizeUrl(await register(), { redirect_uri: 'https://evil.example/cb' }),
    );
    expect(page.url.origin).toBe(worker.origin.origin);
    expect(page.response.status).toBe(400);
  });

  test('plain PKCE is refused', async () => {
    const page = await openConsent(new Browser(), authorizeUrl(await register(), { code_challenge_method: 'plain' }));
    expect(page.url.searchParams.get('error') ?? String(page.response.status)).toMatch(/invalid_request|400/);
  });
});

describe('a client identified by its metadata document', () => {
  const clientId = 'https://assistant.example/oauth/client.json';

  test('is shown with its verified domain', async () => {
    const page = await openConsent(new Browser(), authorizeUrl(clientId));
    expect(page.text).toContain('is published by assistant.example');
    const done = await page.submit('Allow');
    expect((await exchange(clientId, done.url.searchParams.get('code') ?? '')).status).toBe(200);
  });

  test('whose document cannot be read is refused in words', async () => {
    const page = await openConsent(new Browser(), authorizeUrl('https://gone.example/client.json'));
    expect(page.response.status).toBe(400);
    expect(page.text).toContain('could not be verified');
  });
});

describe('tokens', () => {
  test('a code works once, and only with its verifier', async () => {
    const clientId = await register();
    const code = async (browser = new Browser()) =>
      (await (await openConsent(browser, authorizeUrl(clientId))).submit('Allow')).url.searchParams.get('code') ?? '';
    expect((await exchange(clientId, await code(), 'x'.repeat(43))).status).toBe(400);
    const good = await code();
    expect((await exchange(clientId, good)).status).toBe(200);
    expect((await exchange(clientId, good)).status).toBe(400);
  });

  test('the bearer names no person, only opaque ids', async () => {
    const { access_token } = await grant();
    expect(access_token).toMatch(/^[\w-]{22}:[\w-]+:[\w-]+$/);
  });

  test('refresh tokens rotate; the one before stays good until the new one is used', async () => {
    const first = await grant();
    const second = (await (await refresh(first.clientId, first.refresh_token)).json()) as TokenAnswer;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await callMcp(second.access_token)).status).toBe(200);
    const third = (await (await refresh(first.clientId, second.refresh_token)).json()) as TokenAnswer;
    expect((await callMcp(third.access_token)).status).toBe(200);
    expect((await refresh(first.clientId, first.refresh_token)).status).toBe(400);
  });

  test('revocation works at once', async () => {
    const { access_token, refresh_token, clientId } = await grant();
    expect((await callMcp(access_token)).status).toBe(200);
    expect(
      (await post('/oauth/token', { client_id: clientId, token: refresh_token, token_type_hint: 'refresh_token' }))
        .status,
    ).toBe(200);
    expect((await callMcp(access_token)).status).toBe(401);
    expect((await refresh(clientId, refresh_token)).status).toBe(400);
  });

  test('disconnecting an app on the dashboard works at once', async () => {
    const { access_token, browser } = await grant();
    const dashboard = await browser.open(worker.origin);
    expect(dashboard.text).toContain('Some app');
    let page = dashboard;
    while (page.html.includes('/apps/')) page = await (await page.follow('Disconnect …')).submit('Disconnect');
    expect((await callMcp(access_token)).status).toBe(401);
  });

  test.each(['garbage', 'a:b:c', `${'x'.repeat(22)}:grant:secret`])('%s is no token', async (token) => {
    expect((await callMcp(token)).status).toBe(401);
  });

  test('a foreign Origin or Host is refused even with a token', async () => {
    const { access_token } = await grant();
    expect((await callMcp(access_token, { Origin: 'https://evil.example' })).status).toBe(403);
  });
});

describe.each(eras)('an SDK client of %s', (era) => {
  test('connects through the whole flow and refreshes by itself', async () => {
    const client = await connectClient({ era, url: worker.mcp });
    expect((await client.listTools()).map((tool) => tool.name)).toContain('get_quotes');
    const before = client.auth.stored as TokenAnswer;
    await client.close();
    client.auth.stored = { ...before, access_token: before.access_token.replace(/.{6}$/, 'zzzzzz') };
    const again = await connectClient({ era, url: worker.mcp, auth: client.auth });
    expect((await again.listTools()).length).toBeGreaterThan(0);
    expect(again.auth.stored?.refresh_token).not.toBe(before.refresh_token);
    await again.close();
  });
});

test('registration is limited by address', async () => {
  const registerFrom = (address: string) =>
    worker.fetch('/oauth/register', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'CF-Connecting-IP': address },
      body: JSON.stringify({ client_name: 'x', redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
    });
  const statuses: number[] = [];
  for (let index = 0; index < 61; index++) statuses.push((await registerFrom('203.0.113.7')).status);
  expect(statuses.slice(0, 60).every((status) => status === 201)).toBe(true);
  expect(statuses[60]).toBe(429);
  expect((await registerFrom('203.0.113.8')).status).toBe(201);
});

test('registration is limited by network for IPv6, and preflights do not count', async () => {
  const send = async (method: 'OPTIONS' | 'POST', address: string) => {
    const response = await worker.fetch('/oauth/register', {
      method,
      headers: { 'Content-Type': 'application/json', 'CF-Connecting-IP': address },
      ...(method === 'POST'
        ? {
            body: JSON.stringify({
              client_name: 'x',
              redirect_uris: [redirectUri],
              token_endpoint_auth_method: 'none',
            }),
          }
        : {}),
    });
    await response.arrayBuffer();
    return response;
  };
  for (let index = 0; index < 61; index++) await send('OPTIONS', '2001:db8:1:2::1');
  for (let index = 0; index < 60; index++) {
    expect((await send('POST', `2001:db8:1:2::${index.toString(16)}`)).status).toBe(201);
  }
  expect((await send('POST', '2001:db8:1:2:ffff::1')).status).toBe(429);
  expect((await send('POST', '2001:db8:1:3::1')).status).toBe(201);
});

test('the dashboard shows a hundred apps, and the others once some are disconnected', async () => {
  const { browser, userId } = await signInAs(worker, 'test:many-apps');
  const { HOME } = await worker.bindings<{
    HOME: { getByName(name: string): { kvPut(key: string, value: string): Promise<void> } };
  }>();
  for (let index = 0; index < 101; index++) {
    const app = { id: `app${index}`, clientId: 'many', userId, scope: ['ibkr:read'], createdAt: 1_790_000_000 };
    await HOME.getByName(userId).kvPut(`grant:${userId}:app${index}`, JSON.stringify(app));
  }
  const crowded = await browser.open(worker.origin);
  expect(crowded.html.split('/disconnect"')).toHaveLength(101);
  expect(crowded.text).toContain('more than these 100');
  const rest = await (await crowded.follow('Disconnect …')).submit('Disconnect');
  expect(rest.html.split('/disconnect"')).toHaveLength(101);
  expect(rest.text).not.toContain('more than these');
});

test('two users do not see each other’s apps', async () => {
  await grant();
  const other = await signInAs(worker, 'test:apps');
  expect((await other.browser.open(worker.origin)).text).not.toContain('Some app');
  const theirs = await grant({ browser: other.browser });
  const [mine = ''] = (await grant()).access_token.split(':');
  const [user = ''] = theirs.access_token.split(':');
  expect(user).not.toBe(mine);
  expect((await callMcp(theirs.access_token.replace(user, mine))).status).toBe(401);
});
