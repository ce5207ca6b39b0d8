import { abortError } from './abort.ts';

/** Lets a number of callers work at a time; the others wait in order of arrival. */
export class Semaphore {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Whether the next caller has to wait. */
  get isFull(): boolean {
    return this.#free === 0;
  }

  /** Whether a caller is waiting. */
  get isAwaited(): boolean {
    return this.#queue.length > 0;
  }

  /** Runs the work when there is room. Rejects with the abort's ToolError when the caller leaves before. */
  async run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    const leave = await this.acquire(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }

  /**
   * Waits for room. Rejects with the abort's ToolError when the caller leaves before.
   * @returns what gives the room back; to be called once
   */
  async acquire(signal?: AbortSignal): Promise<() => void> {
    if (signal?.aborted) throw abortError(signal);
    if (this.#free > 0) this.#free -= 1;
    else await this.#turn(signal);
    return () => {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free += 1;
    };
  }

  async #turn(signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.#queue.splice(this.#queue.indexOf(turn), 1);
        reject(abortError(signal));
      };
      this.#queue.push(turn);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }
}
