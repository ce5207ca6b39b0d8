/** Streams that were not looked at for so long of real time had no connection to their source; what they missed is lost. */
const SILENCE_MS = 3000;

export interface Window {
  /** Epoch milliseconds, the end exclusive. */
  readonly from: number;
  readonly to: number;
}

/** What a stream of events in steps of time has still to send. */
export class StreamWindow {
  readonly #reached: (now: number) => number;
  readonly #longestMs: number;
  readonly #clock: () => number;
  #sentTo: number;
  #looked: number;

  /**
   * @param reached up to which instant events are known at an instant; all in epoch milliseconds of the simulated world
   * @param longestMs after a jump of that world's clock no more than this is made up for
   * @param clock real time that only ever increases, in milliseconds
   */
  constructor(reached: (now: number) => number, now: number, longestMs: number, clock = () => performance.now()) {
    this.#reached = reached;
    this.#longestMs = longestMs;
    this.#clock = clock;
    this.#sentTo = reached(now);
    this.#looked = clock();
  }

  /**
   * The stretch of time that has come since the last one, if any. A clock that was set back starts again from where it is.
   * @param held leaves it for later, when the receiver cannot take it
   */
  next(now: number, held: boolean): Window | undefined {
    const looked = this.#clock();
    const silent = looked - this.#looked > SILENCE_MS;
    this.#looked = looked;
    const to = this.#reached(now);
    if (held || to === this.#sentTo) return undefined;
    const from = Math.max(this.#sentTo, to - this.#longestMs);
    this.#sentTo = to;
    return from < to && !silent ? { from, to } : undefined;
  }
}
