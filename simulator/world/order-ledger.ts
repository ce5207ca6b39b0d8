import type { Exchange, Order } from '../exchange/model.ts';

/** An order that was accepted, as it came over the wire. */
export interface LedgerEntry {
  /** When it was accepted, epoch milliseconds of the simulated world. */
  readonly at: number;
  /** Of the client and under the id that placed it, whatever the gateway has forgotten since; −1 and 0 by hand. */
  readonly clientId: number;
  readonly orderId: number;
  readonly permId: number;
  readonly orderRef: string;
  /** The fields of its `placeOrder`, as on the wire; none of what was entered by hand. */
  readonly fields: Readonly<Record<string, string>>;
  /** Whether it has left the gateway, or waits for the last order of its bracket. */
  readonly transmitted: boolean;
}

/** More than this many are not remembered: the oldest go. */
const mostEntries = 100_000;

/** Every order that the exchange has ever accepted, oldest first; of orders from before it was made it knows nothing. */
export class OrderLedger {
  readonly #entries = new Map<number, LedgerEntry>();

  constructor(exchange: Exchange) {
    exchange.onEvent((event) => {
      if (event.type === 'order') this.#note(event.order);
    });
  }

  list(): LedgerEntry[] {
    return [...this.#entries.values()];
  }

  #note({ permId, owner, terms, wire, status, submittedAt }: Order): void {
    const known = this.#entries.get(permId);
    if (!known && status === 'Inactive') return;
    const transmitted = status !== 'ApiPending';
    if (known && known.transmitted === transmitted) return;
    this.#entries.set(permId, {
      ...(known ?? { at: submittedAt, ...owner, permId, orderRef: terms.orderRef, fields: wire.values }),
      transmitted: transmitted || known?.transmitted === true,
    });
    if (this.#entries.size > mostEntries) this.#entries.delete(this.#entries.keys().next().value ?? permId);
  }
}
