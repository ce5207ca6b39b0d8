import type { z } from 'zod';
import type { Operation, OperationKind } from '../../operation.ts';
import { readAs } from './read-as.ts';
import type { Toolset } from './toolsets.ts';

/** OAuth scopes of this server. `ibkr:read` is always required; `ibkr:trade` is granted only by a human's explicit tick. */
export const scopes = { read: 'ibkr:read', trade: 'ibkr:trade' } as const;
export type Scope = (typeof scopes)[keyof typeof scopes];

/**
 * What one tool promises, known to both ends. The Worker lists and validates it; the relay executes it under the same
 * name, or the user's Home does.
 */
export interface ToolDefinition<
  Input extends z.ZodObject = z.ZodObject,
  Output extends z.ZodObject = z.ZodObject,
  Name extends string = string,
> extends Operation<Input, Output> {
  readonly name: Name;
  /** The group with which it is chosen. */
  readonly toolset: Toolset;
  readonly title: string;
  readonly description: string;
  readonly scope: Scope;
  readonly kind: OperationKind;
  /** Who carries it out: the relay at home, or the user's Home in the cloud, which may ask the relay. */
  readonly runsAt: 'relay' | 'home';
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly openWorldHint: boolean;
  };
  /** A compact rendering for people and for hosts that only read text. */
  readonly render: (result: z.output<Output>) => string;
}

const readOnly = { readOnlyHint: true, destructiveHint: false, openWorldHint: true } as const;

/** Defines a tool that reads and changes nothing. */
export function defineReadTool<
  Input extends z.ZodObject,
  Output extends z.ZodObject,
  const Name extends string,
  const Place extends ToolDefinition['runsAt'] = 'relay',
>(
  tool: Pick<
    ToolDefinition<Input, Output, Name>,
    'name' | 'toolset' | 'title' | 'description' | 'input' | 'output' | 'render'
  > &
    Partial<Pick<ToolDefinition, 'timeoutMs'>> & { readonly runsAt?: Place },
): ToolDefinition<Input, Output, Name> & { readonly runsAt: Place } {
  const runsAt = 'relay' as Place;
  const defined = {
    scope: scopes.read,
    kind: 'read',
    runsAt,
    annotations: readOnly,
    timeoutMs: 30_000,
    ...tool,
  } as const;
  const named = ['contract', 'contracts', 'legs'].some((name) => name in tool.input.shape);
  return named ? sayingHowNamesWereRead(defined) : defined;
}

/** A result of a tool that takes instruments may say how their names were read, whatever the tool. */
function sayingHowNamesWereRead<Tool extends Pick<ToolDefinition, 'output'> & { render: (result: never) => string }>(
  tool: Tool,
): Tool {
  const output = tool.output.extend({ readAs });
  const render = (result: { readonly readAs?: z.output<typeof readAs> }): string =>
    [
      ...(result.readAs ?? []).map(({ given, contract }) => `“${given}” was read as ${contract}.`),
      tool.render(result as never),
    ].join('\n');
  return { ...tool, output, render };
}

/** It can delete what the user has kept, so hosts may ask before it runs. */
const ownLists = { readOnlyHint: false, destructiveHint: true, openWorldHint: true } as const;

/** Defines a tool that changes only what this server keeps for the user, such as watchlists. Never orders or money. */
export function defineOwnTool<Input extends z.ZodObject, Output extends z.ZodObject, const Name extends string>(
  tool: Pick<
    ToolDefinition<Input, Output, Name>,
    'name' | 'toolset' | 'title' | 'description' | 'input' | 'output' | 'render' | 'timeoutMs'
  >,
): ToolDefinition<Input, Output, Name> & { readonly runsAt: 'home' } {
  return { scope: scopes.read, kind: 'own', runsAt: 'home', annotations: ownLists, ...tool };
}

/** It acts on the market, so hosts may ask before it runs. */
const acting = { readOnlyHint: false, destructiveHint: true, openWorldHint: true } as const;

/** It keeps a ticket for a while, from which nothing follows by itself. */
const preparing = { readOnlyHint: false, destructiveHint: false, openWorldHint: true } as const;

/**
 * Defines a tool of trading. It runs at Home, which has the tickets; what goes to the market is decided there and, in the
 * last place, by the relay. `prepares` marks the one that sends nothing.
 */
export function defineTradeTool<Input extends z.ZodObject, Output extends z.ZodObject, const Name extends string>({
  prepares = false,
  ...tool
}: Pick<ToolDefinition<Input, Output, Name>, 'name' | 'title' | 'description' | 'input' | 'output' | 'render'> & {
  readonly prepares?: boolean;
}): ToolDefinition<Input, Output, Name> & { readonly runsAt: 'home' } {
  return {
    scope: scopes.trade,
    toolset: 'orders',
    kind: prepares ? 'own' : 'mutation',
    runsAt: 'home',
    annotations: prepares ? preparing : acting,
    timeoutMs: 60_000,
    ...tool,
  };
}
