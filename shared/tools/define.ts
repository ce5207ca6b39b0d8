import type { z } from 'zod';
import type { Toolset } from './toolsets.ts';

/** OAuth scopes of this server. `ibkr:read` is always required; `ibkr:trade` is granted only by a human's explicit tick. */
export const scopes = { read: 'ibkr:read', trade: 'ibkr:trade' } as const;
export type Scope = (typeof scopes)[keyof typeof scopes];

/** What one tool promises, known to both ends. The Worker lists and validates it; the relay executes it under the same name. */
export interface ToolDefinition<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** Final, at most 40 characters. */
  readonly name: string;
  /** The group with which it is chosen. */
  readonly toolset: Toolset;
  readonly title: string;
  readonly description: string;
  readonly scope: Scope;
  /** `mutation` calls are never repeated automatically; `read` calls may be. */
  readonly kind: 'read' | 'mutation';
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint: boolean;
    readonly openWorldHint: boolean;
  };
  /** Arguments, snake_case. */
  readonly input: Input;
  /** `structuredContent`, camelCase. Absent values are omitted. */
  readonly output: Output;
  /** How long a call may take in all, in milliseconds. Hosts give up after about 300 s. */
  readonly timeoutMs: number;
  /** A compact rendering for people and for hosts that only read text. */
  readonly render: (result: z.output<Output>) => string;
}

const readOnly = { readOnlyHint: true, destructiveHint: false, openWorldHint: true } as const;

/** Defines a tool that reads and changes nothing. */
export function defineReadTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  tool: Pick<
    ToolDefinition<Input, Output>,
    'name' | 'toolset' | 'title' | 'description' | 'input' | 'output' | 'render'
  > & {
    timeoutMs?: number;
  },
): ToolDefinition<Input, Output> {
  return { scope: scopes.read, kind: 'read', annotations: readOnly, timeoutMs: 30_000, ...tool };
}
