/** What a gateway can do to orders of its own accord. All off is a healthy gateway. */
export class OrderFaults {
  /** A change makes a second order under the same id, with a perm id of its own: the next change only. */
  forksNextChange = false;
  /** What is told first of an order has no perm id yet: 0. */
  permIdLater = false;
  /** A cancel reaches whatever order has that id, whoever placed it. */
  anyClientCancels = false;
  /** Orders that came while the broker was out of reach are sent later, even when their client has gone. */
  keepsWhileLost = false;
  /** Echoes have what IB fills in itself: prices that follow the market, 0 for those that do not apply, a cash order's units. */
  fillsFields = false;
  /** A preset: every order gets this time in force, with 10349 for those that had another. */
  presetTif: 'DAY' | 'GTC' | undefined;
  /** A precaution: larger orders are refused with 383. */
  sizeLimit: number | undefined;
  readonly #told = new Set<number>();
  #window = false;
  #held: (() => void) | undefined;

  /** A window waits at the gateway for somebody to answer. */
  get window(): 'none' | 'open' | 'holds an order' {
    if (!this.#window) return 'none';
    return this.#held ? 'holds an order' : 'open';
  }

  /** The next order waits in a window, without a word; those behind it are dropped, until it is answered. */
  openWindow(): void {
    this.#window = true;
  }

  /** Somebody answers: what waits goes on, or is forgotten. */
  answerWindow(accept: boolean): void {
    const held = this.#held;
    this.#window = false;
    this.#held = undefined;
    if (accept) held?.();
  }

  /** True when a window keeps an order from going on. */
  holdsBack(goOn: () => void): boolean {
    if (this.#window) this.#held ??= goOn;
    return this.#window;
  }

  /** Whether this change is to become a second order; true once. */
  takeFork(): boolean {
    const forks = this.forksNextChange;
    this.forksNextChange = false;
    return forks;
  }

  /** Whether an order is to be told without its perm id; true once for each. */
  hidesPermId(permId: number): boolean {
    if (!this.permIdLater || this.#told.has(permId)) return false;
    this.#told.add(permId);
    return true;
  }

  clear(): void {
    this.forksNextChange = false;
    this.permIdLater = false;
    this.anyClientCancels = false;
    this.keepsWhileLost = false;
    this.fillsFields = false;
    this.presetTif = undefined;
    this.sizeLimit = undefined;
    this.#told.clear();
    this.answerWindow(false);
  }
}
