import type { AuthInfo } from '@modelcontextprotocol/server';
import { createMcpHandler } from 'agents/mcp/server';
import { ToolError } from '../../shared/errors.ts';
import { loopbackHosts } from '../../shared/loopback.ts';
import { findTool } from '../../shared/tools/index.ts';
import { renderError } from '../../shared/tools/support/render.ts';
import { parseToolsets, type Toolset, toolsetNames } from '../../shared/tools/support/toolsets.ts';
import { createServer, type ServerRequest } from './server.ts';

/** What an access token carries besides its scopes. */
export interface GrantProps {
  userId: string;
  /** The toolsets chosen at consent; all of them when absent. */
  toolsets?: readonly Toolset[];
}

/** What the OAuth provider adds to the context of an authorized request. */
export interface AuthorizedContext {
  readonly props: GrantProps;
  readonly auth: { token: string; audience: string; expiresAt?: number; scope: string[]; clientId: string };
}

const smallBodyBytes = 65_536;

/** Calls that may take longer than this answer as a stream, on which a client's leaving is noticed. */
const streamAfterMs = 30_000;

/**
 * The MCP endpoint of one origin, to be mounted behind the OAuth provider: stateless, for 2026-07-28 and 2025-era
 * clients. Requests with a foreign Host or Origin are refused.
 */
export function mcpHandler(origin: URL): (request: Request, context: AuthorizedContext) => Promise<Response> {
  const ownHosts = loopbackHosts.includes(origin.hostname) ? [...loopbackHosts] : [origin.hostname];
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
    let asked: readonly Toolset[];
    try {
      asked = toolsetsOf(new URL(request.url));
    } catch (error) {
      if (error instanceof ToolError) return refusal(error);
      throw error;
    }
    const authInfo = authInfoOf(context, asked);
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

/** `/mcp?tools=core,options` narrows what a connection lists. @throws ToolError for unknown toolsets */
function toolsetsOf({ searchParams }: URL): readonly Toolset[] {
  const text = searchParams.get('tools');
  return text === null ? toolsetNames : parseToolsets(text);
}

function refusal({ data }: ToolError): Response {
  const error = { code: -32_602, message: renderError(data) };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 400 });
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
  const asked = authInfo.extra?.toolsets as readonly Toolset[];
  const toolsets = asked.filter((name) => props.toolsets?.includes(name) ?? true);
  return { userId: props.userId, scopes: authInfo.scopes, toolsets, grant };
}

function authInfoOf({ props, auth }: AuthorizedContext, toolsets: readonly Toolset[]): AuthInfo {
  return {
    token: auth.token,
    clientId: auth.clientId,
    scopes: [...auth.scope],
    resource: new URL(auth.audience),
    extra: { props, toolsets },
    ...(auth.expiresAt === undefined ? {} : { expiresAt: auth.expiresAt }),
  };
}
