import { OAuthProvider } from '@cloudflare/workers-oauth-provider';
import { scopes } from '../../shared/tools/support/define.ts';
import { readRegistration } from '../clients/registration.ts';
import { supportedScopes } from '../clients/scope.ts';
import type { Env } from '../env.ts';
import { type AuthorizedContext, mcpHandler } from '../mcp/handler.ts';
import { pages } from '../pages/app.tsx';
import { canonicalForm, canonicalRequest, inTermsOf } from './resource-names.ts';
import { exchangeToken } from './token-endpoint.ts';

const days = 86_400;

/** The paths that the OAuth library and we agree on. */
export const oauthPaths = {
  authorize: '/authorize',
  token: '/oauth/token',
  register: '/oauth/register',
  serverMetadata: '/.well-known/oauth-authorization-server',
} as const;

/** Answers everything but the relay's endpoints, for one origin. */
export interface OriginServer {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response>;
}

/** Authorization server and protected resource of one origin: the OAuth library, and what it leaves open. */
export function originServer(origin: URL): OriginServer {
  const provider = oauthProvider(origin);
  return {
    async fetch(request, env, ctx) {
      const called = new URL(request.url);
      if (isVisit(request, called)) return pages.fetch(request, env, ctx);
      if (/^\/mcp\/./.test(called.pathname)) return new Response('There is nothing here.\n', { status: 404 });
      const forward = (next: Request) => provider.fetch(canonicalRequest(next), env, ctx);
      switch (called.pathname) {
        case oauthPaths.register: {
          if (request.method !== 'POST') return forward(request);
          const registration = await readRegistration(request);
          return registration instanceof Response ? registration : forward(registration);
        }
        case oauthPaths.token:
          return exchangeToken(await canonicalForm(request), env, forward);
        case oauthPaths.serverMetadata:
          return withDocuments(await forward(request));
        default:
          return inTermsOf(called, await forward(request));
      }
    },
  };
}

/** A person who opens the connector's address in a browser. */
function isVisit({ method, headers }: Request, { pathname }: URL): boolean {
  return (
    pathname === '/mcp' &&
    method === 'GET' &&
    !headers.has('Authorization') &&
    (headers.get('Accept') ?? '').includes('text/html')
  );
}

/** The library does not know that clients may be named by documents, because it must not fetch them by itself. */
async function withDocuments(response: Response): Promise<Response> {
  if (response.status !== 200 || response.body === null) return response;
  const metadata = (await response.json()) as Record<string, unknown>;
  return new Response(JSON.stringify({ ...metadata, client_id_metadata_document_supported: true }), response);
}

function oauthProvider(origin: URL): OAuthProvider<Env> {
  const mcp = mcpHandler(origin);
  return new OAuthProvider<Env>({
    apiRoute: '/mcp',
    apiHandler: {
      fetch: (request: Request, _env: Env, ctx: ExecutionContext) => mcp(request, ctx as unknown as AuthorizedContext),
    },
    defaultHandler: { fetch: (request: Request, env: Env, ctx: ExecutionContext) => pages.fetch(request, env, ctx) },
    authorizeEndpoint: oauthPaths.authorize,
    tokenEndpoint: oauthPaths.token,
    clientRegistrationEndpoint: oauthPaths.register,
    // Desktop apps are called back by schemes of their own; which ones may be is decided in worker/clients.
    allowPrivateUseRedirectUris: true,
    scopesSupported: [...supportedScopes],
    // Clients ask for what is named here and nothing else, so trading must be named to be offered; it is granted by a tick only.
    requiredScopes: [scopes.read, scopes.trade],
    resourceMetadata: {
      resource: new URL('/mcp', origin).href,
      authorization_servers: [origin.origin],
      bearer_methods_supported: ['header'],
      resource_name: 'ibkr-remote-mcp',
    },
    accessTokenTTL: 3_600,
    // A connector in use stays connected; one that is forgotten for sixty days does not.
    refreshTokenIdleTTL: 60 * days,
    tokenExchangeCallback: async ({ grantType, clientId, env }) =>
      grantType === 'authorization_code' && !(await mayRefresh(env as Env, clientId))
        ? { refreshTokenTTL: 0 }
        : undefined,
    // The library warns about every refused request by default, with text chosen by the client.
    onError: ({ code, status, internal }) => {
      console.warn('oauth', code, status, internal?.category, internal?.reason);
    },
  });
}

/** Whether the client is registered for refresh tokens; the library gives them to everybody. */
async function mayRefresh(env: Env, clientId: string): Promise<boolean> {
  const client = await env.OAUTH_KV.get<{ grantTypes?: string[] }>(`client:${clientId}`, { type: 'json' });
  return client?.grantTypes?.includes('refresh_token') ?? true;
}
