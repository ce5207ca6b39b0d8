export interface Window {
  /** Epoch milliseconds, the end exclusive. */
  readonly from: number;
  readonly to: number;
}

/** What a stream of events in steps of time has still to send. */
export class StreamWindow {
  readonly #reached: (now: number) => number;
  readonly #longestMs: number;
  #sentTo: number;

  /**
   * @param reached up to which instant events are known at an instant; all in epoch milliseconds of the simulated world
   * @param longestMs after a jump of that world's clock no more than this is made up for
   */
  constructor(reached: (now: number) => number, now: number, longestMs: number) {
    this.#reached = reached;
    this.#longestMs = longestMs;
    this.#sentTo = reached(now);
  }

  /**
   * The stretch of time that has come since the last one, if any. A clock that was set back starts again from where it is.
   * @param held leaves it for later, when the receiver cannot take it
   */
  next(now: number, held: boolean): Window | undefined {
    const to = this.#reached(now);
    if (held || to === this.#sentTo) return undefined;
    const from = Math.max(this.#sentTo, to - this.#longestMs);
    this.#sentTo = to;
    return from < to ? { from, to } : undefined;
  }

  /** Gives up what has come since the last stretch: the stream had no connection to its source. */
  skip(now: number): void {
    this.#sentTo = this.#reached(now);
  }
}
