/** More callers than ever wait for one user's orders at once. */
const maxWatchers = 100;

/** Callers that wait for news of a ticket or a request. They hold nothing: when the object goes, they fail. */
export class Watchers {
  readonly #waiting = new Map<string, Set<() => void>>();
  #count = 0;

  /** Something about it has changed. */
  wake(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const wake of waiting ?? []) wake();
  }

  /** Settles with the next change, or after that time; at once where too many wait. */
  async next(id: string, ms: number): Promise<void> {
    if (ms <= 0 || this.#count >= maxWatchers) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(resolve));
    this.#count += 1;
    const timer = setTimeout(resolve, ms);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#count -= 1;
      waiting.delete(resolve);
      if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
    }
  }
}
