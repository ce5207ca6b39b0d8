import { z } from 'zod';
import { ToolError } from '../../../shared/errors.ts';
import { abortError } from '../../async/abort.ts';
import type { Gateway, GatewayLogger } from '../../gateway/index.ts';
import type { Records } from '../../performance/records.ts';
import { executors } from '../index.ts';
import type { ExecutorConfig, ToolExecutor } from './tool.ts';

const firstConnectionMs = 8_000;

export interface ExecuteOptions {
  /** Ends the call; its reason is passed on when it is a ToolError. */
  readonly signal?: AbortSignal;
  /** Best effort: how far the work is. */
  readonly progress?: (done: number, total: number | undefined, message: string) => void;
  /** How long the call may take; the tool's own limit applies as well. */
  readonly timeoutMs?: number;
}

/** Executes one tool call. Rejects with a ToolError for every expected failure. */
export type Execute = (op: string, args: unknown, options?: ExecuteOptions) => Promise<Record<string, unknown>>;

/** Makes the function that executes tool calls on this relay's gateway. */
export function createExecutor(dependencies: {
  gateway: Gateway;
  config: ExecutorConfig;
  records: Records;
  version: string;
  logger: GatewayLogger;
  /** What this relay can be asked for besides its tools. */
  operations?: readonly ToolExecutor[];
}): Execute {
  return async (op, args, options = {}) => {
    const executor = executors.get(op) ?? dependencies.operations?.find(({ name }) => name === op);
    if (!executor) {
      throw new ToolError({
        code: 'unsupported',
        message: `This relay does not know the tool “${op.slice(0, 60)}”.`,
        nextStep: 'Update the relay.',
      });
    }
    const timeoutMs = Math.min(executor.definition.timeoutMs, options.timeoutMs ?? executor.definition.timeoutMs);
    const deadline = Date.now() + timeoutMs;
    const time = new AbortController();
    const timer = setTimeout(() => time.abort(timeIsUp(op, timeoutMs)), timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, time.signal]) : time.signal;
    try {
      if (!executor.offline) await firstConnection(dependencies.gateway, signal);
      return await executor.run(args, {
        ...dependencies,
        signal,
        progress: (done, total, message) => options.progress?.(done, total, message),
        deadline,
      });
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      throw error instanceof z.ZodError ? invalidArguments(op, error) : error;
    } finally {
      clearTimeout(timer);
      // A call that failed in one part leaves nothing of the others under way.
      time.abort(new ToolError({ code: 'cancelled', message: 'The call has ended.' }));
    }
  };
}

/**
 * A relay that has just started may get calls before IB Gateway has answered it. They wait for the outcome instead of
 * failing; once there is a known problem nothing waits.
 */
async function firstConnection(gateway: Gateway, signal: AbortSignal): Promise<void> {
  const undecided = () => {
    const { state, problem } = gateway.status().gateway;
    return problem === undefined && !['ready', 'degraded', 'stopped'].includes(state);
  };
  if (!undecided()) return;
  await new Promise<void>((resolve) => {
    const finish = () => {
      forget();
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const forget = gateway.onStatus(() => undecided() || finish());
    const timer = setTimeout(finish, firstConnectionMs);
    signal.addEventListener('abort', finish, { once: true });
  });
}

function timeIsUp(op: string, ms: number): ToolError {
  return new ToolError({
    code: 'gateway_timeout',
    message: `${op} took longer than ${Math.round(ms / 1_000)} s.`,
    nextStep: 'Ask for less at once, or try again.',
  });
}

function invalidArguments(op: string, error: z.ZodError): ToolError {
  const issues = error.issues.slice(0, 5).map((issue) => `${issue.path.join('.') || 'arguments'}: ${issue.message}`);
  return new ToolError({
    code: 'invalid_arguments',
    message: `${op} cannot use these arguments. ${issues.join('; ')}`.slice(0, 2_000),
    nextStep: 'Correct them and call again.',
  });
}
