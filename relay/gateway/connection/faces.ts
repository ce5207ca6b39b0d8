import type { IBApi } from '@stoqey/ib';

/**
 * What may be sent to IB Gateway, and by whom. A request that is in none of these lists cannot be sent at all:
 * `replaceFA`, for one, which rewrites an advisor's groups.
 */

/** Requests that only read. Everything but `relay/gateway/orders` can send these and no others. */
export const readingRequests = [
  'calculateImpliedVolatility',
  'calculateOptionPrice',
  'cancelAccountSummary',
  'cancelAccountUpdatesMulti',
  'cancelCalculateImpliedVolatility',
  'cancelCalculateOptionPrice',
  'cancelFundamentalData',
  'cancelHeadTimestamp',
  'cancelHistogramData',
  'cancelHistoricalData',
  'cancelMktData',
  'cancelMktDepth',
  'cancelNewsBulletins',
  'cancelPnL',
  'cancelPnLSingle',
  'cancelPositions',
  'cancelPositionsMulti',
  'cancelScannerSubscription',
  'reqAccountSummary',
  'reqAccountUpdates',
  'reqAccountUpdatesMulti',
  'reqAllOpenOrders',
  'reqCancelWshEventData',
  'reqCancelWshMetaData',
  'reqCompletedOrders',
  'reqContractDetails',
  'reqCurrentTime',
  'reqExecutions',
  'reqFamilyCodes',
  'reqFundamentalData',
  'reqHeadTimestamp',
  'reqHistogramData',
  'reqHistoricalData',
  'reqHistoricalNews',
  'reqHistoricalTicks',
  'reqMarketDataType',
  'reqMarketRule',
  'reqMatchingSymbols',
  'reqMktData',
  'reqMktDepth',
  'reqMktDepthExchanges',
  'reqNewsArticle',
  'reqNewsBulletins',
  'reqNewsProviders',
  'reqPnL',
  'reqPnLSingle',
  'reqPositions',
  'reqPositionsMulti',
  'reqScannerParameters',
  'reqScannerSubscription',
  'reqSecDefOptParams',
  'reqSoftDollarTiers',
  'reqWshEventData',
  'reqWshMetaData',
  'requestFA',
] as const satisfies readonly (keyof IBApi)[];

/**
 * Requests that act: they make, change or end orders or positions, or take over orders that a person entered, as
 * `reqAutoOpenOrders(true)` and, sent by client 0, `reqOpenOrders` do.
 */
export const actingRequests = [
  'cancelOrder',
  'exerciseOptions',
  'placeOrder',
  'reqAutoOpenOrders',
  'reqGlobalCancel',
  'reqOpenOrders',
] as const satisfies readonly (keyof IBApi)[];

export type ReadingRequest = (typeof readingRequests)[number];
export type ActingRequest = (typeof actingRequests)[number];

/** What is handed to everyone who sends a request: a connection that can only be asked. */
export interface DataLink {
  /**
   * Sends a request.
   * @throws Error for a name that is not in the list, and ToolError `invalid_arguments` for text with control
   * characters, which would shift the fields of the message; nothing is sent then
   */
  readonly call: <Name extends ReadingRequest>(name: Name, ...args: Parameters<IBApi[Name]>) => void;
}

/** One message that acts: the request's name and its arguments. */
export type ActingMessage = {
  [Name in ActingRequest]: readonly [name: Name, ...args: Parameters<IBApi[Name]>];
}[ActingRequest];

/**
 * The only way to act at the gateway. Made once per relay, for `relay/gateway/orders`, and never in a relay that is
 * read-only. Nothing else may be given it, or anything that leads to it.
 */
export interface ActingConnection {
  /**
   * Hands messages to the socket, in this order and in one turn of the event loop, before all data that waits. They are
   * checked before the first one leaves.
   *
   * Resolves when all were handed over: from then on their outcome is the gateway's to tell. Rejects with a ToolError
   * whose `sent` is false when certainly none was (no connection, it went before their turn came, the caller left,
   * control characters), and true when some may have been.
   *
   * `check` is called in the turn of the write, right before it; with what it throws nothing was sent.
   */
  readonly act: (messages: readonly ActingMessage[], signal?: AbortSignal, check?: () => void) => Promise<void>;
  /** Bytes that were handed to the socket and wait in this process: what is sent now leaves after them. */
  readonly unsentBytes: () => number;
  /** The next order id that the gateway named on this connection. */
  readonly nextOrderId: () => number | undefined;
  /** The gateway's version of the protocol, which says what an order can hold. */
  readonly serverVersion: () => number | undefined;
  /** Ends the connection and makes it again. */
  readonly reconnect: () => void;
}
