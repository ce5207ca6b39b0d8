import type { ToolErrorData } from '../../shared/errors.ts';
import type {
  CancelBody,
  JournalHead,
  OrderEventBody,
  PlaceBody,
  SettleBody,
  StopBody,
  TicketReport,
  TradingStatus,
} from '../../shared/orders/frames.ts';
import type { LegName, OrderIdentity } from '../../shared/orders/order.ts';
import type { PreparedOrder } from '../../shared/orders/preview.ts';
import type { GatewayMessage, GatewayNews, SeenExecution } from '../gateway/orders/news.ts';
import type { LeaveBy, LocalClocks } from './leaving.ts';

export type { GatewayMessage, GatewayNews, SeenExecution, SeenOrder } from '../gateway/orders/news.ts';

/**
 * What the relay's trading machine (trader.ts) hears and does. The machine is pure: `step(state, event)` gives the next
 * state and effects, which the adapter carries out in this order, one after the other; it may die between any two of them.
 * After a start the state is folded from the journal alone, and the first event is `started`.
 *
 * The adapter owes it: events one at a time, and those of one source in the order in which they happened; all effects of a
 * step before the next event; everything that the gateway says from the moment on at which it made the connection.
 */

/** What time it is, in every event. */
export interface Clocks extends LocalClocks {
  /** The gateway's, epoch milliseconds; the best guess while none has told it. */
  readonly gateway: number;
}

/** What of the limits an order uses, in base currency. */
export type LimitUse = PreparedOrder['uses'];

/** What was found out about an order a moment before it is sent, for the judgement at send. */
export interface SendFacts {
  /** Gateway time at which they were asked for; absent where that is not known. */
  readonly at?: number;
  readonly measures: PreparedOrder['measures'];
  readonly uses: LimitUse;
  /** Of an advisor's group: who is in it. */
  readonly members?: readonly string[];
  /** Base currency for one unit of the currencies that it may realize something in. */
  readonly rates?: Readonly<Record<string, string>>;
}

export type TraderEvent = { readonly clocks: Clocks } /** Once, after the fold. */ & (
  | { readonly type: 'started' }
  | {
      readonly type: 'instruction';
      readonly id: string;
      readonly body:
        | {
            readonly name: 'place';
            readonly place: PlaceBody;
            /** The hash that our journal has at the length which the body names; absent when it is not that long. */
            readonly hashThere?: string;
            /** For how many more events the outbox has room. */
            readonly room: number;
            /** Absent when they could not be had: what then has to pass is for `judgeAtSend` to say. */
            readonly facts?: SendFacts;
          }
        | { readonly name: 'cancel'; readonly cancel: CancelBody }
        | {
            readonly name: 'settle';
            readonly settle: SettleBody;
            readonly hashThere?: string;
            /** The hash that our journal has at the length of the head on which both agreed last. */
            readonly agreedThere?: string;
          }
        | { readonly name: 'stop'; readonly stop: StopBody };
    }
  /** Home's clock, epoch milliseconds, when the connection to it was made and as often as it is told, if it tells; `lost` when it went. */
  | { readonly type: 'home'; readonly time?: number; readonly lost?: true }
  /** The hub has taken events; the last journal head that they told. Before any instruction that it sent afterwards. */
  | { readonly type: 'acknowledged'; readonly head: JournalHead }
  | { readonly type: 'gateway'; readonly news: GatewayNews }
  /** What a `send` effect came to: handed to the socket, or certainly not. Absent answers count as handed over. */
  | { readonly type: 'sent'; readonly batch: number; readonly handedOver: boolean; readonly why?: string }
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
  /** `generation`: the new one of the journal, random. */
  | { readonly name: 'trust'; readonly home: string; readonly generation: string }
  /** A person says that the gateway was restarted since. */
  | { readonly name: 'gateway-restarted' }
  | { readonly name: 'resolve'; readonly ticket: string; readonly placed: boolean; readonly note: string };

/** What the journal keeps, each fsynced before the next effect. All that the machine must know after a start. */
export type JournalEntry =
  /** Home and journal believe in each other, from this entry on under this generation of the journal. */
  | {
      readonly type: 'trusted';
      readonly home: string;
      readonly generation: string;
      readonly by: 'pairing' | 'person';
      readonly at: number;
    }
  /** Before the first byte of it leaves. */
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
      readonly used: LimitUse;
      readonly approval: PlaceBody['approval'];
      /** Of a change: whether the regular session was open, so that new terms show at once. */
      readonly regularHours?: boolean;
      readonly rates?: SendFacts['rates'];
      /** The most tickets that Home has said to have consumed; absent when it does not count. */
      readonly consumed?: number;
    }
  | {
      readonly type: 'refused';
      readonly ticket: string;
      readonly error: ToolErrorData;
      readonly consumed?: number;
      readonly at: number;
    }
  /** What became of a ticket, as it is told. */
  | {
      readonly type: 'outcome';
      readonly ticket: string;
      readonly report: TicketReport;
      readonly at: number;
    }
  /** Why no later silence about a ticket proves that it was never placed; `restarted` lifts `silent`. */
  | { readonly type: 'doubt'; readonly ticket: string; readonly why: Doubt; readonly at: number }
  | {
      readonly type: 'cancel';
      readonly request: string;
      readonly what: CancelBody['what'];
      readonly orders: readonly OrderIdentity[];
      readonly by: string;
      readonly at: number;
    }
  | { readonly type: 'cancelled'; readonly request: string; readonly at: number }
  /** The permanent id under which IB has an order of ours, or what was seen of its life. */
  | {
      readonly type: 'order';
      readonly ticket: string;
      readonly leg: LegName;
      readonly permId: number;
      /** Its first echo was compared with what was approved. */
      readonly compared: boolean;
      /** Its size, where somebody changed it elsewhere. */
      readonly quantity?: string;
      readonly at: number;
    }
  /** Again when its commission became known. */
  | {
      readonly type: 'fill';
      readonly ticket: string;
      readonly leg: LegName;
      readonly execution: SeenExecution;
      readonly commission?: FillCosts;
      readonly at: number;
    }
  | {
      readonly type: 'stopped';
      readonly where: StopPlace;
      readonly reason: string;
      readonly by: string;
      readonly at: number;
    }
  | { readonly type: 'resumed'; readonly where: StopPlace; readonly by: string; readonly at: number }
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

