import { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { sentencesOf } from '../../shared/tools/support/argument-issues.ts';
import type { CallKind } from '../../shared/tunnel/frames.ts';
import { abortError } from '../async/abort.ts';
import { monotonicNow } from '../async/monotonic.ts';
import { withReadings } from '../gateway/contracts/readings.ts';
import type { Gateway, GatewayLogger } from '../gateway/index.ts';
import type { Records } from '../performance/records.ts';
import { executors } from './index.ts';
import type { ExecutorConfig, ToolExecutor } from './support/tool.ts';

const firstConnectionMs = 8_000;

export interface ToolRunOptions {
  /** Ends a read; its reason is passed on when it is a ToolError. A mutation never learns of it. */
  readonly signal?: AbortSignal;
  /** Best effort: how far the work is. */
  readonly progress?: (done: number, total: number | undefined, message: string) => void;
  /** Until when the caller waits, by `monotonicNow`; the tool's own limit when absent. Only told to the tool. */
  readonly deadline?: number;
  /** As what the tunnel carries the call; a read when absent. */
  readonly kind?: CallKind;
  /** Which accounts the caller may see; all that this relay serves when absent. */
  readonly accounts?: readonly string[] | undefined;
}

/** Runs one tool call. Rejects with a ToolError for every expected failure. */
export type RunTool = (op: string, args: unknown, options?: ToolRunOptions) => Promise<Record<string, unknown>>;

/** Makes the function that runs tool calls on this relay's gateway. Deadlines are its caller's: it sets no timer. */
export function createToolRunner(dependencies: {
  gateway: Gateway;
  config: ExecutorConfig;
  records: Records;
  version: string;
  logger: GatewayLogger;
  /** What this relay can be asked for besides its tools. */
  operations?: readonly ToolExecutor[];
}): RunTool {
  return async (op, args, { signal: caller, progress, deadline, kind = 'read', accounts } = {}) => {
    const executor = executors.get(op) ?? dependencies.operations?.find(({ name }) => name === op);
    if (!executor) {
      throw new ToolError({
        code: 'unsupported',
        message: `This relay does not know the tool “${op.slice(0, 60)}”.`,
        nextStep: 'Update the relay.',
      });
    }
    const { definition } = executor;
    // The tunnel repeats and aborts reads, so what acts must not have come as one.
    if (definition.kind === 'mutation' && kind !== 'mutation') throw notARead(op);
    const ended = new AbortController();
    const signal =
      kind === 'mutation' ? neverAborted : AbortSignal.any(caller ? [caller, ended.signal] : [ended.signal]);
    try {
      if (!executor.offline) await firstConnection(dependencies.gateway, signal);
      const context = {
        ...dependencies,
        config: limitedTo(dependencies.config, accounts),
        signal,
        kind,
        progress: (done: number, total: number | undefined, message: string) => progress?.(done, total, message),
        deadline: Math.min(deadline ?? Number.POSITIVE_INFINITY, monotonicNow() + definition.timeoutMs),
      };
      const { result, readings } = await withReadings(() => executor.run(args, context));
      return readings.length > 0 && definition.output.shape.readAs ? { ...result, readAs: readings } : result;
    } catch (error) {
      if (signal.aborted) throw abortError(signal);
      throw error instanceof z.ZodError ? invalidArguments(op, error) : error;
    } finally {
      // A call that failed in one part leaves nothing of the others under way.
      ended.abort(new ToolError({ code: 'cancelled', message: 'The call has ended.' }));
    }
  };
}

/** The owner's settings, and of the accounts that they allow those that the caller may see. */
function limitedTo(config: ExecutorConfig, accounts: readonly string[] | undefined): ExecutorConfig {
  if (accounts === undefined) return config;
  const { allowedAccounts = accounts } = config;
  return { ...config, allowedAccounts: allowedAccounts.filter((account) => accounts.includes(account)) };
}

/** What a mutation is given: not its deadline, nor its caller's leaving, nor its own end stops work that it began. */
const neverAborted = new AbortController().signal;

function notARead(op: string): ToolError {
  return new ToolError({
    code: 'unsupported',
    message: `${op} changes something, but arrived as a call that may be repeated. Nothing was done.`,
    nextStep: 'Update the server and the relay to the same version.',
  });
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

function invalidArguments(op: string, error: z.ZodError): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `${op} cannot use these arguments. ${sentencesOf(error)}`,
    nextStep: 'Correct them and call again.',
  });
}
