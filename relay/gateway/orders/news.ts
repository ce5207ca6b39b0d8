import type { OrderContract, OrderIdentity, OrderTerms, PlannedExercise } from '../../../shared/orders/order.ts';

/** An order as a list of the gateway, or an echo, tells it. `terms` is absent where the message has none. */
export interface SeenOrder extends OrderIdentity {
  readonly account: string;
  readonly orderRef: string;
  readonly status: string;
  readonly contract: OrderContract;
  readonly terms: OrderTerms;
  readonly parentId?: number;
  /** As IB names it. */
  readonly ocaGroup?: string;
  readonly completed?: { readonly status: string; readonly filled: string };
  readonly whyHeld?: string;
  /** As the status that came with it in a list tells it. */
  readonly progress?: { readonly filled: string; readonly remaining: string; readonly averagePrice: string };
}

export interface SeenExecution extends OrderIdentity {
  /** IB's id: see shared/orders/fills.ts. */
  readonly execId: string;
  readonly account: string;
  readonly orderRef: string;
  readonly conId: number;
  /** The line of a whole combination, which stands beside those of its legs. */
  readonly combination: boolean;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: string;
  readonly price: string;
  /** Gateway time, epoch milliseconds. */
  readonly at: number;
}

/** What the gateway says. */
export type GatewayNews =
  /**
   * Logged in with nextValidId under our client id: a new session, which a random name tells from others. It comes before
   * anything else that is heard on this connection, and what was heard on an earlier one is never told after it.
   */
  | {
      readonly type: 'session';
      readonly session: string;
      readonly clientId: number;
      readonly nextOrderId: number;
      readonly accounts: readonly string[];
      readonly zone?: string;
    }
  | { readonly type: 'session-lost' }
  /** Its port refused a connection: no gateway runs there, so none keeps an order that it has not passed on. */
  | { readonly type: 'port-refused' }
  /** 1100 or 2110, also on a connection that comes up meanwhile; then 1101, 1102, or a farm that is there again. */
  | { readonly type: 'upstream'; readonly up: boolean }
  /** The gateway has answered a question that was asked on this connection, after the upstream was last lost. */
  | { readonly type: 'heartbeat' }
  | { readonly type: 'open-order'; readonly order: SeenOrder }
  | {
      readonly type: 'order-status';
      readonly order: OrderIdentity;
      readonly status: string;
      readonly filled: string;
      readonly remaining: string;
      readonly averagePrice: string;
      readonly whyHeld: string;
    }
  | { readonly type: 'execution'; readonly execution: SeenExecution }
  | {
      readonly type: 'commission';
      readonly execId: string;
      readonly commission: string;
      readonly currency: string;
      readonly realizedPnl?: string;
    }
  | { readonly type: 'order-error'; readonly orderId: number; readonly code: number; readonly text: string }
  /** The answer to a `look`: whole lists; without `found` it failed, or the connection went. */
  | {
      readonly type: 'looked';
      readonly look: number;
      readonly found?: {
        readonly open: readonly SeenOrder[];
        readonly completed: readonly SeenOrder[];
        readonly executions: readonly SeenExecution[];
      };
    };

/** One message to the gateway. */
export type GatewayMessage =
  | {
      readonly type: 'place';
      readonly orderId: number;
      readonly parentId: number;
      readonly transmit: boolean;
      readonly contract: OrderContract;
      readonly terms: OrderTerms;
      readonly orderRef: string;
      readonly ocaGroup?: string;
    }
  | { readonly type: 'cancel'; readonly orderId: number }
  | { readonly type: 'cancel-everything' }
  | { readonly type: 'exercise'; readonly requestId: number; readonly exercise: PlannedExercise };
