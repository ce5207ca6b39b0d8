import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ConnectorCase, connectorCases } from './connectors.cases.ts';
import { Authenticator } from './support/authenticator.ts';
import { Browser } from './support/browser.ts';
import { PasskeyPerson } from './support/passkeys.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/**
 * Every assistant's own requests, from the first 401 to a refreshed token, against a deployment on the real runtime.
 * Requests are sent as browsers send them where a page does: a preflight first, and only what CORS lets through is read.
 */

const origin = 'https://ibkr.example.com';
const setupCode = 'correct-horse-battery-staple';
const authenticator = new Authenticator(origin);
const documents = new Map(
  connectorCases.flatMap(({ client }) =>
    'id' in client ? [[client.id, { client_id: client.id, ...client.document }]] : [],
  ),
);
let worker: TestWorker;

beforeAll(async () => {
  worker = await startWorker({
    vars: { SETUP_CODE: setupCode },
    internet: (url) => {
      const document = documents.get(url);
      return document ? Response.json(document) : new Response('', { status: 404 });
    },
  });
});
afterAll(() => worker.close());

type Init = { method?: string; headers?: Record<string, string>; body?: string };

/** Headers that a page may set without asking. */
const simpleHeaders = ['accept', 'content-type', 'user-agent', 'origin'];

/** Sends what the client sends; as a page, by the rules of the Fetch standard for other origins. */
function sender({ origin: page, userAgent }: Pick<ConnectorCase, 'origin' | 'userAgent'>) {
  return async (path: string, { method = 'GET', headers = {}, body }: Init = {}): Promise<Response> => {
    const url = new URL(path, origin).href;
    const all = { ...headers, 'User-Agent': userAgent, ...(page ? { Origin: page } : {}) };
    if (page) await preflight(url, page, method, headers);
    const response = await worker.fetch(url, { method, headers: all, redirect: 'manual', ...(body ? { body } : {}) });
    if (page) {
      expect(['*', page]).toContain(response.headers.get('Access-Control-Allow-Origin'));
      expect(response.headers.get('Vary')).toMatch(/\bOrigin\b/i);
      expect(response.headers.get('Access-Control-Allow-Credentials')).toBeNull();
      expect(response.headers.get('Access-Control-Expose-Headers')).toMatch(/www-authenticate.*mcp-session-id/i);
    }
    return response;
  };
}

async function preflight(url: string, page: string, method: string, headers: Record<string, string>): Promise<void> {
  const json = Object.entries(headers).some(([name, value]) => /^content-type$/i.test(name) && /json/.test(value));
  const asked = Object.keys(headers).map((name) => name.toLowerCase());
  const unsafe = asked.filter((name) => !simpleHeaders.includes(name) || (name === 'content-type' && json));
  if (unsafe.length === 0 && ['GET', 'POST'].includes(method)) return;
  const response = await worker.fetch(url, {
    method: 'OPTIONS',
    headers: {
      Origin: page,
      'Access-Control-Request-Method': method,
      'Access-Control-Request-Headers': unsafe.join(','),
    },
  });
  expect(response.ok).toBe(true);
  expect(['*', page]).toContain(response.headers.get('Access-Control-Allow-Origin'));
  const list = (name: string) => (response.headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/);
  expect([...list('Access-Control-Allow-Methods'), 'get', 'post']).toContain(method.toLowerCase());
  // Named one by one: the wildcard does not stand for all of them everywhere.
  for (const name of unsafe) expect(list('Access-Control-Allow-Headers')).toContain(name);
  expect(Number(response.headers.get('Access-Control-Max-Age'))).toBeGreaterThan(0);
}

/** How the client opens, and what it calls then. */
function mcpRequest(opens: ConnectorCase['opens'], method: string, params: object = {}): Init {
  const clientInfo = { name: 'case', version: '1' };
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
  };
  if (opens === '2026-07-28') {
    const meta = {
      'io.modelcontextprotocol/protocolVersion': opens,
      'io.modelcontextprotocol/clientCapabilities': {},
      'io.modelcontextprotocol/clientInfo': clientInfo,
    };
    Object.assign(headers, { 'MCP-Protocol-Version': opens, 'Mcp-Method': method });
    return {
      method: 'POST',
      headers,
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
    };
  }
  if (method === 'initialize') Object.assign(params, { protocolVersion: opens, capabilities: {}, clientInfo });
  else headers['MCP-Protocol-Version'] = opens;
  return { method: 'POST', headers, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }) };
}

