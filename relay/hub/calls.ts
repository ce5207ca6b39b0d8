import { ToolError, toToolErrorData } from '../../shared/errors.ts';
import * as failures from '../../shared/tunnel/failures.ts';
import type { CallKind } from '../../shared/tunnel/frames.ts';
import type { Invocation, Progress, RelayOutcome } from '../../shared/tunnel/relay-model.ts';

export interface CallContext {
  /** Aborts when the caller no longer waits or the time is up. Never for a mutation: it always runs to its end. */
  readonly signal: AbortSignal;
  /** Reports progress; cheap to call often. */
  readonly progress: (update: Progress) => void;
  /** How long the caller will wait, in milliseconds from now. */
  readonly timeoutMs: number;
  readonly kind: CallKind;
  /** Which accounts the caller may see; all that this relay serves when absent. */
  readonly accounts?: readonly string[] | undefined;
}

/**
 * Carries out one operation and gives its JSON value. Expected failures are thrown as `ToolError`; anything else that is
 * thrown reaches the caller as `internal`, without its text.
 */
export type RunCall = (op: string, args: Readonly<Record<string, unknown>>, context: CallContext) => Promise<unknown>;

/**
 * The calls under way, and the only place at the relay that holds a clock against one: a read ends no later than its
 * time is up or its caller leaves. A mutation ends when its work does. Each ends with exactly one `done`.
 */
export class Calls {
  /** How to give up each read that runs. */
  readonly #reads = new Map<string, (error: ToolError) => void>();
  readonly #run: RunCall;
  readonly #done: (id: string, outcome: RelayOutcome) => void;
  readonly #progress: (id: string, update: Progress) => void;
  readonly #unexpected: (error: unknown, op: string) => void;

  constructor(hooks: {
    readonly run: RunCall;
    readonly done: (id: string, outcome: RelayOutcome) => void;
    readonly progress: (id: string, update: Progress) => void;
    /** Gets whatever was thrown, for the log. */
    readonly unexpected: (error: unknown, op: string) => void;
  }) {
    this.#run = hooks.run;
    this.#done = hooks.done;
    this.#progress = hooks.progress;
    this.#unexpected = hooks.unexpected;
  }

  /** Starts a call; it must not be under way already. */
  start({ id, op, args, timeoutMs, kind, accounts }: Invocation): void {
    const controller = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    let ended = false;
    const end = (outcome: RelayOutcome): void => {
      if (ended) return;
      ended = true;
      clearTimeout(timer);
      this.#reads.delete(id);
      this.#done(id, outcome);
    };
    if (kind === 'read') {
      const giveUp = (error: ToolError): void => {
        end({ ok: false, error: error.data });
        controller.abort(error);
      };
      timer = setTimeout(() => giveUp(new ToolError(failures.relayTimeout(kind))), timeoutMs);
      this.#reads.set(id, giveUp);
    }
    const progress = (update: Progress): void => {
      if (!ended) this.#progress(id, update);
    };
    const run = async (): Promise<RelayOutcome> => {
      const value = await this.#run(op, args, { signal: controller.signal, progress, timeoutMs, kind, accounts });
      return { ok: true, text: JSON.stringify(value) ?? 'null' };
    };
    run().then(end, (error: unknown) => {
      if (!ended) this.#unexpected(error, op);
      end({ ok: false, error: toToolErrorData(error) });
    });
  }

  /** Ends a read at once; anything else is left alone. */
  abort(id: string): void {
    this.#reads.get(id)?.(new ToolError(failures.cancelled('read')));
  }
}
