import type { SendFacts } from '../orders/model.ts';

/** Orders that are looked at and not sent yet, at once. */
const mostKept = 64;

/** What was last found out about orders that are about to be sent, by their canonical text, for as long as it holds. */
export class LookedOrders {
  readonly #kept = new Map<string, { readonly facts: SendFacts; readonly at: number }>();
  readonly #holds: number;
  readonly #now: () => number;

  /**
   * @param holds milliseconds
   * @param now a clock that is never set, milliseconds
   */
  constructor(holds: number, now: () => number) {
    this.#holds = holds;
    this.#now = now;
  }

  keep(order: string, facts: SendFacts): void {
    this.#kept.delete(order);
    this.#kept.set(order, { facts, at: this.#now() });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Undefined when it was never looked at, or too long ago. */
  of(order: string): SendFacts | undefined {
    const kept = this.#kept.get(order);
    return kept && this.#now() - kept.at <= this.#holds ? kept.facts : undefined;
  }
}
