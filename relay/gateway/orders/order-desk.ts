import type { RelayStatus } from '../../../shared/status.ts';
import type { ActingConnection } from '../connection/faces.ts';
import type { GatewayLogger } from '../connection/link.ts';
import type { Supervisor } from '../connection/supervisor.ts';
import type { GatewayNews, SeenOrder } from './news.ts';
import { type FeedSource, OrderFeed } from './order-feed.ts';
import { type FoundOrders, OrderLists } from './order-lists.ts';
import { OrderOwners } from './order-owners.ts';
import { ReadOnlyApi } from './read-only-api.ts';
import { OrderSender, type TradingConnection, tradingConnection } from './trading-connection.ts';
import { WhatIfDesk } from './what-if.ts';

type OrderSource = FeedSource & Pick<Supervisor, 'ask' | 'onInterrupted' | 'request' | 'takeActing'>;

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
  /** Whether the gateway has said that it takes no orders. */
  readonly readOnly: ReadOnlyApi;
  readonly #acting: ActingConnection | undefined;
  readonly #lists: OrderLists;
  readonly #clientId: number;
  readonly #connection: OrderSource;
  #isTaken = false;

  constructor(connection: OrderSource, { trading, clientId }: OrderDeskOptions, logger: GatewayLogger) {
    const owners = new OrderOwners(clientId, logger);
    this.readOnly = new ReadOnlyApi(logger);
    connection.onOrderError((error) => {
      const isReadOnly = this.readOnly.hear(error);
      if (error.orderId > 0 || !isReadOnly) owners.tell(error);
    });
    connection.onNews(({ type }) => {
      if (type === 'dialled' || type === 'gone') this.readOnly.clear();
    });
    connection.onBroadcast((message) => {
      if (message.type === 'open-order' || message.type === 'order-status' || message.type === 'fill') {
        owners.tell(message);
      }
    });
    this.#acting = mayAct(trading) ? connection.takeActing() : undefined;
    this.whatIf = this.#acting && new WhatIfDesk(this.#acting, owners, this.readOnly);
    this.#lists = new OrderLists(connection);
    this.#clientId = clientId;
    this.#connection = connection;
  }

  /** Whether this relay can send orders at all. */
  get canTrade(): boolean {
    return this.#acting !== undefined;
  }

  /** Open orders of all clients of the login. Rejects with a ToolError. */
  openOrders(deadlineMs: number, signal?: AbortSignal): Promise<readonly SeenOrder[]> {
    return this.#lists.openOrders(deadlineMs, signal);
  }

  /** Open orders of all clients, and today’s completed orders and executions. Rejects with a ToolError. */
  look(deadlineMs: number, signal?: AbortSignal): Promise<FoundOrders> {
    return this.#lists.look(deadlineMs, signal);
  }

  /**
   * What trades; before the gateway is started, so that nothing that it says is missed.
   * @throws Error in a relay that is for reading only, and the second time
   */
  takeTrading(): TradingConnection {
    const acting = this.#acting;
    if (!acting) throw new Error('This relay is for reading only.');
    if (this.#isTaken) throw new Error('What trades has been handed out before.');
    this.#isTaken = true;
    let listener: ((news: GatewayNews) => void) | undefined;
    const { nextOrderId } = acting;
    const tell = (news: GatewayNews) => listener?.(news);
    const feed = new OrderFeed(this.#connection, { clientId: this.#clientId, nextOrderId, tell });
    return tradingConnection({
      onNews: (heard) => {
        listener = heard;
      },
      sender: new OrderSender(acting, () => feed.session),
      lists: this.#lists,
      acting,
    });
  }
}
