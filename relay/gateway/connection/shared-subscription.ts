import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { abortError, timeoutError } from '../../async/abort.ts';
import type { DataConnection } from './data-connection.ts';
import { neverSent, unanswered } from './request-errors.ts';

/** How a subscription is made and what its messages do to the state that readers see. */
export interface SubscriptionSource<State> {
  /** For messages: “positions”. */
  readonly what: string;
  readonly initial: () => State;
  /**
   * Makes the subscription. `complete` says that the state is whole, `fail` that it was refused. Resolves to the
   * function that takes it back.
   */
  readonly open: (state: State, complete: () => void, fail: (error: ToolErrorData) => void) => Promise<() => void>;
  /** From sending to the whole state. */
  readonly deadlineMs: number;
  /** Give the state as it is when the deadline passes, instead of failing. */
  readonly partial?: boolean;
  /** How long it stays open without readers; for ever when absent. */
  readonly lingerMs?: number;
  /** Told when it was taken back for want of readers. */
  readonly onReleased?: () => void;
}

type Watched = Pick<DataConnection, 'assertReady' | 'onInterrupted' | 'onRestore'>;

interface Opened<State> {
  readonly state: State;
  readonly whole: Promise<void>;
  /** Resolves when the request is on the wire, or cannot be. */
  readonly sent: Promise<void>;
  isSent: boolean;
  isWhole: boolean;
  close: () => void;
  fail: (error: ToolErrorData) => void;
}

/**
 * One subscription at the gateway that serves any number of readers from its state. Opened by the first reader, taken
 * back after the last one (and a while), failed with the connection and restored with it.
 */
export class SharedSubscription<State> {
  readonly #connection: Watched;
  readonly #source: SubscriptionSource<State>;
  #opened: Opened<State> | undefined;
  #unwatch: (() => void) | undefined;
  #readers = 0;
  #linger: NodeJS.Timeout | undefined;

  constructor(connection: Watched, source: SubscriptionSource<State>) {
    this.#connection = connection;
    this.#source = source;
  }

  /** The state once it is whole. Rejects with a ToolError. */
  async read(signal?: AbortSignal): Promise<State> {
    this.#connection.assertReady();
    if (signal?.aborted) throw abortError(signal);
    this.#readers += 1;
    clearTimeout(this.#linger);
    const opened = this.#opened ?? this.#open();
    let onAbort: (() => void) | undefined;
    let deadline: NodeJS.Timeout | undefined;
    let ended = false;
    try {
      await new Promise<void>((resolve, reject) => {
        const { deadlineMs, partial, what } = this.#source;
        onAbort = () => reject(abortError(signal));
        signal?.addEventListener('abort', onAbort, { once: true });
        void opened.sent.then(() => {
          if (ended) return;
          deadline = setTimeout(() => {
            if (partial) resolve();
            else opened.fail(timeoutError(what, deadlineMs).data);
          }, deadlineMs);
        });
        opened.whole.then(resolve, reject);
      });
      return opened.state;
    } finally {
      ended = true;
      clearTimeout(deadline);
      if (onAbort) signal?.removeEventListener('abort', onAbort);
      this.#readers -= 1;
      if (this.#readers === 0) this.#startLinger();
    }
  }

  #open(): Opened<State> {
    const state = this.#source.initial();
    let complete: () => void = () => undefined;
    let fail: (error: ToolErrorData) => void = () => undefined;
    let closed = false;
    let takeBack: (() => void) | undefined;
    const whole = new Promise<void>((resolve, reject) => {
      complete = () => {
        opened.isWhole = true;
        resolve();
      };
      fail = (error) => {
        // It is over, even if it was whole before: the next reader makes it anew instead of reading what was.
        if (this.#opened === opened) this.#opened = undefined;
        opened.close();
        reject(new ToolError(error));
      };
    });
    whole.catch(() => undefined);
    const sent = Promise.withResolvers<void>();
    const opened: Opened<State> = {
      state,
      whole,
      sent: sent.promise,
      isSent: false,
      isWhole: false,
      fail,
      close: () => {
        if (closed) return;
        closed = true;
        takeBack?.();
      },
    };
    this.#opened = opened;
    this.#watch();
    this.#source
      .open(state, complete, fail)
      .then(
        (undo) => {
          opened.isSent = true;
          takeBack = undo;
          if (closed) undo();
        },
        (error: unknown) =>
          fail(error instanceof ToolError ? error.data : { code: 'internal', message: 'Subscribing failed.' }),
      )
      .finally(sent.resolve);
    return opened;
  }

  /** Follows the connection for as long as the subscription is wanted. */
  #watch(): void {
    if (this.#unwatch) return;
    const connection = this.#connection;
    const unwatchInterrupted = connection.onInterrupted((error, streamsKept) => {
      const opened = this.#opened;
      if (!opened || (streamsKept && opened.isWhole)) return;
      opened.fail((opened.isSent ? unanswered(error) : neverSent(error)).data);
    });
    const unwatchRestore = connection.onRestore(() => {
      this.#opened?.close();
      this.#opened = undefined;
      this.#open().whole.catch(() => undefined);
    });
    this.#unwatch = () => {
      unwatchInterrupted();
      unwatchRestore();
    };
  }

  #startLinger(): void {
    const { lingerMs } = this.#source;
    if (lingerMs === undefined) return;
    this.#linger = setTimeout(() => {
      this.#unwatch?.();
      this.#unwatch = undefined;
      this.#opened?.close();
      this.#opened = undefined;
      this.#source.onReleased?.();
    }, lingerMs);
    this.#linger.unref();
  }
}
