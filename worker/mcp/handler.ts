import { insufficientScope } from '@cloudflare/workers-oauth-provider';
import type { AuthInfo } from '@modelcontextprotocol/server';
import { createMcpHandler } from 'agents/mcp/server';
import { ToolError } from '../../shared/errors.ts';
import { loopbackHosts } from '../../shared/loopback.ts';
import { findTool } from '../../shared/tools/index.ts';
import { scopes, type ToolDefinition } from '../../shared/tools/support/define.ts';
import { renderError } from '../../shared/tools/support/render.ts';
import { parseToolsets, type Toolset, toolsetNames } from '../../shared/tools/support/toolsets.ts';
import { withBoundedBody } from '../edge/bounded-body.ts';
import { noteRefusalAtHome } from './call-home.ts';
import { createServer, type ServerRequest } from './server.ts';

/** What an access token carries besides its scopes. */
export interface GrantProps {
  userId: string;
  /** The toolsets chosen at consent; all of them when absent. */
  toolsets?: readonly Toolset[];
  /** The accounts chosen at consent; all of them, later ones too, when absent. */
  accounts?: readonly string[];
}

/** What the OAuth provider adds to the context of an authorized request. */
export interface AuthorizedContext {
  readonly props: GrantProps;
  readonly auth: { token: string; audience: string; expiresAt?: number; scope: string[]; clientId: string };
}

/** Far more than any arguments; a call's have a bound of their own. */
const maxBodyBytes = 4_194_304;

const batchRevision = '2025-03-26';
const maxBatch = 20;

/** Calls that may take longer than this answer as a stream, on which a client's leaving is noticed. */
const streamAfterMs = 30_000;

/**
 * The MCP endpoint of one origin, to be mounted behind the OAuth provider: stateless, for 2026-07-28 and 2025-era
 * clients. On loopback, requests with a foreign Host are refused; which origins may come is decided in front of it.
 */
export function mcpHandler(origin: URL): (request: Request, context: AuthorizedContext) => Promise<Response> {
  // Names that lead to this machine are checked; anywhere else a request has come to its own host, or it had not come.
  const hosts = loopbackHosts.includes(origin.hostname) ? { allowedHostnames: [...loopbackHosts] } : {};
  const handlerOf = (responseMode: 'auto' | 'sse') =>
    createMcpHandler(({ authInfo, era }) => createServer({ ...authorized(authInfo), era }), {
      route: '/mcp',
      ...hosts,
      allowedOriginHostnames: '*',
      corsOptions: false,
      responseMode,
      // A client that has left is noticed when something is written to it.
      keepAliveMs: 1_000,
      onerror: (error) => console.warn('mcp', error.message),
    });
  const [quick, streaming] = [handlerOf('auto'), handlerOf('sse')];
  return async (request, context) => {
    if (request.method !== 'POST') return postOnly();
    const body = await readBody(request);
    if (!body) return failure(413, -32_600, `A request is at most ${maxBodyBytes} bytes.`);
    if (isBatchAmiss(body.parsed, request)) {
      return failure(400, -32_600, 'Send one message a request: this revision of MCP has no batches.');
    }
    const tool = findTool(toolNameOf(body.parsed) ?? '');
    if (tool && !context.auth.scope.includes(tool.scope)) {
      if (tool.scope === scopes.trade) {
        const refused = { code: 'insufficient_scope', message: notGranted(tool) } as const;
        noteRefusalAtHome(context.props.userId, tool.name, grantOf(context.auth.token), refused);
      }
      return insufficientScope(context.auth, Object.values(scopes), notGranted(tool));
    }
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
 * Reads a request once, here; the libraries behind would each read and parse their own copy. What is not JSON is left to
 * them to refuse.
 *
 * @returns undefined when it is too large
 */
async function readBody(request: Request): Promise<{ request: Request; parsed?: unknown } | undefined> {
  const bounded = await withBoundedBody(request, maxBodyBytes);
  if (!bounded) return undefined;
  const text = await bounded.text();
  try {
    return { request, parsed: JSON.parse(text) as unknown };
  } catch {
    return { request: new Request(request, { body: text }) };
  }
}

/**
 * Several messages in one body were part of MCP in 2025-03-26 alone, which is also the revision of who names none. The
 * libraries take them from everybody.
 */
function isBatchAmiss(message: unknown, { headers }: Request): boolean {
  if (!Array.isArray(message)) return false;
  return message.length > maxBatch || (headers.get('MCP-Protocol-Version') ?? batchRevision) !== batchRevision;
}

/** `/mcp?tools=core,options` narrows what a connection lists. @throws ToolError for unknown toolsets */
function toolsetsOf({ searchParams }: URL): readonly Toolset[] {
  const text = searchParams.get('tools');
  return text === null ? toolsetNames : parseToolsets(text);
}

function refusal({ data }: ToolError): Response {
  return failure(400, -32_602, renderError(data));
}

function notGranted({ name, scope }: ToolDefinition): string {
  return `${name} needs ${scope}, which this connection was not granted: connect again and tick it on the consent page.`;
}

/** There are no sessions to listen to or to end. */
function postOnly(): Response {
  return failure(405, -32_000, 'Method not allowed: MCP is spoken here by POST.', { Allow: 'POST, OPTIONS' });
}

function failure(status: number, code: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code, message } }, { status, headers });
}

function toolNameOf(message: unknown): string | undefined {
  const { method, params } = (message ?? {}) as { method?: unknown; params?: { name?: unknown } };
  return method === 'tools/call' && typeof params?.name === 'string' ? params.name : undefined;
}

/** Fails closed: nothing behind this point runs without an authorized user. */
function authorized(authInfo: AuthInfo | undefined): Omit<ServerRequest, 'era'> {
  const props = authInfo?.extra?.props as GrantProps | undefined;
  if (!authInfo || typeof props?.userId !== 'string') throw new Error('No authorized user.');
  const grant = grantOf(authInfo.token);
  const asked = authInfo.extra?.toolsets as readonly Toolset[];
  const toolsets = asked.filter((name) => props.toolsets?.includes(name) ?? true);
  const { userId, accounts } = props;
  return { userId, scopes: authInfo.scopes, toolsets, grant, ...(accounts && { accounts }) };
}

/** Tokens are `user:grant:secret`. */
function grantOf(token: string): string {
  return token.split(':')[1] ?? '';
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
