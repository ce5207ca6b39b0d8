import { isLoopback } from '../shared/loopback.ts';
import { networkOf } from './edge/attempts.ts';
import { withBoundedBody } from './edge/bounded-body.ts';
import { isForeignToLoopback, isOpenToOrigins, preflight, withCors } from './edge/cors.ts';
import type { Env } from './env.ts';
import { durableKv } from './oauth/durable-kv.ts';
import { type OriginServer, oauthPaths, originServer } from './oauth/provider.ts';
import { changeRelayKey, connectRelay, pairRelay } from './relay-endpoints.ts';
import { isStorageError } from './storage/errors.ts';

export { Directory } from './directory.ts';
export { Home } from './home/home.ts';
export { AuthStore } from './storage/auth-store.ts';

/** Issuer and resource are bound to an origin; a deployment has one or two (workers.dev and its own domain). */
const servers = new Map<string, OriginServer>();
const maxOrigins = 8;

/** Larger than any form, token request or registration; `/mcp` has its own bound. */
const maxBodyBytes = 32_768;

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const url = new URL(request.url);
    if (!isOpenToOrigins(url.pathname)) return answer(request, url, env, ctx);
    if (url.pathname.startsWith('/mcp') && isForeignToLoopback(request, url)) {
      return new Response('Pages of other origins may not use a server on this machine.\n', { status: 403 });
    }
    if (request.method === 'OPTIONS') return withCors(preflight(request), request);
    return withCors(await answer(request, url, env, ctx), request);
  },
} satisfies ExportedHandler<Env>;

async function answer(request: Request, url: URL, env: Env, ctx: ExecutionContext): Promise<Response> {
  try {
    return await route(request, url, env, ctx);
  } catch (thrown) {
    if (!isStorageError(thrown)) throw thrown;
    console.error(thrown.code, thrown.message);
    return Response.json({ error: thrown.code, error_description: thrown.message }, { status: 503 });
  }
}

/** Which path goes where: the relay's endpoints, and everything else to the server of its origin. */
async function route(request: Request, url: URL, env: Env, ctx: ExecutionContext): Promise<Response> {
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return toHttps(request, url);
  if (env.PUBLIC_ORIGIN && url.origin !== new URL(env.PUBLIC_ORIGIN).origin) {
    return new Response(`This server is at ${env.PUBLIC_ORIGIN}.\n`, { status: 421 });
  }
  const bounded = /^\/mcp\/?$/.test(url.pathname) ? request : await withBoundedBody(request, maxBodyBytes);
  if (!bounded) return new Response('That is too large.\n', { status: 413 });
  if (url.pathname === '/relay') return connectRelay(bounded, env);
  if (url.pathname === '/relay/pair') return pairRelay(bounded, env);
  if (url.pathname === '/relay/key') return changeRelayKey(bounded, env);
  if (url.pathname === oauthPaths.register && !(await mayRegister(bounded, env))) {
    return Response.json(
      { error: 'temporarily_unavailable', error_description: 'Too many registrations; try again in an hour.' },
      { status: 429 },
    );
  }
  return serverFor(url).fetch(bounded, { ...env, OAUTH_KV: durableKv(env) } as Env, ctx);
}

/** Registering is open to everybody, so it is counted by address; only a local runtime gives none. */
async function mayRegister(request: Request, env: Env): Promise<boolean> {
  const from = networkOf(request);
  return (
    request.method !== 'POST' || from === undefined || env.DIRECTORY.getByName('directory').countRegistration(from)
  );
}

/** Tokens and cookies travel encrypted or not at all; only a page can be moved, since a client's secret is already spilt. */
function toHttps(request: Request, url: URL): Response {
  if (request.method !== 'GET') return new Response('Use https.\n', { status: 403 });
  url.protocol = 'https:';
  return Response.redirect(url.href, 308);
}

function serverFor(url: URL): OriginServer {
  let server = servers.get(url.origin);
  if (!server) {
    server = originServer(new URL(url.origin));
    if (servers.size >= maxOrigins) servers.clear();
    servers.set(url.origin, server);
  }
  return server;
}
