import type { AuthInfo } from '@modelcontextprotocol/server';
import { createMcpHandler } from 'agents/mcp/server';
import { findTool } from '../../shared/tools/index.ts';
import { createServer, type ServerRequest } from './server.ts';

/** What an access token carries besides its scopes. */
export interface GrantProps {
  userId: string;
}

/** What the OAuth provider adds to the context of an authorized request. */
export interface AuthorizedContext {
  readonly props: GrantProps;
  readonly auth: { token: string; audience: string; expiresAt?: number; scope: string[]; clientId: string };
}

const loopbackHosts = ['localhost', '127.0.0.1', '[::1]'];

const smallBodyBytes = 65_536;

/** Calls that may take longer than this answer as a stream, on which a client's leaving is noticed. */
const streamAfterMs = 30_000;

/**
 * The MCP endpoint of one origin, to be mounted behind the OAuth provider: stateless, for 2026-07-28 and 2025-era
 * clients. Requests with a foreign Host or Origin are refused.
 */
export function mcpHandler(origin: URL): (request: Request, context: AuthorizedContext) => Promise<Response> {
  const ownHosts = loopbackHosts.includes(origin.hostname) ? loopbackHosts : [origin.hostname];
  const handlerOf = (responseMode: 'auto' | 'sse') =>
    createMcpHandler(({ authInfo, era }) => createServer({ ...authorized(authInfo), era }), {
      route: '/mcp',
      allowedHostnames: ownHosts,
      allowedOriginHostnames: ownHosts,
      responseMode,
      // A client that has left is noticed when something is written to it.
      keepAliveMs: 1_000,
      onerror: (error) => console.warn('mcp', error.message),
    });
  const [quick, streaming] = [handlerOf('auto'), handlerOf('sse')];
  return async (request, context) => {
    const body = await readSmallBody(request);
    const tool = findTool(toolNameOf(body.parsed) ?? '');
    const handler = tool && tool.timeoutMs > streamAfterMs ? streaming : quick;
    const authInfo = authInfoOf(context);
    return handler.fetch(
      body.request,
      body.parsed === undefined ? { authInfo } : { authInfo, parsedBody: body.parsed },
    );
  };
}

/**
 * Reads an ordinary request once, here; the libraries behind would each read and parse their own copy. What is large,
 * of unknown size or not JSON is left to them to judge.
 */
async function readSmallBody(request: Request): Promise<{ request: Request; parsed?: unknown }> {
  const length = Number(request.headers.get('Content-Length') ?? Number.NaN);
  if (request.method !== 'POST' || !(length <= smallBodyBytes)) return { request };
  const text = await request.text();
  try {
    return { request, parsed: JSON.parse(text) as unknown };
  } catch {
    return { request: new Request(request, { body: text }) };
  }
}

function toolNameOf(message: unknown): string | undefined {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
  return method === 'tools/call' && typeof params?.name === 'string' ? params.name : undefined;
}

/** Fails closed: nothing behind this point runs without an authorized user. */
function authorized(authInfo: AuthInfo | undefined): Omit<ServerRequest, 'era'> {
  const props = authInfo?.extra?.props as GrantProps | undefined;
  if (!authInfo || typeof props?.userId !== 'string') throw new Error('No authorized user.');
  const [, grant = ''] = authInfo.token.split(':');
  return { userId: props.userId, scopes: authInfo.scopes, grant };
}

function authInfoOf({ props, auth }: AuthorizedContext): AuthInfo {
  return {
    token: auth.token,
    clientId: auth.clientId,
    scopes: [...auth.scope],
    resource: new URL(auth.audience),
    extra: { props },
    ...(auth.expiresAt === undefined ? {} : { expiresAt: auth.expiresAt }),
  };
}
