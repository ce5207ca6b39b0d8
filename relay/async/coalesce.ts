import { abortError } from './abort.ts';
import { monotonicNow } from './monotonic.ts';

interface Shared<T> {
  readonly promise: Promise<T>;
  readonly abort: AbortController;
  waiters: number;
}

/** Answers that are kept at most, of those who keep any. */
const maxKept = 50;

/**
 * Lets identical requests that are under way share one answer. They fail together; a waiter that aborts leaves alone,
 * and the work itself is aborted when the last waiter has left.
 */
export class Coalescer<T> {
  readonly #underWay = new Map<string, Shared<T>>();
  readonly #kept = new Map<string, { readonly at: number; readonly answer: T }>();
  readonly #keepMs: number;

  /** @param keepMs how long an answer serves later requests as well; not at all by default */
  constructor(keepMs = 0) {
    this.#keepMs = keepMs;
  }

  /** Joins the work under `key`, or starts it. Rejects with the abort's ToolError when the caller leaves. */
  async run(key: string, work: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (signal?.aborted) throw abortError(signal);
    this.#forget();
    const kept = this.#kept.get(key);
    if (kept) return kept.answer;
    const shared = this.#underWay.get(key) ?? this.#start(key, work);
    shared.waiters += 1;
    let leave: (() => void) | undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(abortError(signal));
      signal?.addEventListener('abort', leave, { once: true });
    });
    try {
      return await Promise.race([shared.promise, left]);
    } finally {
      if (leave) signal?.removeEventListener('abort', leave);
      shared.waiters -= 1;
      if (shared.waiters === 0) {
        if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
        shared.abort.abort(signal?.reason);
      }
    }
  }

  #start(key: string, work: (signal: AbortSignal) => Promise<T>): Shared<T> {
    const abort = new AbortController();
    const promise = work(abort.signal).finally(() => {
      if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
    });
    promise.then(
      (answer) => this.#keep(key, answer),
      () => undefined,
    );
    const shared: Shared<T> = { promise, abort, waiters: 0 };
    this.#underWay.set(key, shared);
    return shared;
  }

  #keep(key: string, answer: T): void {
    if (this.#keepMs > 0) this.#kept.set(key, { at: monotonicNow(), answer });
    this.#forget();
  }

  /** Drops what is too old or too much; the oldest come first. */
  #forget(): void {
    for (const [key, { at }] of this.#kept) {
      const age = monotonicNow() - at;
      if (this.#kept.size <= maxKept && age < this.#keepMs) break;
      this.#kept.delete(key);
    }
  }
}
