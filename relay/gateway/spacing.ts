import { setTimeout as sleep } from 'node:timers/promises';

/** Lets one at a time pass, with a least time between two of them. */
export class Spacing {
  private readonly gapMs: number;
  private nextAt = 0;

  constructor(gapMs: number) {
    this.gapMs = gapMs;
  }

  /** Resolves when it is the caller's turn; rejects when the signal aborts first (its place stays empty). */
  async turn(signal?: AbortSignal): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + this.gapMs;
    if (at > now) await sleep(at - now, undefined, signal ? { signal } : undefined);
  }
}
