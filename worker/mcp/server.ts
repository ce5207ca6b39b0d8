import {
  type CallToolResult,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  type Tool,
} from '@modelcontextprotocol/server';
import { ToolError, toToolErrorData } from '../../shared/errors.ts';
import { findTool, tools } from '../../shared/tools/index.ts';
import { parseArguments } from '../../shared/tools/support/arguments.ts';
import { type Scope, scopes, type ToolDefinition } from '../../shared/tools/support/define.ts';
import { listingOf } from '../../shared/tools/support/json-schema.ts';
import { renderError } from '../../shared/tools/support/render.ts';
import type { Toolset } from '../../shared/tools/support/toolsets.ts';
import { version } from '../../shared/version.ts';
import type { ProgressListener } from '../home/home.ts';
import { callHome, cancelAtHome, noteRefusalAtHome, QuestionForHuman, tradesAtHome } from './call-home.ts';
import { askHuman, bringsAnswer, canAsk, decisionOf, verifyState } from './human.ts';

/** What a server needs of the authorized request that it serves. */
export interface ServerRequest {
  readonly userId: string;
  readonly scopes: readonly string[];
  /** What the user chose at consent and the connection asks for. */
  readonly toolsets: readonly Toolset[];
  /** The OAuth grant, which tells one client of the user from another. */
  readonly grant: string;
  /** Which accounts it reaches; all when absent. */
  readonly accounts?: readonly string[];
  readonly era: 'legacy' | 'modern';
}

const reading = [
  'The user’s own Interactive Brokers account through a relay at their home.',
  'Start with get_status when something fails. Name instruments as in AAPL, AAPL@NYSE, SHEL.GBP, EUR.USD, SPX:IND, ESZ6, ES:CONTFUT, BTC.USD:CRYPTO, SPY 20261218 C 600, SPY DEC26 600 P, by conId (265598), or for quotes as a combination (SPY 20261218 C 600 - 2 x SPY 20261218 C 610); every result’s `contract` can be passed into the next call. Other platforms’ symbols work too (VOD.L, ^GSPC, ES=F, BTC/USD); `readAs` then says as what they were read.',
  'Numbers are in the stated currency; delayed data says so.',
].join(' ');

/** How an order comes about; for those who may place any. */
const trading =
  'Orders: preview_order shows costs, margin and limits and gives a ticket; confirm_order submits it, at most once, unless the answer says that a person does. place_order does both where policy allows. After a lost answer never order anew: ask get_order_status, or repeat the same call with the same client_request_id. “unknown” is being found out: wait, do not repeat.';

/**
 * A fresh MCP server for one request. The low-level server, because tools are validated and listed here: the schemas are
 * built once, arguments and failures are typed, and nothing is registered anew for each call.
 */
