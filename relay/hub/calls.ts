import { toToolErrorData } from '../../shared/errors.ts';
import * as failures from '../../shared/tunnel/failures.ts';
import type { CallKind } from '../../shared/tunnel/frames.ts';
import type { Execution, Progress, RelayOutcome } from '../../shared/tunnel/relay-model.ts';

export interface ExecuteContext {
  /** Aborts when the caller no longer waits or the time is up. Never for a mutation: it always runs to its end. */
  readonly signal: AbortSignal;
  /** Reports progress; cheap to call often. */
  readonly progress: (update: Progress) => void;
  /** How long the caller will wait, in milliseconds from now. */
  readonly timeoutMs: number;
  readonly kind: CallKind;
}

/**
 * Carries out one operation and gives its JSON value. Expected failures are thrown as `ToolError`; anything else that is
 * thrown reaches the caller as `internal`, without its text.
 */
export type Execute = (
  op: string,
  args: Readonly<Record<string, unknown>>,
  context: ExecuteContext,
) => Promise<unknown>;

/** The executions under way. Each ends with exactly one `done`; a read no later than its timeout or its abort. */
export class Executions {
  readonly #running = new Map<string, () => void>();
  readonly #execute: Execute;
  readonly #done: (id: string, outcome: RelayOutcome) => void;
  readonly #progress: (id: string, update: Progress) => void;
  readonly #unexpected: (error: unknown, op: string) => void;

  constructor(hooks: {
    readonly execute: Execute;
    readonly done: (id: string, outcome: RelayOutcome) => void;
    readonly progress: (id: string, update: Progress) => void;
    /** Gets whatever was thrown, for the log. */
    readonly unexpected: (error: unknown, op: string) => void;
  }) {
    this.#execute = hooks.execute;
    this.#done = hooks.done;
    this.#progress = hooks.progress;
    this.#unexpected = hooks.unexpected;
  }

  /** Starts an execution; it must not be under way already. */
  start({ id, op, args, timeoutMs, kind }: Execution): void {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (outcome: RelayOutcome): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      this.#running.delete(id);
      this.#done(id, outcome);
    };
    const giveUp = (outcome: RelayOutcome, reason: string): void => {
      end(outcome);
      controller.abort(new Error(reason));
    };
    if (kind === 'read') {
      timer = setTimeout(() => giveUp({ ok: false, error: failures.relayTimeout(kind) }, 'the time is up'), timeoutMs);
      this.#running.set(id, () => giveUp({ ok: false, error: failures.cancelled(kind) }, 'the caller no longer waits'));
    }
    const progress = (update: Progress): void => {
      if (!ended) this.#progress(id, update);
    };
    const run = async (): Promise<RelayOutcome> => {
      const value = await this.#execute(op, args, { signal: controller.signal, progress, timeoutMs, kind });
      return { ok: true, text: JSON.stringify(value) ?? 'null' };
    };
    run().then(end, (error: unknown) => {
      if (!ended) this.#unexpected(error, op);
      end({ ok: false, error: toToolErrorData(error) });
    });
  }

  /** Ends a read at once; anything else is left alone. */
  abort(id: string): void {
    this.#running.get(id)?.();
  }
}
