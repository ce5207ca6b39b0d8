import type {
  CommissionReport,
  Contract,
  ContractDescription,
  ContractDetails,
  DepthMktDataDescription,
  Execution,
  FamilyCode,
  HistogramEntry,
  HistoricalTick,
  HistoricalTickBidAsk,
  HistoricalTickLast,
  NewsProvider,
  Order,
  OrderState,
  SoftDollarTier,
} from '@stoqey/ib';

/** What IB Gateway says in answer to one request, as our code reads it. Values are as the codec gives them. */
export type Answer =
  | { readonly type: 'contract'; readonly details: ContractDetails }
  | { readonly type: 'contract-end' }
  | { readonly type: 'symbols'; readonly matches: readonly ContractDescription[] }
  | Bar
  | { readonly type: 'bars-end' }
  | {
      readonly type: 'summary';
      readonly account: string;
      readonly tag: string;
      readonly value: string;
      readonly currency: string;
    }
  | { readonly type: 'summary-end' }
  /** A position by the model that holds it; the model is empty for what is in none. */
  | {
      readonly type: 'model-position';
      readonly account: string;
      readonly model: string;
      readonly contract: Contract;
      readonly quantity: number;
      readonly averageCost?: number;
    }
  | { readonly type: 'model-positions-end' }
  | {
      readonly type: 'account-update';
      readonly account: string;
      readonly model: string;
      readonly tag: string;
      readonly value: string;
      readonly currency: string;
    }
  | { readonly type: 'account-updates-end' }
  | { readonly type: 'pnl'; readonly daily?: number; readonly unrealized?: number; readonly realized?: number }
  | {
      readonly type: 'pnl-single';
      readonly position?: number;
      readonly daily?: number;
      readonly unrealized?: number;
      readonly realized?: number;
      readonly value?: number;
    }
  | {
      readonly type: 'tick';
      readonly field: number;
      readonly value: number | string | undefined;
      /** What came with a price. */
      readonly size?: number | undefined;
    }
  | OptionTick
  | { readonly type: 'market-data-type'; readonly value: number }
  | { readonly type: 'snapshot-end' }
  | OptionParameters
  | { readonly type: 'option-parameters-end' }
  | TradeTick
  | QuoteTick
  /** `time` is epoch seconds. */
  | { readonly type: 'midpoint-tick'; readonly time: number; readonly price: number }
  | DepthChange
  | {
      readonly type: 'schedule';
      /** `yyyymmdd-HH:MM:SS` in `timeZone`, as the sessions' ends. */
      readonly start: string;
      readonly end: string;
      readonly timeZone: string;
      readonly sessions: readonly ScheduledSession[];
    }
  | { readonly type: 'head-timestamp'; readonly timestamp: string }
  | { readonly type: 'histogram'; readonly entries: readonly HistogramEntry[] }
  | { readonly type: 'midpoint-ticks'; readonly ticks: readonly HistoricalTick[]; readonly done: boolean }
  | { readonly type: 'quote-ticks'; readonly ticks: readonly HistoricalTickBidAsk[]; readonly done: boolean }
  | { readonly type: 'trade-ticks'; readonly ticks: readonly HistoricalTickLast[]; readonly done: boolean }
  | { readonly type: 'execution'; readonly contract: Contract; readonly execution: Execution }
  | { readonly type: 'executions-end' }
  | {
      readonly type: 'headline';
      /** `yyyy-mm-dd HH:MM:SS.0`, UTC. */
      readonly time: string;
      readonly providerCode: string;
      readonly articleId: string;
      readonly headline: string;
    }
  | { readonly type: 'headlines-end'; readonly hasMore: boolean }
  /** `format` is 0 for text or HTML, 1 for something binary in base64. */
  | { readonly type: 'article'; readonly format: number; readonly text: string }
  | {
      readonly type: 'scanner-row';
      readonly rank: number;
      readonly details: ContractDetails;
      readonly distance: string;
      readonly benchmark: string;
      readonly projection: string;
    }
  | { readonly type: 'scanner-end' }
  | { readonly type: 'fundamentals'; readonly xml: string }
  | { readonly type: 'calendar-meta'; readonly json: string }
  | { readonly type: 'calendar-events'; readonly json: string }
  | { readonly type: 'soft-dollar-tiers'; readonly tiers: readonly SoftDollarTier[] };

/** Expiries (`YYYYMMDD`) and strikes of one trading class at one exchange; not every pair of them exists. */
export interface OptionParameters {
  readonly type: 'option-parameters';
  readonly exchange: string;
  readonly underlyingConId: number;
  readonly tradingClass: string;
  readonly multiplier: number;
  readonly expirations: readonly string[];
  readonly strikes: readonly number[];
}

