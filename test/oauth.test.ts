import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Browser, type Page } from './support/browser.ts';
import { connectClient, eras, openConsent } from './support/clients.ts';
import { signInAs } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

let worker: TestWorker;
const redirectUri = 'http://127.0.0.1:41234/callback';

/** A client's document as its host serves it. */
const document =
  (id: string, changes: object = {}) =>
  () =>
    Response.json({
      client_id: id,
      client_name: 'Assistant',
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      ...changes,
    });

/** What the Worker finds on the internet, by host. */
const published: Record<string, (url: string) => Response> = {
  'assistant.example': (url) => document(url)(),
  'stranger.example': (url) => document(url)(),
  'many.example': (url) => document(url)(),
  '10.0.0.1': (url) => document(url)(),
  'router.local': (url) => document(url)(),
  'gone.example': () => new Response('no', { status: 403 }),
  // Where it points to, the document is right in every other way.
  'redirecting.example': (url) =>
    new Response(null, { status: 302, headers: { Location: `https://target.example/${url}` } }),
  'target.example': (url) => document(url.replace('https://target.example/', ''))(),
  'liar.example': document('https://assistant.example/oauth/client.json'),
  'long.example': (url) => document(url, { padding: 'x'.repeat(6_000) })(),
  'text.example': () => new Response('<html>'),
  'keys.example': (url) => document(url, { token_endpoint_auth_method: 'private_key_jwt' })(),
  'danger.example': (url) => document(url, { redirect_uris: ['javascript:/x', 'http://evil.example/'] })(),
};
const fetched: string[] = [];

beforeAll(async () => {
  worker = await startWorker({
    internet: (url) => {
      fetched.push(url);
      return published[new URL(url).hostname]?.(url) ?? new Response('', { status: 404 });
    },
  });
});
afterAll(() => worker.close());

const json = async (path: string) =>
  (await fetch(new URL(path, worker.origin))).json() as Promise<Record<string, unknown>>;
const post = (path: string, body: Record<string, string>) =>
  fetch(new URL(path, worker.origin), { method: 'POST', body: new URLSearchParams(body) });

let registrations = 0;

/** Registers, each time from another network, of which each may do so sixty times in an hour. */
const sendRegistration = (metadata: object) =>
  worker.fetch('/oauth/register', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'CF-Connecting-IP': `198.51.100.${registrations++ % 250}` },
    body: JSON.stringify({ redirect_uris: [redirectUri], token_endpoint_auth_method: 'none', ...metadata }),
  });

