import { OAuthProvider } from '@cloudflare/workers-oauth-provider';
import { scopes } from '../../shared/tools/support/define.ts';
import type { Env } from '../env.ts';
import { type AuthorizedContext, mcpHandler } from '../mcp/handler.ts';
import { pages } from '../pages/app.tsx';

const days = 86_400;

/** Everything this authorization server can grant. `offline_access` is listed here because hosts look for it here. */
export const supportedScopes = [scopes.read, scopes.trade, 'offline_access'];

/** The paths that the OAuth library and we agree on. */
export const oauthPaths = { authorize: '/authorize', token: '/oauth/token', register: '/oauth/register' } as const;

/** Authorization server and protected resource of one origin. */
export function oauthProvider(origin: URL): OAuthProvider<Env> {
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
    clientIdMetadataDocumentEnabled: true,
    scopesSupported: supportedScopes,
    requiredScopes: [scopes.read],
    resourceMetadata: {
      resource: new URL('/mcp', origin).href,
      authorization_servers: [origin.origin],
      bearer_methods_supported: ['header'],
      resource_name: 'ibkr-remote-mcp',
    },
    accessTokenTTL: 3_600,
    // A connector in use stays connected; one that is forgotten for sixty days does not.
    refreshTokenIdleTTL: 60 * days,
    // The library warns about every refused request by default, with text chosen by the client.
    onError: ({ code, status, internal }) => {
      console.warn('oauth', code, status, internal?.category, internal?.reason);
    },
  });
}
