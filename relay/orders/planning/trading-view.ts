import type { ToolErrorData } from '../../../shared/errors.ts';
import type { Policy } from '../../../shared/orders/policy-fields.ts';
import type { ApprovalMode } from '../../../shared/orders/ticket-states.ts';
import type { SeenOrder } from '../../gateway/orders/news.ts';
import type { LimitUse, SendFacts } from '../model.ts';

/** An order that works somewhere, with how much of it is left. */
export interface OpenOrder {
  readonly order: SeenOrder;
  /** Units. */
  readonly filled: string;
  readonly remaining: string;
}

/** An order of ours that was sent not long ago. */
export interface RecentOrder {
  readonly hash: string;
  readonly ticket: string;
  /** Gateway time, epoch milliseconds. */
  readonly at: number;
}

/** What preparing an order needs to know of this relay's trading. Nothing through it can send an order. */
export interface TradingView {
  /** Policy at home as it is now. */
  readonly policy: Policy;
  /** How an order must be approved here. */
  readonly approval: ApprovalMode;
  /** The API client id, under which orders are sent. */
  readonly clientId: number;
  /** The journal's generation. */
  readonly generation: string;
  /** Why no order may leave now (stopped, breaker, trust, kill file); undefined when orders may. */
  blocked(): ToolErrorData | undefined;
  /** What our orders have used of the day's limits, reservations included. Base currency. */
  used(): LimitUse;
  /** Every open order of the login, whoever placed it. */
  openOrders(signal: AbortSignal): Promise<readonly OpenOrder[]>;
  /** Orders of the last hour that were sent from here. */
  recentOrders(): readonly RecentOrder[];
  /** Keeps what was found out about an order, by its canonical text, until it is sent. */
  keepFacts(order: string, facts: SendFacts): void;
  /** Writes down in the relay's audit that an order was refused while it was prepared, or looked at again. */
  noteRefusal(note: { readonly tool: string; readonly hash?: string; readonly why: string }): void;
  /** An order id that nothing was sent under, taken for good; undefined while there is no session. */
  nextOrderId(): number | undefined;
}
