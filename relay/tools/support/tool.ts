import type { z } from 'zod';
import type { Operation } from '../../../shared/operation.ts';
import type { RelayStatus } from '../../../shared/status.ts';
import type { CallKind } from '../../../shared/tunnel/frames.ts';
import type { Gateway, GatewayLogger } from '../../gateway/index.ts';
import type { Records } from '../../performance/records.ts';

export interface ExecutorConfig {
  /** How the owner calls this relay. */
  readonly relayName: string;
  readonly trading: RelayStatus['trading'];
  /** The gateway's clock is a simulated one, and need not agree with this machine's. */
  readonly simulatedClock?: boolean;
  /** Accounts that may be seen; all of the login's when absent. */
  readonly allowedAccounts?: readonly string[];
}

/** What every tool's execution is given. */
export interface ToolContext {
  readonly gateway: Gateway;
  readonly config: ExecutorConfig;
  readonly records: Records;
  readonly version: string;
  readonly logger: GatewayLogger;
  /** Ends the work: the caller left or the time is up. Never aborts for a mutation. */
  readonly signal: AbortSignal;
  /** As what the tunnel carries this call. */
  readonly kind: CallKind;
  /** Best effort: how far the work is. */
  readonly progress: (done: number, total: number | undefined, message: string) => void;
  /** When the call's time is up, by `monotonicNow`: then nobody waits, though a mutation goes on. */
  readonly deadline: number;
}

export interface ToolExecutor {
  readonly name: string;
  readonly definition: Operation;
  /** Whether it works without a gateway; otherwise it waits a moment for a connection that is being made. */
  readonly offline: boolean;
  readonly run: (args: unknown, context: ToolContext) => Promise<Record<string, unknown>>;
}

/** Ties an execution to its shared definition: arguments are checked strictly, the result has the promised shape. */
export function executorOf<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: Operation<Input, Output>,
  run: (args: z.output<Input>, context: ToolContext) => Promise<z.input<Output>>,
  { offline = false }: { offline?: boolean } = {},
): ToolExecutor {
  const strict = definition.input.strict();
  return {
    name: definition.name,
    definition: definition as unknown as Operation,
    offline,
    run: async (args, context) => {
      const parsed = strict.parse(args ?? {}) as z.output<Input>;
      return (await run(parsed, context)) as Record<string, unknown>;
    },
  };
}