export function createServer(request: ServerRequest): Server {
  const trades = request.scopes.includes(scopes.trade);
  const server = new Server(
    { name: 'ibkr-remote-mcp', title: 'Interactive Brokers', version },
    {
      instructions: trades ? `${reading} ${trading}` : reading,
      capabilities: { tools: { listChanged: false } },
      requestState: { verify: (state, context) => verifyState(request.userId, request.grant, state, context) },
      // The list depends on the grant and changes with a deployment; that of a grant for trading also with the relay's mode.
      cacheHints: { 'tools/list': { ttlMs: trades ? 30_000 : 300_000, cacheScope: 'private' } },
    },
  );
  server.setRequestHandler('tools/list', async () => {
    const usable = (await mayTrade(request))
      ? request.scopes
      : request.scopes.filter((scope) => scope !== scopes.trade);
    return {
      tools: tools
        .filter((tool) => usable.includes(tool.scope) && request.toolsets.includes(tool.toolset))
        .map((tool) => listingOf(tool) as Tool),
    };
  });
  server.setRequestHandler('tools/call', ({ params }, context) => {
    const tool = findTool(params.name);
    if (!tool)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name.slice(0, 60)}.`);
    return callTool(tool, params.arguments, request, context);
  });
  if (request.era === 'legacy') {
    // 2025-era clients keep their stream open and cancel by a notification, which arrives as a request of its own.
    server.setNotificationHandler('notifications/cancelled', ({ params }) => {
      if (params.requestId !== undefined) cancelAtHome(request.userId, aliasOf(request, params.requestId));
    });
  }
  return server;
}

/** Trade tools are shown where the grant and a relay allow trading; what a relay that is away last said of itself counts. */
async function mayTrade({ scopes: granted, userId }: ServerRequest): Promise<boolean> {
  return granted.includes(scopes.trade) && tradesAtHome(userId);
}

function aliasOf({ grant }: ServerRequest, id: string | number): string {
  return JSON.stringify([grant, id]);
}

async function callTool(
  tool: ToolDefinition,
  raw: unknown,
  request: ServerRequest,
  context: ServerContext,
): Promise<CallToolResult | InputRequiredResult> {
  try {
    requireGrant(request, tool);
    const answer = await callHome(request.userId, tool, argumentsOf(tool, raw, request), {
      signal: context.mcpReq.signal,
      alias: aliasOf(request, context.mcpReq.id),
      accounts: request.accounts,
      onProgress: progressSender(context),
      caller: callerOf(tool, request, context),
    });
    if (answer instanceof QuestionForHuman) {
      return await askHuman(request.userId, request.grant, answer.question, context);
    }
    const result = tool.output.parse(answer);
    return { content: [{ type: 'text', text: tool.render(result) }], structuredContent: result };
  } catch (thrown) {
    if (!(thrown instanceof ToolError)) console.error(`${tool.name} failed`, thrown);
    const error = toToolErrorData(thrown);
    return {
      isError: true,
      content: [{ type: 'text', text: renderError(error) }],
      _meta: { 'ibkr-remote-mcp/error': error },
    };
  }
}

/** Who calls, for what Home runs itself. Only what may change something is ever asked about. */
function callerOf(tool: ToolDefinition, request: ServerRequest, context: ServerContext) {
  const { userId, grant, scopes: granted, era } = request;
  const asks = tool.scope === scopes.trade && era === 'modern';
  const decision = asks ? decisionOf(context) : undefined;
  if (asks && !decision && bringsAnswer(context)) {
    const message = 'Its answer belongs to no question of ours.';
    noteRefusalAtHome(userId, tool.name, grant, { code: 'conflict', message });
  }
  return { grant, scopes: granted, canAsk: asks && canAsk(context), ...(decision && { decision }) };
}

/** The arguments of a call, checked; those of what acts leave a trace where they are refused. */
function argumentsOf(tool: ToolDefinition, raw: unknown, { userId, grant }: ServerRequest): Record<string, unknown> {
  try {
    return parseArguments(tool, raw);
  } catch (thrown) {
    if (tool.scope === scopes.trade) noteRefusalAtHome(userId, tool.name, grant, toToolErrorData(thrown));
    throw thrown;
  }
}

/** Listing by scope is not enough: the check is repeated where the tool runs, and fails closed. What acts leaves a trace. */
function requireGrant({ userId, grant, scopes: granted, toolsets }: ServerRequest, tool: ToolDefinition): void {
  try {
    requireScope(granted, tool.scope);
    requireToolset(toolsets, tool);
  } catch (thrown) {
    if (tool.scope === scopes.trade) noteRefusalAtHome(userId, tool.name, grant, toToolErrorData(thrown));
    throw thrown;
  }
}

function requireScope(granted: readonly string[], needed: Scope): void {
  if (granted.includes(scopes.read) && granted.includes(needed)) return;
  throw new ToolError({
    code: 'insufficient_scope',
    message: `This connection was not granted ${needed}.`,
    nextStep: 'Connect again and grant it on the consent page.',
  });
}

function requireToolset(chosen: readonly Toolset[], { name, toolset }: ToolDefinition): void {
  if (chosen.includes(toolset)) return;
  throw new ToolError({
    code: 'insufficient_scope',
    message: `${name} belongs to the toolset “${toolset}”, which this connection does not have.`,
    nextStep: 'Connect again and choose it on the consent page, or add it to `tools` in the address.',
  });
}

/** Forwards progress to a client that asked for it; losing a notification never fails the call. */
function progressSender(context: ServerContext): ProgressListener | undefined {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return async ({ progress, total, message }) => {
    const params = {
      progressToken,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message ? { message } : {}),
    };
    await context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}
