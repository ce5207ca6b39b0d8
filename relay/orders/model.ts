import type { ToolErrorData } from '../../shared/errors.ts';
import type {
  CancelBody,
  JournalHead,
  OrderEventBody,
  PlaceBody,
  SettleBody,
  StopBody,
} from '../../shared/orders/frames.ts';
import type { LegName, OrderContract, OrderIdentity, OrderTerms, PlannedExercise } from '../../shared/orders/order.ts';

/**
 * What the relay's trading machine (trader.ts) hears and does. The machine is pure: `step(state, event)` gives the next
 * state and effects, which the adapter carries out in this order, one after the other; it may die between any two of them.
 * After a start the state is folded from the journal alone.
 */

/** What time it is, in every event. */
export interface Clocks {
  /** Never set, milliseconds. */
  readonly monotonic: number;
  /** This machine's wall clock, epoch milliseconds. */
  readonly wall: number;
  /** The gateway's, epoch milliseconds. */
  readonly gateway: number;
}

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
}

export interface SeenExecution extends OrderIdentity {
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
  /** Logged in with nextValidId under our client id: a new session, which a random name tells from others. */
  | {
      readonly type: 'session';
      readonly session: string;
      readonly clientId: number;
      readonly nextOrderId: number;
      readonly accounts: readonly string[];
      readonly zone?: string;
    }
  | { readonly type: 'session-lost'; readonly refused: boolean }
  /** 1100; then 1101 or 1102. */
  | { readonly type: 'upstream'; readonly up: boolean }
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
  /** The answer to a `look`: whole lists, or why there is none. */
  | {
      readonly type: 'looked';
      readonly look: number;
      readonly found?: {
        readonly open: readonly SeenOrder[];
        readonly completed: readonly SeenOrder[];
        readonly executions: readonly SeenExecution[];
      };
    };

export type TraderEvent = { readonly clocks: Clocks } & (
  | {
      readonly type: 'instruction';
      readonly id: string;
      readonly body:
        | { readonly name: 'place'; readonly place: PlaceBody }
        | { readonly name: 'cancel'; readonly cancel: CancelBody }
        | { readonly name: 'settle'; readonly settle: SettleBody }
        | { readonly name: 'stop'; readonly stop: StopBody };
    }
  /** Home's clock at the moment the connection to it was made, epoch milliseconds; `lost` when it went. */
  | { readonly type: 'home'; readonly time?: number; readonly lost?: true }
  /** The hub has taken events; the last journal length that they told. */
  | { readonly type: 'acknowledged'; readonly head: JournalHead }
  | { readonly type: 'gateway'; readonly news: GatewayNews }
  /** What a `send` effect came to: handed to the socket, or certainly not. Absent answers count as handed over. */
  | { readonly type: 'sent'; readonly batch: number; readonly handedOver: boolean }
  | { readonly type: 'timer'; readonly name: string }
  /** From the control socket at home. */
  | { readonly type: 'command'; readonly id: string; readonly command: TraderCommand }
  | { readonly type: 'kill-file'; readonly present: boolean }
);

export type TraderCommand =
  | {
      readonly name: 'stop-trading';
      readonly reason: string;
      readonly protect: boolean;
      readonly everything: boolean;
      readonly cancelOwn: boolean;
    }
  | { readonly name: 'resume-trading' }
  | { readonly name: 'trust'; readonly home: string }
  | { readonly name: 'resolve'; readonly ticket: string; readonly placed: boolean; readonly note: string };

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

/** What the journal keeps, each fsynced before the next effect. All that the machine must know after a start. */
export type JournalEntry =
  | { readonly type: 'trusted'; readonly home: string; readonly by: 'pairing' | 'person'; readonly at: number }
  | {
      readonly type: 'taken';
      readonly ticket: string;
      readonly hash: string;
      readonly order: string;
      readonly account: string;
      readonly orderIds: readonly (readonly [LegName, number])[];
      readonly clientId: number;
      readonly session: string;
      readonly at: number;
      readonly gatewayAt: number;
      readonly used: {
        readonly notional: string;
        readonly orders: number;
        readonly quantity: string;
        readonly loss: string;
      };
    }
  | { readonly type: 'refused'; readonly ticket: string; readonly error: ToolErrorData; readonly at: number }
  | {
      readonly type: 'outcome';
      readonly ticket: string;
      readonly revision: number;
      readonly report: OrderEventBody['body'];
      readonly at: number;
    }
  | {
      readonly type: 'cancel';
      readonly request: string;
      readonly orders: readonly OrderIdentity[];
      readonly at: number;
    }
  | {
      readonly type: 'order';
      readonly ticket: string;
      readonly leg: LegName;
      readonly permId: number;
      readonly at: number;
    }
  | { readonly type: 'fill'; readonly ticket: string; readonly execution: SeenExecution; readonly at: number }
  | {
      readonly type: 'stopped';
      readonly where: 'dashboard' | 'home' | 'breaker' | 'kill_file';
      readonly reason: string;
      readonly at: number;
    }
  | { readonly type: 'resumed'; readonly where: 'dashboard' | 'home' | 'kill_file'; readonly at: number }
  | { readonly type: 'rejection'; readonly ticket: string; readonly at: number }
  | { readonly type: 'acceptance'; readonly ticket: string; readonly at: number }
  | { readonly type: 'acknowledged'; readonly length: number; readonly at: number }
  | {
      readonly type: 'resolved';
      readonly ticket: string;
      readonly placed: boolean;
      readonly note: string;
      readonly at: number;
    };

export type TraderEffect =
  /** Append and fsync; when it fails the process ends at once. */
  | { readonly type: 'journal'; readonly entry: JournalEntry }
  /** All in one turn of the event loop, in this order; leads to `sent`. */
  | { readonly type: 'send'; readonly batch: number; readonly messages: readonly GatewayMessage[] }
  /** Answer an instruction: taken on, or refused with nothing done. */
  | { readonly type: 'answer'; readonly id: string; readonly refused?: ToolErrorData }
  /** For Home, kept until it has it. */
  | { readonly type: 'tell'; readonly event: OrderEventBody }
  /** Ask the gateway for all open orders, today's completed orders and executions; leads to `looked`. */
  | { readonly type: 'look'; readonly look: number }
  /** End the connection to the gateway on purpose and make it again. */
  | { readonly type: 'reconnect' }
  | { readonly type: 'timer'; readonly name: string; readonly ms: number }
  | { readonly type: 'clear-timer'; readonly name: string }
  | { readonly type: 'reply'; readonly id: string; readonly ok: boolean; readonly text: string }
  /** For the log and the audit file, without secrets. */
  | { readonly type: 'note'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
