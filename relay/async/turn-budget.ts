import { monotonicNow } from './monotonic.ts';

/**
 * Does work in order, for only so long per turn of the event loop; what does not fit waits for the next turn. Without
 * it a socket that delivers several large messages at once would hold up timers and other connections for all of them.
 */
export class TurnBudget<Item> {
  readonly #budgetMs: number;
  readonly #work: (item: Item) => void;
  readonly #queue: Item[] = [];
  #spentMs = 0;
  #nextTurn: NodeJS.Immediate | undefined;

  constructor(budgetMs: number, work: (item: Item) => void) {
    this.#budgetMs = budgetMs;
    this.#work = work;
  }

  /** Does the work now if this turn has time left and nothing waits, else later. */
  push(item: Item): void {
    this.#queue.push(item);
    this.#drain();
  }

  #drain(): void {
    while (this.#queue.length > 0 && this.#spentMs < this.#budgetMs) {
      const start = monotonicNow();
      this.#work(this.#queue.shift() as Item);
      this.#spentMs += monotonicNow() - start;
    }
    this.#nextTurn ??= setImmediate(() => {
      this.#nextTurn = undefined;
      this.#spentMs = 0;
      if (this.#queue.length > 0) this.#drain();
    });
  }
}
