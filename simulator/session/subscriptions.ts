export type SubscriptionKind =
  | 'marketData'
  | 'historicalData'
  | 'accountSummary'
  | 'accountUpdates'
  | 'accountUpdatesMulti'
  | 'positions'
  | 'positionsMulti'
  | 'pnl'
  | 'pnlSingle'
  | 'marketDepth'
  | 'tickByTick'
  | 'realTimeBars'
  | 'scanner'
  | 'newsBulletins'
  | 'displayGroup';

/** Something a client asked to be kept informed about. */
export interface Subscription {
  readonly kind: SubscriptionKind;
  /** −1 for the kinds a client can have only once. */
  readonly reqId: number;
  /** What it is about, for people: a contract or an account. */
  readonly subject: string;
  /** Milliseconds between updates; without it the subscription never sends on its own. */
  readonly everyMs?: number;
  readonly update?: (now: number) => void;
  /** Called instead of `update` while nothing gets through: for streams that do not make up for what was missed. */
  readonly skip?: (now: number) => void;
}

interface Entry {
  readonly subscription: Subscription;
  due: number;
}

/** One client's open subscriptions. A request id stands for at most one of each kind. */
export class Subscriptions {
  readonly #entries = new Map<string, Entry>();

  static #key(kind: SubscriptionKind, reqId: number): string {
    return `${kind}:${reqId}`;
  }

  add(subscription: Subscription, now: number): void {
    const due = now + (subscription.everyMs ?? Number.POSITIVE_INFINITY);
    this.#entries.set(Subscriptions.#key(subscription.kind, subscription.reqId), { subscription, due });
  }

  has(kind: SubscriptionKind, reqId: number): boolean {
    return this.#entries.has(Subscriptions.#key(kind, reqId));
  }

  count(kind: SubscriptionKind): number {
    return this.list().filter((subscription) => subscription.kind === kind).length;
  }

  /** Ends a subscription; false when there was none. */
  remove(kind: SubscriptionKind, reqId: number): boolean {
    return this.#entries.delete(Subscriptions.#key(kind, reqId));
  }

  list(): Subscription[] {
    return [...this.#entries.values()].map(({ subscription }) => subscription);
  }

  clear(): void {
    this.#entries.clear();
  }

  /**
   * Runs every update that is due, except the paused ones, which are skipped and stay due.
   * @param now a time in milliseconds that never goes back
   * @param instant the world's clock
   */
  update(now: number, instant: number, paused: (subscription: Subscription) => boolean = () => false): void {
    for (const entry of [...this.#entries.values()]) {
      if (entry.due > now) continue;
      if (paused(entry.subscription)) {
        entry.subscription.skip?.(instant);
        continue;
      }
      entry.due = now + (entry.subscription.everyMs ?? Number.POSITIVE_INFINITY);
      entry.subscription.update?.(instant);
    }
  }
}