/** One day's session: `yyyymmdd-HH:MM:SS` in the schedule's zone, and the trading date it counts for, `yyyymmdd`. */
export interface ScheduledSession {
  readonly startDateTime: string;
  readonly endDateTime: string;
  readonly refDate: string;
}

/** One trade, as it happened; `time` is epoch seconds. */
export interface TradeTick {
  readonly type: 'trade-tick';
  readonly time: number;
  readonly price: number;
  readonly size: number;
  readonly exchange: string;
}

/** One change of the best bid or ask; `time` is epoch seconds. */
export interface QuoteTick {
  readonly type: 'quote-tick';
  readonly time: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
}

/** A change of one row of an order book. Operations: 0 insert, 1 update, 2 delete. Sides: 0 ask, 1 bid. */
export interface DepthChange {
  readonly type: 'depth';
  readonly position: number;
  readonly operation: number;
  readonly side: number;
  readonly price: number;
  readonly size: number;
  /** A market maker, or an exchange in smart depth. */
  readonly marketMaker?: string;
}

/** One historical bar. `time` is epoch seconds for intraday bars and `YYYYMMDD` for longer ones. */
export interface Bar {
  readonly type: 'bar';
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number;
  readonly wap?: number;
  readonly count?: number;
}

/** An option computation; `field` says whether it is of the bid, ask, last or model price. */
export interface OptionTick {
  readonly type: 'option-tick';
  readonly field: number;
  readonly iv?: number;
  readonly delta?: number;
  readonly price?: number;
  readonly gamma?: number;
  readonly vega?: number;
  readonly theta?: number;
  readonly underlying?: number;
}

/**
 * What IB Gateway says about an order. Order ids are each client's own: other clients' orders may have the same ones, and
 * 0 or less are orders that were not placed over the API.
 */
export type OrderMessage =
  | {
      readonly type: 'open-order';
      readonly orderId: number;
      readonly contract: Contract;
      readonly order: Order;
      readonly state: OrderState;
    }
  | {
      readonly type: 'order-status';
      readonly orderId: number;
      readonly status: string;
      readonly filled: number;
      readonly remaining: number;
      readonly averagePrice: number;
      /** 0 for a moment after placing. */
      readonly permId: number;
      readonly parentId: number;
      /** After a cancel the canceller's. */
      readonly clientId: number;
      /** Why it waits: `locate`, `trigger`, `child`; empty otherwise. */
      readonly whyHeld: string;
    }
  /** A fill as it happens. Those of the day so far are asked for, and come as an answer. */
  | { readonly type: 'fill'; readonly contract: Contract; readonly execution: Execution };

/** What IB Gateway says without a request id. */
export type Broadcast =
  | {
      readonly type: 'position';
      readonly account: string;
      readonly contract: Contract;
      readonly quantity: number;
      readonly averageCost?: number;
    }
  | { readonly type: 'position-end' }
  | {
      readonly type: 'portfolio';
      readonly account: string;
      readonly contract: Contract;
      readonly quantity: number;
      readonly marketPrice?: number;
      readonly marketValue?: number;
      readonly averageCost?: number;
      readonly unrealized?: number;
      readonly realized?: number;
    }
  | {
      readonly type: 'account-value';
      readonly account: string;
      readonly tag: string;
      readonly value: string;
      readonly currency: string;
    }
  | { readonly type: 'account-download-end'; readonly account: string }
  | {
      readonly type: 'market-rule';
      readonly id: number;
      readonly increments: readonly { readonly lowEdge: number; readonly increment: number }[];
    }
  | { readonly type: 'commission'; readonly report: CommissionReport }
  | OrderMessage
  /** All open orders of a list that was asked for have come. */
  | { readonly type: 'open-orders-end' }
  /** An order that ended today, in a list that was asked for. It names no order id and no client. */
  | {
      readonly type: 'completed-order';
      readonly contract: Contract;
      readonly order: Order;
      readonly state: OrderState;
    }
  | { readonly type: 'completed-orders-end' }
  | { readonly type: 'depth-exchanges'; readonly exchanges: readonly DepthMktDataDescription[] }
  | { readonly type: 'news-providers'; readonly providers: readonly NewsProvider[] }
  | {
      readonly type: 'bulletin';
      readonly id: number;
      /** 1 news, 2 an exchange is no longer available, 3 it is again. */
      readonly kind: number;
      readonly text: string;
      readonly exchange: string;
    }
  | { readonly type: 'scanner-parameters'; readonly xml: string }
  /** `kind` is 1 for groups, 3 for aliases. */
  | { readonly type: 'advisor-config'; readonly kind: number; readonly xml: string }
  | { readonly type: 'family-codes'; readonly codes: readonly FamilyCode[] };
