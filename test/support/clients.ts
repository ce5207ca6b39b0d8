import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { UnauthorizedError as UnauthorizedError2025 } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client as Client2025 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport2025 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Browser, type Page } from './browser.ts';

/** Both generations of MCP clients, each through the real OAuth flow of its own SDK. */
export type Era = '2026-07-28' | '2025-era';
export const eras: readonly Era[] = ['2026-07-28', '2025-era'];

interface Tokens {
  access_token: string;
  refresh_token?: string;
  scope?: string;
}

/** Remembers what an OAuth client must, in memory; valid for either SDK's provider interface. */
export class MemoryAuth {
  readonly redirectUrl = 'http://127.0.0.1:39999/callback';
  readonly clientMetadata = {
    client_name: 'Integration test',
    redirect_uris: [this.redirectUrl],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  authorizationUrl: URL | undefined;
  stored: Tokens | undefined;
  #client: unknown;
  #verifier = '';
  #discovery: unknown;

  clientInformation() {
    return this.#client as never;
  }
  saveClientInformation(client: unknown) {
    this.#client = client;
  }
  tokens() {
    return this.stored as never;
  }
  saveTokens(tokens: unknown) {
    this.stored = tokens as Tokens;
  }
  redirectToAuthorization(url: URL) {
    this.authorizationUrl = url;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  codeVerifier() {
    return this.#verifier;
  }
  saveDiscoveryState(state: unknown) {
    this.#discovery = state;
  }
  discoveryState() {
    return this.#discovery as never;
  }
}

export interface CallOptions {
  signal?: AbortSignal;
  onProgress?: (progress: { progress: number; total?: number | undefined; message?: string | undefined }) => void;
}

/** What a tool call gives, the same for both SDKs. */
export interface CallResult {
  isError?: boolean;
  structuredContent?: Record<string, unknown>;
  content: { type: string; text?: string }[];
  _meta?: Record<string, unknown>;
}

/** A connected client of either generation. */
export interface TestClient {
  readonly auth: MemoryAuth;
  call(name: string, args?: Record<string, unknown>, options?: CallOptions): Promise<CallResult>;
  listTools(): Promise<{ name: string; [key: string]: unknown }[]>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  era: Era;
  /** The MCP endpoint. */
  url: URL;
  /** The signed-in person who consents; default: a new demo user's browser. */
  browser?: Browser;
  trade?: boolean;
  /** Toolsets to leave out at consent. */
  without?: string[];
  /** The accounts to tick at consent; default: all, later ones too. */
  accounts?: string[];
  auth?: MemoryAuth;
}

/** Connects a client: 401, discovery, registration, sign-in, consent form, code exchange. */
export async function connectClient({
  era,
  url,
  browser = new Browser(),
  trade = false,
  without = [],
  accounts = [],
  auth = new MemoryAuth(),
}: ConnectOptions): Promise<TestClient> {
  if (!auth.stored) await authorize({ era, url, auth, browser, trade, without, accounts });
  const timeout = 290_000;
  if (era === '2026-07-28') {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new StreamableHTTPClientTransport(url, { authProvider: auth as never }));
    return {
      auth,
      call: async (name, args = {}, { signal, onProgress } = {}) =>
        (await client.callTool(
          { name, arguments: args },
          { timeout, ...(signal ? { signal } : {}), ...(onProgress ? { onprogress: onProgress } : {}) },
        )) as CallResult,
      // Asked for each time; the client would remember it for as long as the server allows.
      listTools: async () => (await client.listTools(undefined, { cacheMode: 'refresh' })).tools as never,
      close: () => client.close(),
    };
  }
  const client = new Client2025({ name: 'test', version: '1' });
  await client.connect(new Transport2025(url, { authProvider: auth as never }) as never);
  return {
    auth,
    call: async (name, args = {}, { signal, onProgress } = {}) =>
      (await client.callTool({ name, arguments: args }, undefined, {
        timeout,
        ...(signal ? { signal } : {}),
        ...(onProgress ? { onprogress: onProgress } : {}),
      })) as unknown as CallResult,
    listTools: async () => (await client.listTools()).tools as never,
    close: () => client.close(),
  };
}

async function authorize({
  era,
  url,
  auth,
  browser,
  trade,
  without,
  accounts,
}: Required<ConnectOptions>): Promise<void> {
  const transport =
    era === '2026-07-28'
      ? new StreamableHTTPClientTransport(url, { authProvider: auth as never })
      : new Transport2025(url, { authProvider: auth as never });
  const client =
    era === '2026-07-28' ? new Client({ name: 'test', version: '1' }) : new Client2025({ name: 'test', version: '1' });
  try {
    await client.connect(transport as never);
    throw new Error('the server let an unauthorized client in');
  } catch (error) {
    if (!(error instanceof UnauthorizedError || error instanceof UnauthorizedError2025)) throw error;
  }
  const page = await openConsent(browser, auth.authorizationUrl as URL);
  const done = await page.submit('Allow', {
    check: [...(trade ? ['ibkr:trade'] : []), ...accounts],
    uncheck: without,
    fill: accounts.length > 0 ? { accounts: 'some' } : {},
  });
  const code = done.url.searchParams.get('code');
  if (!code) throw new Error(`no authorization code: ${done.url} ${done.text}`);
  // The modern SDK validates RFC 9207's `iss`, so it is given the whole answer.
  if (transport instanceof StreamableHTTPClientTransport) await transport.finishAuth(done.url.searchParams);
  else await transport.finishAuth(code);
  await transport.close();
}

/** Opens the consent page, signing in as the demo user on the way when the browser has no session. */
export async function openConsent(browser: Browser, url: URL): Promise<Page> {
  const page = await browser.open(url);
  return page.url.pathname === '/sign-in' ? page.submit('Continue as the demo user') : page;
}
