import type { ToolError } from '../../../shared/errors.ts';
import { monotonicNow } from '../../async/monotonic.ts';

/**
 * Who waits for whom: orders go before everything, cancellations of data requests before the data itself, and what a
 * person waits for before bulk history.
 */
export const lanes = ['orders', 'cancellations', 'interactive', 'bulk'] as const;
export type Lane = (typeof lanes)[number];

/** How much of the rate each lane may use, so that a higher lane always finds room. */
const share: Readonly<Record<Lane, number>> = { orders: 1, cancellations: 0.95, interactive: 0.85, bulk: 0.6 };

interface Waiting {
  readonly messages: number;
  readonly send: () => void;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Keeps the messages to IB under a number per second, counted over every sliding second. Sends at once while there is
 * room; otherwise queues per lane.
 */
export class Pacer {
  readonly #rate: number;
  readonly #queues: Record<Lane, Waiting[]> = {
    orders: [],
    cancellations: [],
    interactive: [],
    bulk: [],
  };
  #sentAt: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** @param rate messages per second; IB allows half the number of market-data lines, 50 by default. */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /**
   * Calls `send` as soon as the lane has room. Rejects when the signal aborts first or the pacer is cleared.
   * @param messages how many it sends; there has to be room for all of them
   */
  async submit(lane: Lane, send: () => void, signal?: AbortSignal, messages = 1): Promise<void> {
    signal?.throwIfAborted();
    if (!this.#isAwaited(lane) && this.#hasRoom(lane, messages)) {
      this.#count(messages);
      send();
      return;
    }
    let leave: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const waiting: Waiting = { messages, send, resolve, reject };
        this.#queues[lane].push(waiting);
        leave = () => {
          this.#queues[lane] = this.#queues[lane].filter((other) => other !== waiting);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', leave, { once: true });
        this.#schedule();
      });
    } finally {
      if (leave) signal?.removeEventListener('abort', leave);
    }
  }

  /** Sends a cancellation: it needs no answer, waits only for the rate, and is dropped when the pacer is cleared. */
  sendSoon(send: () => void): void {
    this.submit('cancellations', send).catch(() => undefined);
  }

  /** Sends now, whatever the queues hold; still counts towards the rate. For heartbeats. */
  sendNow(send: () => void): void {
    this.#count(1);
    send();
  }

  /** Rejects everything that waits. */
  clear(reason: ToolError): void {
    for (const lane of lanes) {
      const waiting = this.#queues[lane];
      this.#queues[lane] = [];
      for (const { reject } of waiting) reject(reason);
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Messages that wait in all lanes. */
  get waiting(): number {
    return lanes.reduce((sum, lane) => sum + this.#queues[lane].length, 0);
  }

  /** Whether something waits in this lane or in one that goes before it. */
  #isAwaited(lane: Lane): boolean {
    return lanes.slice(0, lanes.indexOf(lane) + 1).some((each) => this.#queues[each].length > 0);
  }

  /** More messages than the lane may send in a second have it for themselves. */
  #hasRoom(lane: Lane, messages: number): boolean {
    const most = Math.max(messages, Math.floor(this.#rate * share[lane]));
    return this.#inLastSecond() + messages <= most;
  }

  #inLastSecond(): number {
    const now = monotonicNow();
    this.#sentAt = this.#sentAt.filter((at) => now - at < 1_000);
    return this.#sentAt.length;
  }

  #count(messages: number): void {
    const now = monotonicNow();
    for (let i = 0; i < messages; i += 1) this.#sentAt.push(now);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.waiting === 0) return;
    const oldest = this.#sentAt[0] ?? monotonicNow();
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#drain();
      },
      Math.max(5, oldest + 1_000 - monotonicNow()),
    );
  }

  #drain(): void {
    for (const lane of lanes) {
      for (;;) {
        const next = this.#queues[lane][0];
        if (!next || !this.#hasRoom(lane, next.messages)) break;
        this.#queues[lane].shift();
        this.#count(next.messages);
        try {
          next.send();
          next.resolve();
        } catch (error) {
          next.reject(error);
        }
      }
      // Otherwise those behind would take what the one in front waits for.
      if (this.#queues[lane].length > 0) break;
    }
    this.#schedule();
  }
}
