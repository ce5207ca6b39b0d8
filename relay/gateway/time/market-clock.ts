import { monotonicNow } from '../../async/monotonic.ts';
import { zoneOfGreeting } from './gateway-time.ts';

/** The gateway tells whole seconds: a clock that differs by less says the same, and more finely. */
const agreesMs = 1_500;

/**
 * What time it is at the market, epoch milliseconds: the gateway's time as of its last answer, carried on by a clock
 * that is never set, so that no step of this machine's clock by more than that second and a half changes anything. Before the first answer it is the
 * machine's.
 *
 * On Linux the clock that is never set stands still while the machine sleeps, so that afterwards this one is late by as
 * much until the gateway is asked again: a heartbeat does that within a minute, and a new connection at once.
 */
export class MarketClock {
  readonly #wall: () => number;
  readonly #monotonic: () => number;
  #greeting: { readonly text: string; readonly since: number } | undefined;
  #told: { readonly at: number; readonly since: number } | undefined;

  /**
   * @param wall the machine's clock, epoch milliseconds
   * @param monotonic milliseconds that never go back
   */
  constructor(wall: () => number = () => Date.now(), monotonic: () => number = monotonicNow) {
    this.#wall = wall;
    this.#monotonic = monotonic;
  }

  now(): number {
    return this.#told === undefined ? this.#wall() : Math.round(this.#told.at + this.#monotonic() - this.#told.since);
  }

  /** Takes what the gateway says. The machine's clock and this one, in this order, are finer where they agree with it. */
  set(epochSeconds: number): void {
    const told = epochSeconds * 1_000 + 500;
    const finer = [this.#wall(), this.now()].find((known) => Math.abs(told - known) < agreesMs);
    this.#told = { at: finer ?? told, since: this.#monotonic() };
  }

  /** Takes the gateway's local time in its greeting, `20261128 10:00:00 EST`. */
  greet(text: string): void {
    this.#greeting = { text, since: this.#monotonic() };
  }

  /** IANA zone of the gateway's own clock; undefined until it has greeted, or when that does not tell. */
  zone(): string | undefined {
    if (this.#greeting === undefined) return undefined;
    return zoneOfGreeting(this.#greeting.text, this.now() - (this.#monotonic() - this.#greeting.since));
  }
}
