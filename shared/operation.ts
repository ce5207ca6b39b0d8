import type { z } from 'zod';

/** Something that the relay can be asked for through the tunnel: a tool, or what Home needs for itself. */
export interface Operation<Input extends z.ZodObject = z.ZodObject, Output extends z.ZodObject = z.ZodObject> {
  /** Final, at most 40 characters. */
  readonly name: string;
  /** Arguments, snake_case. */
  readonly input: Input;
  /** The result (a tool's `structuredContent`), camelCase. Absent values are omitted. */
  readonly output: Output;
  /** How long a call may take in all, in milliseconds. Hosts give up after about 300 s. */
  readonly timeoutMs: number;
  /** What doing it means; a read when absent. */
  readonly kind?: OperationKind;
}

/**
 * `mutation` calls are never repeated automatically; `read` calls may be. `own` changes what this server keeps for the
 * user and nothing else, so that doing it twice leaves the same as doing it once.
 */
export type OperationKind = 'read' | 'own' | 'mutation';

/** Defines a question of Home to the relay, which is no tool. */
export function defineOperation<Input extends z.ZodObject, Output extends z.ZodObject>(
  operation: Operation<Input, Output>,
): Operation<Input, Output> {
  return operation;
}