async function register(extra: Record<string, unknown> = {}): Promise<string> {
  const response = await sendRegistration({ client_name: 'Some app', ...extra });
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
  scope = 'ibkr:read',
  browser = new Browser(),
  registration = {},
} = {}): Promise<TokenAnswer & { clientId: string; browser: Browser }> {
  const clientId = await register(registration);
  const page = await openConsent(browser, authorizeUrl(clientId, { scope }));
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
  test('an unauthorized call names the metadata and all that can be asked for, or trading could never be granted', async () => {
    const response = await callMcp();
    expect(response.status).toBe(401);
    const challenge = response.headers.get('WWW-Authenticate') ?? '';
    expect(challenge).toContain(`resource_metadata="${worker.origin.origin}/.well-known/oauth-protected-resource/mcp"`);
    expect(challenge).toContain('scope="ibkr:read ibkr:trade"');
  });

  test('the protected resource is the URL that people paste', async () => {
    expect(await json('/.well-known/oauth-protected-resource/mcp')).toMatchObject({
      resource: worker.mcp.href,
      authorization_servers: [worker.origin.origin],
      scopes_supported: ['ibkr:read', 'ibkr:trade'],
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
    ['ibkr:read ibkr:trade offline_access', false, 'ibkr:read offline_access'],
    ['ibkr:read ibkr:trade offline_access', true, 'ibkr:read ibkr:trade offline_access'],
    ['ibkr:read ibkr:trade', true, 'ibkr:read ibkr:trade'],
    ['', true, 'ibkr:read ibkr:trade offline_access'],
    ['', false, 'ibkr:read offline_access'],
    ['openid ibkr:read', false, 'ibkr:read'],
  ])('asked for %j and ticked trading: %s, it grants %j and says so', async (scope, trade, granted) => {
    const tokens = await grant({ scope, trade });
    expect(tokens.scope).toBe(granted);
    expect(tokens.refresh_token).toBeDefined();
  });

  test.each(['ibkr:read', 'ibkr:read openid', 'ibkr:read ibkr:trades'])(
    'offers no trading to who asks for %j, and a form that ticks it all the same grants none',
    async (scope) => {
      const clientId = await register();
      const browser = new Browser();
      const page = await openConsent(browser, authorizeUrl(clientId, { scope }));
      expect(page.html).not.toContain('value="ibkr:trade"');
      expect(page.text).toContain('did not ask to trade');
      const forged = await browser.open(new URL('/authorize', worker.origin), {
        method: 'POST',
        headers: { Origin: worker.origin.origin, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({
          handle: /name="handle" value="([^"]+)"/.exec(page.html)?.[1] ?? '',
          scope: 'ibkr:trade',
          decision: 'approve',
        }),
      });
      const answer = await exchange(clientId, forged.url.searchParams.get('code') ?? '');
      const { refresh_token, scope: granted } = (await answer.json()) as TokenAnswer;
      expect(granted).toBe('ibkr:read');
      const wider = { refresh_token, client_id: clientId, grant_type: 'refresh_token', scope: 'ibkr:read ibkr:trade' };
      expect(((await (await post('/oauth/token', wider)).json()) as TokenAnswer).scope).toBe('ibkr:read');
    },
  );

  test.each(['openid', 'admin', 'offline_access'])('tells a client that only asks for %j so', async (scope) => {
    const page = await openConsent(new Browser(), authorizeUrl(await register(), { scope }));
    expect(page.url.href.split('?')[0]).toBe(redirectUri);
    expect(Object.fromEntries(page.url.searchParams)).toMatchObject({
      error: 'invalid_scope',
      state: 'st',
      iss: worker.origin.origin,
    });
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

  test.each([
    ['none', { code_challenge_method: 'plain' }],
    ['none', { code_challenge: '', code_challenge_method: '' }],
    ['client_secret_post', { code_challenge: '', code_challenge_method: '' }],
    ['client_secret_basic', { code_challenge: '', code_challenge_method: '' }],
    ['client_secret_basic', { code_challenge: '' }],
    ['client_secret_basic', { code_challenge_method: '' }],
    ['client_secret_basic', { code_challenge_method: 'plain' }],
    ['client_secret_basic', { code_challenge: 'short' }],
  ])('a client of any kind needs a code challenge by S256: %s %j', async (token_endpoint_auth_method, change) => {
    const clientId = await register({ token_endpoint_auth_method });
    const url = authorizeUrl(clientId, change);
    for (const [name, value] of Object.entries(change)) if (value === '') url.searchParams.delete(name);
    const page = await openConsent(new Browser(), url);
    expect(page.url.href.split('?')[0]).toBe(redirectUri);
    expect(page.url.searchParams.get('error')).toBe('invalid_request');
  });

  test.each([
    ['http://127.0.0.1:41234/callback', 'http://127.0.0.1:5/callback', 'sent to 127.0.0.1'],
    ['http://localhost/cb', 'http://localhost:33418/cb', 'sent to localhost'],
    ['http://[::1]/cb', 'http://[::1]:9/cb', 'sent to [::1]'],
    [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'the app that opens cursor:',
    ],
    ['vscode-insiders://x/cb', 'vscode-insiders://x/cb', 'the app that opens vscode-insiders:'],
    ['com.example.app:/cb', 'com.example.app:/cb', 'the app that opens com.example.app:'],
  ])('an app on the person’s own device, called back at %s, is shown as one', async (registered, used, words) => {
    const clientId = await register({ redirect_uris: [registered] });
    const page = await openConsent(new Browser(), authorizeUrl(clientId, { redirect_uri: used }));
    expect(page.text).toContain(words);
    expect(page.text).toContain('app on your own computer');
    const done = await page.submit('Allow');
    expect(done.url.href.split('?')[0]).toBe(used);
    const code = done.url.searchParams.get('code') ?? '';
    const body = { client_id: clientId, code, code_verifier: verifier, redirect_uri: used };
    expect((await post('/oauth/token', { ...body, grant_type: 'authorization_code' })).status).toBe(200);
  });

  test.each([
    'cursor://other/callback',
    'CURSOR://anysphere.cursor-mcp/oauth/callback2',
    'javascript:/x',
    'about:blank',
  ])('of its own schemes, only the address that was registered: %s', async (redirect_uri) => {
    const clientId = await register({ redirect_uris: ['cursor://anysphere.cursor-mcp/oauth/callback'] });
    const page = await openConsent(new Browser(), authorizeUrl(clientId, { redirect_uri }));
    expect(page.url.origin).toBe(worker.origin.origin);
    expect(page.response.status).toBe(400);
  });
});

describe('registration', () => {
  test.each([
    [undefined, ['authorization_code', 'refresh_token']],
    [
      ['authorization_code', 'refresh_token'],
      ['authorization_code', 'refresh_token'],
    ],
    [
      ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
      ['authorization_code', 'refresh_token'],
    ],
    [['authorization_code'], ['authorization_code']],
  ])('with the grant types %j answers %j, and the tokens keep to it', async (asked, answered) => {
    const registration = asked ? { grant_types: asked } : {};
    expect(await (await sendRegistration(registration)).json()).toMatchObject({ grant_types: answered });
    const { refresh_token } = await grant({ registration });
    expect(refresh_token !== undefined).toBe(answered.includes('refresh_token'));
  });

  test.each([
    ['javascript:alert(1)'],
    ['about:blank'],
    ['http://evil.example/cb'],
    ['com.example.app:cb'],
    ['https://app.example/cb#x'],
  ])('refuses %s, also beside a good address', async (uri) => {
    for (const redirect_uris of [[uri], [redirectUri, uri]]) {
      const response = await sendRegistration({ redirect_uris });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_redirect_uri' });
    }
  });

  test.each([{ redirect_uris: [] }, { redirect_uris: 'x' }, { grant_types: 'x' }, { grant_types: ['password'] }])(
    'refuses %j with an error of RFC 7591',
    async (metadata) => {
      const response = await sendRegistration(metadata);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: 'invalid_client_metadata' });
    },
  );
});

