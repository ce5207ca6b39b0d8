import type { RelayStatus } from '../../../shared/status.ts';
import type { ActingConnection } from '../connection/faces.ts';
import type { GatewayLogger } from '../connection/link.ts';
import type { Supervisor } from '../connection/supervisor.ts';
import { OrderOwners } from './order-owners.ts';
import { WhatIfDesk } from './what-if.ts';

export interface OrderDeskOptions {
  readonly trading: RelayStatus['trading'];
  /** The API client id, whose order ids these are. */
  readonly clientId: number;
}

/** Whether a relay in this mode may send anything that acts. */
export function mayAct(trading: RelayStatus['trading']): boolean {
  return trading !== 'read-only';
}

/**
 * The only holder of what acts at the gateway; in a read-only relay there is nothing to hold. What the gateway says about
 * order ids comes here in every mode.
 */
export class OrderDesk {
  /** Asks what orders would cost; absent in a read-only relay, for even the question is a message that places orders. */
  readonly whatIf: WhatIfDesk | undefined;
  readonly #acting: ActingConnection | undefined;

  constructor(
    connection: Pick<Supervisor, 'onBroadcast' | 'onOrderError' | 'takeActing'>,
    { trading, clientId }: OrderDeskOptions,
    logger: GatewayLogger,
  ) {
    const owners = new OrderOwners(clientId, logger);
    connection.onOrderError((error) => owners.tell(error));
    connection.onBroadcast((message) => {
      if (message.type === 'open-order' || message.type === 'order-status' || message.type === 'fill') {
        owners.tell(message);
      }
    });
    this.#acting = mayAct(trading) ? connection.takeActing() : undefined;
    this.whatIf = this.#acting && new WhatIfDesk(this.#acting, owners);
  }

  /** Whether this relay can send orders at all. */
  get canTrade(): boolean {
    return this.#acting !== undefined;
  }
}
