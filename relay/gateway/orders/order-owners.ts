import { type OrderVerdict, orderVerdict } from '../../../shared/orders/codes.ts';
import type { OrderMessage } from '../connection/events/messages.ts';
import type { GatewayLogger } from '../connection/link.ts';
import type { OrderError } from '../connection/supervisor.ts';

/** What the gateway says about an order with a code, and what that does to it. */
type JudgedOrderError = OrderError & OrderVerdict;

/** Hears what the gateway says about one order id. */
export type OrderOwner = (message: OrderMessage | JudgedOrderError) => void;

/**
 * Who hears what IB Gateway says about an order id. Ids are this client's: what is certainly another client's order is
 * nobody's here. A status says who spoke last, not whose the order is, so that its owner has to look at the permanent id.
 */
export class OrderOwners {
  readonly #clientId: number;
  readonly #logger: GatewayLogger;
  readonly #owners = new Map<number, OrderOwner>();

  constructor(clientId: number, logger: GatewayLogger) {
    this.#clientId = clientId;
    this.#logger = logger;
  }

  /**
   * Takes an id, before anything is sent under it.
   * @returns what gives it back, once the order is final
   * @throws Error when it has an owner
   */
  own(orderId: number, owner: OrderOwner): () => void {
    if (this.#owners.has(orderId)) throw new Error(`Order id ${orderId} has an owner.`);
    this.#owners.set(orderId, owner);
    return () => {
      if (this.#owners.get(orderId) === owner) this.#owners.delete(orderId);
    };
  }

  /** Passes it to the order's owner. An error about an order that nobody here owns is for a person to see. */
  tell(message: OrderMessage | OrderError): void {
    const owner = this.#ownerOf(message);
    const heard = message.type === 'order-error' ? { ...message, ...orderVerdict(message.code) } : message;
    if (owner) owner(heard);
    else if (heard.type === 'order-error') {
      const { orderId, code, fate, text } = heard;
      this.#logger.warn(
        { orderId, code, fate, text: text.slice(0, 300) },
        'a code about an order that nobody here owns',
      );
    }
  }

  #ownerOf(message: OrderMessage | OrderError): OrderOwner | undefined {
    switch (message.type) {
      case 'open-order':
        return message.order.clientId === this.#clientId ? this.#owners.get(message.orderId) : undefined;
      case 'fill': {
        const { clientId, orderId = 0 } = message.execution;
        return clientId === this.#clientId ? this.#owners.get(orderId) : undefined;
      }
      default:
        return this.#owners.get(message.orderId);
    }
  }
}
