import { McpServer, type ServerContext, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ToolError, toToolErrorData } from '../../shared/errors.ts';
import { inputJsonSchema, parseArguments } from '../../shared/tools/arguments.ts';
import { type Scope, scopes, type ToolDefinition } from '../../shared/tools/define.ts';
import { findTool, tools } from '../../shared/tools/index.ts';
import { renderError } from '../../shared/tools/render.ts';
import { version } from '../../shared/version.ts';
import type { CallProgress } from '../home/home.ts';
import { callHome, cancelAtHome } from './call-home.ts';

/** What a server needs of the authorized request that it serves. */
export interface ServerRequest {
  readonly userId: string;
  readonly scopes: readonly string[];
  /** The OAuth grant, which tells one client of the user from another. */
  readonly grant: string;
  readonly era: 'legacy' | 'modern';
  /** The tool that the request names in its headers, if it does. */
  readonly toolName: string | null | undefined;
}

const instructions = [
  'Read access to the user’s own Interactive Brokers account through a relay at their home.',
  'Start with get_status when something fails. Name instruments as in AAPL, EUR.USD, SPX:IND, ESZ6 or SPY 20261218 C 600; every result’s `contract` can be passed into the next call.',
  'Numbers are in the stated currency; delayed data says so.',
].join(' ');

/**
 * A fresh MCP server for one request. When the request names its tool only that one is registered, since registering all
 * of them costs more than most calls.
 */
export function createServer(request: ServerRequest): McpServer {
  const server = new McpServer(
    { name: 'ibkr-remote-mcp', title: 'Interactive Brokers', version },
    { instructions, capabilities: { tools: { listChanged: false } } },
  );
  const named = request.toolName ? findTool(request.toolName) : undefined;
  for (const tool of named ? [named] : tools) {
    if (request.scopes.includes(tool.scope)) registerTool(server, tool, request);
  }
  if (request.era === 'legacy') {
    // 2025-era clients keep their stream open and cancel by a notification, which arrives as a request of its own.
    server.server.setNotificationHandler('notifications/cancelled', ({ params }) => {
      if (params.requestId !== undefined) cancelAtHome(request.userId, aliasOf(request, params.requestId));
    });
  }
  return server;
}

function aliasOf({ grant }: ServerRequest, id: string | number): string {
  return JSON.stringify([grant, id]);
}

function registerTool(server: McpServer, tool: ToolDefinition, request: ServerRequest): void {
  server.registerTool(
    tool.name,
    {
      title: tool.title,
      description: tool.description,
      inputSchema: listedSchema(inputJsonSchema(tool)),
      outputSchema: listedSchema(outputJsonSchema(tool)),
      annotations: { title: tool.title, ...tool.annotations },
    },
    async (raw: Record<string, unknown>, context: ServerContext) => {
      try {
        requireScope(request.scopes, tool.scope);
        const args = parseArguments(tool, raw);
        const answer = await callHome(request.userId, tool, args, {
          signal: context.mcpReq.signal,
          alias: aliasOf(request, context.mcpReq.id),
          onProgress: progressSender(context),
        });
        const result = tool.output.parse(answer);
        return { content: [{ type: 'text' as const, text: tool.render(result) }], structuredContent: result };
      } catch (thrown) {
        if (!(thrown instanceof ToolError)) console.error(`${tool.name} failed`, thrown);
        const error = toToolErrorData(thrown);
        return {
          isError: true,
          content: [{ type: 'text' as const, text: renderError(error) }],
          _meta: { 'ibkr-remote-mcp/error': error },
        };
      }
    },
  );
}

/** Listing by scope is not enough: the check is repeated where the tool runs, and fails closed. */
function requireScope(granted: readonly string[], needed: Scope): void {
  if (granted.includes(scopes.read) && granted.includes(needed)) return;
  throw new ToolError({
    code: 'insufficient_scope',
    message: `This connection was not granted ${needed}.`,
    nextStep: 'Connect again and grant it on the consent page.',
  });
}

/** Forwards progress to a client that asked for it; losing a notification never fails the call. */
function progressSender(context: ServerContext): ((progress: CallProgress) => void) | undefined {
  const progressToken = context.mcpReq._meta?.progressToken;
  if (progressToken === undefined) return undefined;
  return ({ progress, total, message }) => {
    const params = {
      progressToken,
      progress,
      ...(total === undefined ? {} : { total }),
      ...(message ? { message } : {}),
    };
    context.mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
  };
}

const outputSchemas = new WeakMap<ToolDefinition, Record<string, unknown>>();

function outputJsonSchema(tool: ToolDefinition): Record<string, unknown> {
  let schema = outputSchemas.get(tool);
  if (!schema) {
    schema = z.toJSONSchema(tool.output, { io: 'input' }) as Record<string, unknown>;
    outputSchemas.set(tool, schema);
  }
  return schema;
}

/** A schema that the SDK only lists: arguments and results are validated here, with typed errors. */
function listedSchema(jsonSchema: object): StandardSchemaWithJSON<Record<string, unknown>, Record<string, unknown>> {
  const { $schema: _, ...listed } = jsonSchema as Record<string, unknown>;
  return {
    '~standard': {
      version: 1,
      vendor: 'ibkr-remote-mcp',
      validate: (value) => ({ value: (value ?? {}) as Record<string, unknown> }),
      jsonSchema: { input: () => listed, output: () => listed },
    },
  };
}