describe('a client identified by its metadata document', () => {
  const clientId = 'https://assistant.example/oauth/client.json';

  test('is shown with its verified domain', async () => {
    const page = await openConsent(new Browser(), authorizeUrl(clientId));
    expect(page.text).toContain('is published by assistant.example');
    const done = await page.submit('Allow');
    const answer = await exchange(clientId, done.url.searchParams.get('code') ?? '');
    expect(answer.status).toBe(200);
    const { refresh_token } = (await answer.json()) as TokenAnswer;
    expect((await refresh(clientId, refresh_token)).status).toBe(200);
  });

  test.each([
    ['that cannot be read', 'https://gone.example/client.json'],
    ['that its host only points to', 'https://redirecting.example/client.json'],
    ['about another client', 'https://liar.example/client.json'],
    ['that is too long', 'https://long.example/client.json'],
    ['that is not JSON', 'https://text.example/client.json'],
    ['for clients with keys alone', 'https://keys.example/client.json'],
    ['with a dangerous address only', 'https://danger.example/client.json'],
    ['of an address', 'https://10.0.0.1/client.json'],
    ['of a name that is not public', 'https://router.local/client.json'],
    ['whose address is not plain', 'https://assistant.example/a/../oauth/client.json'],
    ['whose address has no path', 'https://assistant.example/'],
  ])('with a document %s is refused in words', async (_, id) => {
    const page = await openConsent(new Browser(), authorizeUrl(id));
    expect(page.response.status).toBe(400);
    expect(page.text).toContain('could not be verified');
    expect(page.text).not.toContain('published by');
  });

  test('is fetched for nobody who is not signed in, and never for the token endpoint', async () => {
    const id = 'https://stranger.example/client.json';
    const jwt = [{ iss: id }, {}, {}].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const assertion = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    const grants = [
      { grant_type: 'authorization_code', code: 'a:b:c' },
      { grant_type: 'refresh_token', refresh_token: `${'u'.repeat(22)}:g:s` },
      { token: 'a:b:c' },
    ];
    for (const body of grants) {
      expect((await post('/oauth/token', { client_id: id, ...(body as object) })).status).toBe(401);
      const signed = { client_assertion: jwt, client_assertion_type: assertion, ...(body as object) };
      expect((await post('/oauth/token', { client_id: id, ...signed })).status).toBe(401);
    }
    expect((await fetch(authorizeUrl(id), { redirect: 'manual' })).status).toBe(302);
    expect(fetched).not.toContain(id);
  });

  test('is fetched again only after a while, and so often for a network', async () => {
    const { browser } = await signInAs(worker, 'test:documents');
    const open = async (id: string, address: string) => {
      const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ');
      const headers = { Cookie: cookie, 'CF-Connecting-IP': address };
      const response = await worker.fetch(authorizeUrl(id).href, { headers });
      await response.arrayBuffer();
    };
    const count = (id: string) => fetched.filter((url) => url === id).length;
    const numbered = (index: number) => `https://many.example/${index}.json`;
    for (let index = 0; index < 61; index++) await open(numbered(index), '203.0.113.9');
    expect(count(numbered(59))).toBe(1);
    expect(count(numbered(60))).toBe(0);
    await open(numbered(60), '203.0.113.10');
    await open(numbered(60), '203.0.113.10');
    expect(count(numbered(60))).toBe(1);
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

  describe('a refresh', () => {
    const answerOf = async (response: Response) => ({ status: response.status, body: await response.text() });
    const tokensOf = ({ body }: { body: string }) => JSON.parse(body) as TokenAnswer;

    test('gives new tokens, of which the old one is not good any more once the new one is used', async () => {
      const first = await grant();
      const second = tokensOf(await answerOf(await refresh(first.clientId, first.refresh_token)));
      expect(second.refresh_token).not.toBe(first.refresh_token);
      expect((await callMcp(second.access_token)).status).toBe(200);
      const third = tokensOf(await answerOf(await refresh(first.clientId, second.refresh_token)));
      expect((await callMcp(third.access_token)).status).toBe(200);
      expect((await refresh(first.clientId, first.refresh_token)).status).toBe(400);
      expect((await refresh(first.clientId, third.refresh_token)).status).toBe(200);
    });

    test('by many at once gives all of them the same tokens, which work', async () => {
      const { clientId, refresh_token } = await grant();
      const answers = await Promise.all(
        Array.from({ length: 8 }, async () => answerOf(await refresh(clientId, refresh_token))),
      );
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
      const [answer] = answers.map(tokensOf) as [TokenAnswer];
      expect((await callMcp(answer.access_token)).status).toBe(200);
      expect((await refresh(clientId, answer.refresh_token)).status).toBe(200);
    });

    test('repeated after its answer was lost gives the same one, also after the server has restarted', async () => {
      const { clientId, refresh_token, access_token } = await grant();
      const lost = await answerOf(await refresh(clientId, refresh_token));
      await worker.evictHome(access_token.split(':')[0] ?? '', 'close');
      expect(await answerOf(await refresh(clientId, refresh_token))).toEqual(lost);
      expect((await refresh(clientId, tokensOf(lost).refresh_token)).status).toBe(200);
    });

    test('repeated later than a minute is refused, and leaves the newest token alone', async () => {
      const { clientId, refresh_token, access_token } = await grant();
      const [user = ''] = access_token.split(':');
      const newest = tokensOf(await answerOf(await refresh(clientId, refresh_token)));
      const kept = await worker.sql('Home', user, 'SELECT answer, expires_at - ? AS left FROM refresh', Date.now());
      expect(kept.every(({ left }) => Number(left) <= 60_000)).toBe(true);
      for (const { answer } of kept) expect(atob(String(answer).replace(/[-_]/g, 'A'))).not.toContain('access_token');
      await worker.sql('Home', user, 'UPDATE refresh SET expires_at = 1');
      expect((await refresh(clientId, refresh_token)).status).toBe(400);
      expect((await refresh(clientId, newest.refresh_token)).status).toBe(200);
    });

    test('by another client, or with other wishes, is refused and harms nothing', async () => {
      const { clientId, refresh_token } = await grant();
      const newest = tokensOf(await answerOf(await refresh(clientId, refresh_token)));
      expect((await refresh(await register(), refresh_token)).status).toBe(400);
      const narrow = { grant_type: 'refresh_token', client_id: clientId, refresh_token, scope: 'ibkr:read' };
      expect((await post('/oauth/token', narrow)).status).toBe(400);
      expect((await refresh(clientId, newest.refresh_token)).status).toBe(200);
    });

    test('of a grant that is gone is refused, also when it is repeated', async () => {
      const { clientId, refresh_token } = await grant();
      const newest = tokensOf(await answerOf(await refresh(clientId, refresh_token)));
      await post('/oauth/token', { client_id: clientId, token: newest.refresh_token });
      expect((await refresh(clientId, refresh_token)).status).toBe(400);
    });
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

  test.each([
    ['2025-03-26', 2, 200],
    [undefined, 2, 200],
    ['2025-03-26', 21, 400],
    ['2025-06-18', 2, 400],
    ['2025-11-25', 1, 400],
    ['2026-07-28', 2, 400],
  ])('a batch by a client of %s, of %i messages, is %i', async (version, size, status) => {
    const { access_token } = await grant();
    const message = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/list', params: {} });
    const response = await fetch(worker.mcp, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        Authorization: `Bearer ${access_token}`,
        ...(version ? { 'MCP-Protocol-Version': version } : {}),
      },
      body: JSON.stringify(Array.from({ length: size }, (_, id) => message(id))),
    });
    expect(response.status).toBe(status);
    if (status === 400) expect(await response.json()).toMatchObject({ error: { code: -32_600 } });
    else expect((await response.text()).split('get_quotes').length).toBeGreaterThan(size);
  });

  test('what is no POST is answered with the method that is', async () => {
    const { access_token } = await grant();
    for (const method of ['GET', 'DELETE', 'PUT', 'PATCH']) {
      const response = await fetch(worker.mcp, { method, headers: { Authorization: `Bearer ${access_token}` } });
      expect(response.status).toBe(405);
      expect(response.headers.get('Allow')).toBe('POST, OPTIONS');
    }
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
