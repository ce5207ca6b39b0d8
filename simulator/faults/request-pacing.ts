/** What happens to requests above the rate: they wait their turn, are refused with error 100, or nothing. */
export type PacingMode = 'queue' | 'reject' | 'off';

const requestsPerSecond = 50;
/** As many refusals end a connection. */
const strikes = 3;

/** One client's budget of requests: fifty at once and fifty a second. */
export class RequestBudget {
  readonly #perSecond: number;
  #left: number;
  #since: number;
  #strikes = 0;

  /** @param now monotonic milliseconds, as everywhere here */
  constructor(now: number, perSecond = requestsPerSecond) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#since = now;
  }

  /** Takes one request out of the budget and tells how many milliseconds it has to wait for its turn. */
  wait(now: number): number {
    this.#refill(now);
    this.#left -= 1;
    return this.#left >= 0 ? 0 : (-this.#left / this.#perSecond) * 1000;
  }

  /** Takes one request out if there is one left; otherwise a strike, the third of which is the last. */
  admit(now: number): 'yes' | 'no' | 'out' {
    this.#refill(now);
    if (this.#left >= 1) {
      this.#left -= 1;
      return 'yes';
    }
    this.#strikes += 1;
    return this.#strikes < strikes ? 'no' : 'out';
  }

  #refill(now: number): void {
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#since) / 1000) * this.#perSecond);
    this.#since = now;
  }
}
