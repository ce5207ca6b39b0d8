/**
 * What the checker of orders knows: what clients were told, and what the exchange did. Plain JSON. Times are epoch
 * milliseconds of one clock, the observer's; sizes and prices are numbers as the client asked for them or IB has them.
 */

export interface Terms {
  readonly account: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  readonly type: string;
  readonly limitPrice?: number;
  readonly stopPrice?: number;
  readonly tif: string;
}

/** `e` entry, `t` take profit, `s` stop loss. */
export type Leg = 'e' | 't' | 's';

/** A call of a client that concerns orders, with its answer if there was one. */
export interface Call {
  readonly grant: string;
  readonly tool: 'place' | 'preview' | 'confirm' | 'modify' | 'cancel' | 'status';
  readonly at: number;
  /** When the answer came; absent when it was lost. */
  readonly until?: number;
  /** Of place and preview: what each leg is to be. Of a change: the whole order afterwards as `e`. */
  readonly wanted?: Readonly<Partial<Record<Leg, Terms>>>;
  readonly requestId?: string;
  /** The ticket that was named: confirmed, cancelled, changed or looked at. */
  readonly about?: string;
  /** The human said yes in the client's own window. */
  readonly accepted?: boolean;
  readonly told?: {
    readonly ticket?: string;
    readonly state?: string;
    readonly error?: string;
    readonly filled?: number;
    /** Of a cancel: what became of the order. */
    readonly outcome?: string;
    /** The words that came with it, for whoever reads of a violation. */
    readonly words?: string;
  };
}

export interface LedgerOrder {
  readonly reference: string;
  readonly permId: number;
  readonly clientId: number;
  readonly orderId: number;
  readonly acceptedAt: number;
  readonly terms: Terms;
  /** Every change that was accepted, complete. */
  readonly changes: readonly { readonly at: number; readonly terms: Terms }[];
  readonly fills: readonly { readonly at: number; readonly quantity: number; readonly price: number }[];
  /** When it stopped working; absent while it does. */
  readonly endedAt?: number;
  readonly status: string;
}

/** An order, or a change of one, that the gateway read from a socket. */
export interface Received {
  readonly at: number;
  readonly reference: string;
  readonly clientId: number;
  readonly orderId: number;
}

export interface History {
  readonly relayClientId: number;
  /** How orders had to be approved. */
  readonly approval: 'none' | 'ticket';
  readonly accounts: readonly string[];
  readonly limits: {
    readonly orderQuantity?: number;
    readonly ordersPerDay?: number;
    readonly notionalPerDay?: number;
  };
  readonly calls: readonly Call[];
  readonly ledger: { readonly orders: readonly LedgerOrder[]; readonly received: readonly Received[] };
  /** Acknowledged stops. */
  readonly stops: readonly { readonly from: number; readonly until?: number }[];
  /** Whether anything was broken on purpose, and from when on nothing was any more. */
  readonly faults: readonly string[];
  readonly healedAt: number;
  /** By when after healing every outcome has to be known. */
  readonly resolveWithin: number;
  /** Tickets of which the gateway never said a word on a living connection, or whose gateway day has ended since. */
  readonly silent: readonly string[];
  /** An ordinary day: sentences that said to somebody that trading stopped, or that a person has to act. */
  readonly ordinary?: { readonly alarms: readonly string[] };
}

export interface Violation {
  readonly invariant: string;
  readonly what: string;
}
