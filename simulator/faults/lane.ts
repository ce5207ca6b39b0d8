/** What is held back for others to go first goes after so long in any case. */
const longestHoldMs = 1000;

interface Held<T> {
  readonly item: T;
  /** How many others still go first. */
  ahead: number;
}

/** A line of items on their way, in which some can be late and some let others go first. */
export class Lane<T> {
  readonly #deliver: (item: T) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  #held: Held<T>[] = [];

  constructor(deliver: (item: T) => void) {
    this.#deliver = deliver;
  }

  /** Delivers an item now, and after it those that waited for it. */
  pass(item: T): void {
    this.#deliver(item);
    for (const held of this.#held) held.ahead -= 1;
    const due = this.#held.filter(({ ahead }) => ahead <= 0);
    this.#held = this.#held.filter(({ ahead }) => ahead > 0);
    for (const held of due) this.#deliver(held.item);
  }

  /** Delivers an item later, whatever overtakes it meanwhile. */
  late(item: T, milliseconds: number): void {
    this.#after(milliseconds, () => this.pass(item));
  }

  /** Delivers an item once so many others have passed. */
  hold(item: T, others: number): void {
    const held = { item, ahead: others };
    this.#held.push(held);
    this.#after(longestHoldMs, () => {
      if (!this.#held.includes(held)) return;
      this.#held = this.#held.filter((other) => other !== held);
      this.#deliver(item);
    });
  }

  /** Forgets everything that is on its way. */
  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#held = [];
  }

  #after(milliseconds: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      action();
    }, milliseconds);
    this.#timers.add(timer);
  }
}