export type StopPlace = NonNullable<TradingStatus['stopped']>['where'];

/**
 * - `silent`: a living connection neither echoed nor refused it, so it may wait in a window of the gateway.
 * - `upstream`: the gateway lost IB since the write, so it may keep it and send it later.
 * - `restarted`: the gateway was restarted since.
 */
export type Doubt = 'silent' | 'upstream' | 'restarted';

export interface FillCosts {
  readonly commission: string;
  readonly currency: string;
  readonly realizedPnl?: string;
}

export type TraderEffect =
  /** Append and fsync; when it fails the process ends at once. */
  | { readonly type: 'journal'; readonly entry: JournalEntry }
  /**
   * All in one turn of the event loop, in this order, on that session's connection or not at all; leads to `sent`. With
   * `leave` the socket's buffer is empty. `mayStillSend` (gate.ts) is asked right before the first byte.
   */
  | {
      readonly type: 'send';
      readonly batch: number;
      readonly session: string;
      readonly messages: readonly GatewayMessage[];
      readonly leave?: LeaveBy;
    }
  /** Answer an instruction: taken on, or refused with nothing done. */
  | { readonly type: 'answer'; readonly id: string; readonly refused?: ToolErrorData }
  /** For Home, kept until it has it. The adapter adds the journal's head as it is then. */
  | { readonly type: 'tell'; readonly home?: string; readonly body: OrderEventBody['body'] }
  /** Ask the gateway for all open orders, today's completed orders and executions, in that order; leads to `looked`. */
  | { readonly type: 'look'; readonly look: number }
  /** End the connection to the gateway on purpose and make it again. */
  | { readonly type: 'reconnect' }
  /** A timer of the same name is replaced. */
  | { readonly type: 'timer'; readonly name: string; readonly ms: number }
  | { readonly type: 'clear-timer'; readonly name: string }
  | { readonly type: 'reply'; readonly id: string; readonly ok: boolean; readonly text: string }
  /** For the log and the audit file, without secrets. */
  | { readonly type: 'note'; readonly level: 'info' | 'warn' | 'error'; readonly text: string };
