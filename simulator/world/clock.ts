/** What a clock can be told to show; whatever is left out stays as it is. */
export interface ClockSettings {
  /** The instant it is from now on, epoch milliseconds. */
  readonly at?: number;
  /** World seconds in a second; 1 is normal. */
  readonly speed?: number;
  /** A frozen clock stands still; nothing on the market moves. */
  readonly frozen?: boolean;
}

/** How a clock runs at the moment. */
export interface ClockState {
  readonly now: number;
  readonly speed: number;
  readonly frozen: boolean;
}

export const fastest = 86_400;

/** The time of the simulated world: real, faster, or standing still, and changeable while it runs. */
export class WorldClock {
  readonly #source: () => number;
  readonly #monotonic: () => number;
  #speed = 1;
  #frozen = false;
  /** What the world's clock showed when the source showed `#since`. */
  #anchor: number;
  #since: number;
  /** World milliseconds that have gone by up to `#elapsedSince`; it never decreases, however the clock is set. */
  #elapsed = 0;
  #elapsedSince: number;

  /**
   * @param source the time this clock starts from and follows, epoch milliseconds
   * @param monotonic milliseconds that never go back, for intervals
   */
  constructor(source: () => number = Date.now, monotonic: () => number = () => performance.now()) {
    this.#source = source;
    this.#monotonic = monotonic;
    this.#since = source();
    this.#anchor = this.#since;
    this.#elapsedSince = monotonic();
  }

  /** The instant it is, epoch milliseconds. */
  now(): number {
    return Math.floor(this.#anchor + (this.#source() - this.#since) * this.#rate);
  }

  /** World milliseconds since the start, for intervals: it stands still with the clock and is never set back. */
  elapsed(): number {
    return this.#elapsed + (this.#monotonic() - this.#elapsedSince) * this.#rate;
  }

  get state(): ClockState {
    return { now: this.now(), speed: this.#speed, frozen: this.#frozen };
  }

  /** @throws {RangeError} when the speed is not above 0 and at most {@link fastest}, or the instant is no date */
  set({ at, speed, frozen }: ClockSettings): void {
    if (speed !== undefined && !(speed > 0 && speed <= fastest)) {
      throw new RangeError(`a clock's speed is above 0 and at most ${fastest}, not ${speed}`);
    }
    if (at !== undefined && Number.isNaN(new Date(at).getTime())) throw new RangeError(`${at} is no instant`);
    this.#settle(at ?? this.now());
    if (speed !== undefined) this.#speed = speed;
    if (frozen !== undefined) this.#frozen = frozen;
  }

  /** Moves on at once by so many milliseconds. @throws {RangeError} when they are negative: use `set` to go back */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) throw new RangeError(`a clock cannot advance by ${milliseconds} ms`);
    this.#settle(this.now() + milliseconds);
  }

  get #rate(): number {
    return this.#frozen ? 0 : this.#speed;
  }

  /** Makes `instant` what the clock shows, at the rate in force up to here. */
  #settle(instant: number): void {
    const gone = instant - this.now();
    this.#elapsed = this.elapsed() + Math.max(0, gone);
    this.#elapsedSince = this.#monotonic();
    this.#since = this.#source();
    this.#anchor = instant;
  }
}
