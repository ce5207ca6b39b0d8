import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNow } from './monotonic.ts';
import { Semaphore } from './semaphore.ts';

/** Lets one at a time pass, with a least time between two of them. */
export class Spacing {
  readonly #gapMs: number;
  readonly #next = new Semaphore(1);
  #nextAt = 0;

  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  /** Resolves when it is the caller's turn; rejects when the signal aborts first, and then costs the others nothing. */
  async turn(signal?: AbortSignal): Promise<void> {
    await this.#next.run(async () => {
      const waitMs = this.#nextAt - monotonicNow();
      if (waitMs > 0) await sleep(waitMs, undefined, signal ? { signal } : undefined);
      this.#nextAt = monotonicNow() + this.#gapMs;
    }, signal);
  }
}
