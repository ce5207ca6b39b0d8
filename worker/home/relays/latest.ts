interface Entry<Value> {
  /** What waits to be handed on; absent when nothing has come since. */
  waiting: { readonly value: Value } | undefined;
  readonly timer: ReturnType<typeof setTimeout>;
}

/**
 * Hands on the latest of many values, by key: one that comes after a silence at once, then one every so often at most,
 * and the last one always.
 */
export class Latest<Value> {
  readonly #everyMs: number;
  readonly #handOn: (key: string, value: Value) => void;
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(everyMs: number, handOn: (key: string, value: Value) => void) {
    this.#everyMs = everyMs;
    this.#handOn = handOn;
  }

  push(key: string, value: Value): void {
    const entry = this.#entries.get(key);
    if (entry) entry.waiting = { value };
    else this.#pass(key, value);
  }

  /** Hands on what waits now, for nothing will follow. */
  end(key: string): void {
    const waiting = this.#entries.get(key)?.waiting;
    this.forget(key);
    if (waiting) this.#handOn(key, waiting.value);
  }

  /** Hands on what waits now, before something that came after it; the next one waits as long as it would have. */
  flush(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry?.waiting) return;
    const { value } = entry.waiting;
    entry.waiting = undefined;
    this.#handOn(key, value);
  }

  /** Drops what waits. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry) clearTimeout(entry.timer);
    this.#entries.delete(key);
  }

  #pass(key: string, value: Value): void {
    const timer = setTimeout(() => {
      const waiting = this.#entries.get(key)?.waiting;
      this.#entries.delete(key);
      if (waiting) this.#pass(key, waiting.value);
    }, this.#everyMs);
    this.#entries.set(key, { waiting: undefined, timer });
    this.#handOn(key, value);
  }
}
