/** A map with a limit on its size that forgets what was used longest ago. */
export class RecentlyUsed<V, K = string> {
  readonly #limit: number;
  readonly #entries = new Map<K, V>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(key: K, compute: () => V): V {
    const known = this.#entries.get(key);
    const value = known ?? compute();
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value as K);
    return value;
  }
}