async function messageOf(response: Response): Promise<{ result?: Record<string, unknown>; error?: unknown }> {
  const text = await response.text();
  return JSON.parse(/^data: (\{.*)$/m.exec(text)?.[1] ?? text) as never;
}

/** The owner in a browser of their own: sets the server up at first, and comes back by the same passkey. */
async function owner(): Promise<Browser> {
  const browser = new Browser((url, init) => worker.fetch(url, init));
  const person = new PasskeyPerson(origin, authenticator, browser);
  const first = (await browser.open(`${origin}/sign-in`)).url.pathname === '/setup';
  const outcome = first ? await person.enrol({ by: 'setup', code: setupCode, name: 'Ada' }) : await person.signIn();
  expect(outcome.status).toBe(200);
  return browser;
}

const form = (fields: Record<string, string>): Init => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
});

describe.each(connectorCases.map((one) => [one.name, one] as const))('%s', (_, connector) => {
  test('connects, lists the tools, calls one and refreshes', async () => {
    const { client, redirectUri, path = '/mcp', opens, moreScopes = [] } = connector;
    const send = sender(connector);
    const opening = opens === '2026-07-28' ? 'server/discover' : 'initialize';

    const refused = await send(path, mcpRequest(opens, opening));
    expect(refused.status).toBe(401);
    const challenge = refused.headers.get('WWW-Authenticate') ?? '';
    const [, metadataUrl = ''] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
    const [, scope = ''] = /scope="([^"]+)"/.exec(challenge) ?? [];
    const resource = (await (await send(metadataUrl)).json()) as { resource: string; authorization_servers: string[] };
    expect(resource.resource).toBe(origin + path);
    const [issuer = ''] = resource.authorization_servers;
    const server = (await (await send(`${issuer}/.well-known/oauth-authorization-server`)).json()) as Record<
      string,
      never
    >;
    expect(server.issuer).toBe(issuer);
    expect(server.code_challenge_methods_supported).toContain('S256');
    expect(server.token_endpoint_auth_methods_supported).toContain('none');

    let clientId: string;
    if ('id' in client) {
      expect(server.client_id_metadata_document_supported).toBe(true);
      clientId = client.id;
    } else {
      const registered = await send(server.registration_endpoint as never, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(client.registers),
      });
      expect(registered.status).toBe(201);
      const answer = (await registered.json()) as Record<string, unknown>;
      expect(answer).toMatchObject({
        redirect_uris: client.registers.redirect_uris,
        token_endpoint_auth_method: 'none',
      });
      expect(answer.grant_types).toEqual(['authorization_code', 'refresh_token']);
      expect(answer).not.toHaveProperty('client_secret');
      clientId = String(answer.client_id);
    }

    const verifier = randomBytes(32).toString('base64url');
    const authorize = new URL(server.authorization_endpoint as never);
    authorize.search = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      state: 'a state/+&=',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      resource: resource.resource,
      scope: [scope, ...moreScopes].join(' '),
    }).toString();
    const consent = await (await owner()).open(authorize);
    expect(consent.text).toContain(`Access will be sent to ${connector.goesTo}`);
    expect(consent.text).toContain(
      'id' in client ? `is published by ${new URL(client.id).host}` : 'name is not verified',
    );
    expect(consent.html).toMatch(/value="ibkr:trade"(?![^>]*checked)/);
    const back = (await consent.submit('Allow')).url;
    expect(back.href.split('?')[0]).toBe(redirectUri);
    expect(back.searchParams.get('state')).toBe('a state/+&=');
    expect(back.searchParams.get('iss')).toBe(issuer);

    const tokenRequest = { client_id: clientId, resource: resource.resource };
    const exchange = form({
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
      ...tokenRequest,
    });
    const tokens = (await (await send(server.token_endpoint as never, exchange)).json()) as Record<string, string>;
    // It asked for all that the challenge named; trading was not ticked.
    expect(scope).toBe('ibkr:read ibkr:trade');
    expect(tokens.scope).toBe(['ibkr:read', ...moreScopes].join(' '));

    const call = async (token = '', method: string, params: object = {}) => {
      const request = mcpRequest(opens, method, params);
      const headers: Record<string, string> = { ...request.headers, Authorization: `Bearer ${token}` };
      if (opens === '2026-07-28' && 'name' in params) headers['Mcp-Name'] = String(params.name);
      const response = await send(path, { ...request, headers });
      expect(response.status).toBe(200);
      return messageOf(response);
    };
    const opened = await call(tokens.access_token, opening);
    expect(JSON.stringify(opened.result)).toContain('ibkr-remote-mcp');
    expect(JSON.stringify((await call(tokens.access_token, 'tools/list')).result)).toContain('get_quotes');
    const refresh = form({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '', ...tokenRequest });
    const renewed = (await (await send(server.token_endpoint as never, refresh)).json()) as Record<string, string>;
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    const status = await call(renewed.access_token, 'tools/call', { name: 'get_status', arguments: {} });
    expect(status.result).toMatchObject({ structuredContent: { ok: false } });
  });
});

