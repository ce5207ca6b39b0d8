const identicalWithinMs = 15_000;
const burstWithinMs = 2000;
/** So many requests for one contract, exchange and kind of data within two seconds are one too many. */
const burst = 6;
const longWithinMs = 600_000;
const mostWithinLong = 60;

/** What the rules look at in a request for bars of 30 seconds or less, or for ticks. */
export interface PacedRequest {
  /** The whole request without its id, as text: what makes two requests identical. */
  readonly identity: string;
  /** Contract, exchange and kind of data, as text. */
  readonly series: string;
  /** How much it counts: 2 for BID_ASK, otherwise 1. */
  readonly weight: number;
}

interface Seen extends PacedRequest {
  readonly time: number;
}

/** The gateway's limits on requests for small bars and ticks. One for all clients of a login. */
export class HistoryPacing {
  /** Admitted requests of the last ten minutes, oldest first. */
  #seen: Seen[] = [];

  /**
   * Tells whether a request keeps the limits, and counts it if so. A refused request does not count.
   * @param now epoch milliseconds; when the clock has been set back, what lies in its future is forgotten
   */
  admit(request: PacedRequest, now: number): boolean {
    this.#seen = this.#seen.filter(({ time }) => time <= now && now - time < longWithinMs);
    const within = (milliseconds: number): Seen[] => this.#seen.filter(({ time }) => now - time < milliseconds);
    if (within(identicalWithinMs).some(({ identity }) => identity === request.identity)) return false;
    if (within(burstWithinMs).filter(({ series }) => series === request.series).length >= burst - 1) return false;
    const used = this.#seen.reduce((sum, { weight }) => sum + weight, 0);
    if (used + request.weight > mostWithinLong) return false;
    this.#seen.push({ ...request, time: now });
    return true;
  }
}
