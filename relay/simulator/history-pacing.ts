const IDENTICAL_WITHIN_MS = 15_000;

/** The rule that a request for small bars must not be repeated within fifteen seconds. */
export class HistoryPacing {
  readonly #seen = new Map<string, number>();

  /**
   * Notes a request and tells whether the same one came too recently.
   * @param identity the request without its id, as text
   * @param now epoch milliseconds
   */
  violates(identity: string, now: number): boolean {
    for (const [earlier, time] of this.#seen) if (time + IDENTICAL_WITHIN_MS <= now) this.#seen.delete(earlier);
    const violated = this.#seen.has(identity);
    this.#seen.set(identity, now);
    return violated;
  }
}
