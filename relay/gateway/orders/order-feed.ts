import { randomUUID } from 'node:crypto';
import type { Broadcast } from '../connection/events/messages.ts';
import type { OrderError, Supervisor } from '../connection/supervisor.ts';
import { decimal, seenOrder } from './decode.ts';
import type { GatewayNews } from './news.ts';
import { executionOf } from './order-lists.ts';

/** What the feed hears the connection by. */
export type FeedSource = Pick<
  Supervisor,
  'gatewayZone' | 'onBroadcast' | 'onNews' | 'onOrderError' | 'serverTime' | 'status'
>;

/** More than a gateway says between its handshake and its first answer. */
const maxHeld = 20_000;

/**
 * Turns what a connection says into news for the trading machine. A session begins when requests are served; what the
 * gateway said on its connection before is told after that, in order.
 */
export class OrderFeed {
  readonly #source: FeedSource;
  readonly #clientId: number;
  readonly #nextOrderId: () => number | undefined;
  readonly #tell: (news: GatewayNews) => void;
  #held: GatewayNews[] = [];
  #session: string | undefined;

  constructor(
    source: FeedSource,
    options: {
      readonly clientId: number;
      readonly nextOrderId: () => number | undefined;
      readonly tell: (news: GatewayNews) => void;
    },
  ) {
    this.#source = source;
    this.#clientId = options.clientId;
    this.#nextOrderId = options.nextOrderId;
    this.#tell = options.tell;
    source.onNews((news) => {
      switch (news.type) {
        case 'dialled':
          this.#held = [];
          return;
        case 'up':
          this.#begin();
          return;
        case 'gone':
          this.#session = undefined;
          this.#tell({ type: 'session-lost' });
          return;
        case 'port-refused':
          this.#tell({ type: 'port-refused' });
          return;
        default:
          this.#hear(news);
      }
    });
    source.onBroadcast((message) => {
      const news = this.#newsOf(message);
      if (news) this.#hear(news);
    });
    source.onOrderError((error) => this.#hear(errorNews(error)));
  }

  /** The session that is up, if any. */
  get session(): string | undefined {
    return this.#session;
  }

  #begin(): void {
    const zone = this.#source.gatewayZone();
    this.#session = randomUUID();
    this.#tell({
      type: 'session',
      session: this.#session,
      clientId: this.#clientId,
      nextOrderId: this.#nextOrderId() ?? 0,
      accounts: this.#source.status().accounts,
      ...(zone === undefined ? {} : { zone }),
    });
    const held = this.#held;
    this.#held = [];
    for (const news of held) this.#tell(news);
  }

  #hear(news: GatewayNews): void {
    if (this.#session !== undefined) this.#tell(news);
    else if (this.#held.length < maxHeld) this.#held.push(news);
  }

  #newsOf(message: Broadcast): GatewayNews | undefined {
    switch (message.type) {
      case 'open-order': {
        // The answer to a what-if has the form of an order.
        if (message.order.whatIf) return undefined;
        const status = message.state.status ?? '';
        return { type: 'open-order', order: seenOrder({ ...message, status }, this.#source.gatewayZone()) };
      }
      case 'order-status': {
        const { orderId, clientId, permId, status, filled, remaining, averagePrice, whyHeld } = message;
        return {
          type: 'order-status',
          order: { orderId, clientId, permId },
          status,
          filled: decimal(filled) ?? '0',
          remaining: decimal(remaining) ?? '0',
          averagePrice: decimal(averagePrice) ?? '0',
          whyHeld,
        };
      }
      case 'fill':
        return { type: 'execution', execution: executionOf(message.contract, message.execution, this.#source) };
      case 'commission': {
        const { execId, commission, currency, realizedPNL } = message.report;
        const amount = decimal(commission);
        // IB says −1 while it does not know it.
        if (!execId || amount === undefined || amount === '-1') return undefined;
        const realizedPnl = decimal(realizedPNL);
        return {
          type: 'commission',
          execId,
          commission: amount,
          currency: currency ?? '',
          ...(realizedPnl === undefined ? {} : { realizedPnl }),
        };
      }
      default:
        return undefined;
    }
  }
}

function errorNews({ orderId, code, text }: OrderError): GatewayNews {
  return { type: 'order-error', orderId, code, text };
}