describe('what assistants and browsers come upon by the way', () => {
  const send = sender({ userAgent: 'x' });
  const page = sender({ userAgent: 'x', origin: 'https://claude.ai' });

  test.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server/mcp', '/.well-known/x'])(
    '%s does not exist, and pages may read that',
    async (path) => {
      expect((await page(path)).status).toBe(404);
    },
  );

  test.each(['/favicon.ico', '/robots.txt', '/apple-touch-icon.png', '/nowhere', '/mcp/nowhere'])(
    '%s does not exist, signed in or not',
    async (path) => {
      expect((await send(path)).status).toBe(404);
    },
  );

  test('the connector’s address in a browser says what it is for', async () => {
    const response = await send('/mcp', { headers: { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('Paste it there as a custom connector');
    expect(text).toContain(`${origin}/mcp`);
    expect((await send('/mcp', { headers: { Accept: 'text/event-stream' } })).status).toBe(401);
  });

  test.each(['/oauth/token', '/oauth/register', '/relay/pair'])(
    'GET %s names the method that is allowed',
    async (path) => {
      const response = await send(path);
      expect(response.status).toBe(405);
      expect(response.headers.get('Allow')).toContain('POST');
    },
  );

  test.each([
    ['/people/invitations', 'application/json', '{}', 415],
    ['/people/invitations', 'text/plain', 'x', 415],
    ['/people/invitations', 'multipart/form-data', 'x', 400],
    ['/webhook', 'application/json', '{}', 415],
    ['/authorize', 'application/json', '{}', 415],
  ])('a form at %s that is %s is refused', async (path, type, body, status) => {
    const { response } = await (await owner()).open(origin + path, {
      method: 'POST',
      headers: { 'Content-Type': type, Origin: origin },
      body,
    });
    expect(response.status).toBe(status);
  });

  test('pages with cookies are not open to other origins', async () => {
    for (const path of ['/', '/authorize', '/sign-in', '/relays', '/relay']) {
      const response = await worker.fetch(origin + path, {
        headers: { Origin: 'https://claude.ai' },
        redirect: 'manual',
      });
      expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
    }
  });

  test('a preflight allows the headers of tools’ own parameters', async () => {
    await preflight(`${origin}/mcp`, 'https://claude.ai', 'POST', {
      Authorization: '',
      'Mcp-Param-Region': '',
      'Last-Event-ID': '',
      'Mcp-Session-Id': '',
    });
    await preflight(`${origin}/mcp`, 'https://claude.ai', 'DELETE', { Authorization: '' });
  });

  test.each(['https://evil.example', 'null', 'https://localhost.evil.example', 'vscode-file://vscode-app'])(
    'a server on loopback refuses the page of %s, with and without a preflight',
    async (foreign) => {
      for (const method of ['OPTIONS', 'POST']) {
        const response = await fetch(worker.mcp, { method, headers: { Origin: foreign } });
        expect(response.status).toBe(403);
        expect(response.headers.get('Access-Control-Allow-Origin')).toBeNull();
      }
      const own = await fetch(worker.mcp, { method: 'POST', headers: { Origin: 'http://localhost:6274' } });
      expect(own.status).toBe(401);
    },
  );
});
