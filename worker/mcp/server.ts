import { McpServer, type ServerContext, type StandardSchemaWithJSON } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { ToolError, toToolErrorData } from '../../shared/errors.ts';
import { inputJsonSchema, parseArguments } from '../../shared/tools/arguments.ts';
import { type Scope, scopes, type ToolDefinition } from '../../shared/tools/define.ts';
import { findTool, tools } from '../../shared/tools/index.ts';
import { renderError } from '../../shared/tools/render.ts';
import { version } from '../../shared/version.ts';
import type { CallProgress } from '../home/home.ts';

/** Runs one tool for the authorized user: the way to that user's Home. */
export interface ToolRunner {
  run(
    tool: ToolDefinition,
    args: Record<string, unknown>,
    options: { signal: AbortSignal; onProgress?: (progress: CallProgress) => void },
  ): Promise<unknown>;
}

const instructions = [
  'Read access to the user’s own Interactive Brokers account through a relay at their home.',
  'Start with get_status when something fails. Name instruments as in AAPL, EUR.USD, SPX:IND, ESZ6 or SPY 20261218 C 600; every result’s `contract` can be passed into the next call.',
  'Numbers are in the stated currency; delayed data says so.',
].join(' ');

/**
 * A fresh MCP server for one request. `only` limits registration to the tool that the request names, since registering
 * all of them costs more than most calls.
 */
export function createServer(runner: ToolRunner, granted: readonly string[], only?: string | null): McpServer {
  const server = new McpServer(
    { name: 'ibkr-remote-mcp', title: 'Interactive Brokers', version },
    { instructions, capabilities: { tools: { listChanged: false } } },
  );
  const named = only ? findTool(only) : undefined;
  for (const tool of named ? [named] : tools) {
    if (granted.includes(tool.scope)) registerTool(server, tool, runner, granted);
  }
  return server;
}

function registerTool(server: McpServer, tool: ToolDefinition, runner: ToolRunner, granted: readonly string[]): void {
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
        requireScope(granted, tool.scope);
        const args = parseArguments(tool, raw);
        const answer = await runner.run(tool, args, {
          signal: context.mcpReq.signal,
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
