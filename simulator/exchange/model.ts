import type { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import type { Side } from '../market/side.ts';

/** Prices are plain numbers on the instrument's ticks; quantities and money are exact decimals. Times are epoch milliseconds. */

export const orderTypes = [
  'MKT',
  'LMT',
  'STP',
  'STP LMT',
  'TRAIL',
  'TRAIL LIMIT',
  'REL',
  'MIT',
  'LIT',
  'MOC',
  'LOC',
  'MTL',
  'MIDPRICE',
  'PEG MID',
  'PEG MKT',
  'PEG BENCH',
  'PEG BEST',
  'PEG STK',
  'PASSV REL',
  'SNAP MKT',
  'SNAP MID',
  'SNAP PRIM',
  'MKT PRT',
  'STP PRT',
  'TRAIL MIT',
  'TRAIL LIT',
  'BOX TOP',
  'VOL',
] as const;
export type OrderType = (typeof orderTypes)[number];

export const timesInForce = [
  'DAY',
  'GTC',
  'IOC',
  'FOK',
  'GTD',
  'OPG',
  'OVERNIGHT',
  'OND',
  'DTC',
  'AUC',
  'MINUTES',
] as const;
export type TimeInForce = (typeof timesInForce)[number];

/** What is traded: one leg of ratio 1, or the legs of a combination. */
export interface OrderLeg {
  readonly instrument: Instrument;
  readonly ratio: number;
  /** What buying one unit of the order does with this leg. */
  readonly side: Side;
  readonly exchange: string;
  /** A price for this leg alone, of the combination orders that have them. */
  readonly price?: number;
}

interface ConditionBase {
  /** How it is joined to the next one. */
  readonly conjunction: 'and' | 'or';
}

/** Something that has to come true before an order works, or that cancels it. */
export type Condition = ConditionBase &
  (
    | {
        readonly kind: 'price';
        readonly isMore: boolean;
        readonly price: number;
        readonly conId: number;
        readonly exchange: string;
        readonly triggerMethod: number;
      }
    | { readonly kind: 'time'; readonly isMore: boolean; readonly time: number }
    | { readonly kind: 'margin'; readonly isMore: boolean; readonly percent: number }
    | { readonly kind: 'execution'; readonly secType: string; readonly exchange: string; readonly symbol: string }
    | {
        readonly kind: 'volume';
        readonly isMore: boolean;
        readonly volume: number;
        readonly conId: number;
        readonly exchange: string;
      }
    | {
        readonly kind: 'percentChange';
        readonly isMore: boolean;
        readonly percent: number;
        readonly conId: number;
        readonly exchange: string;
      }
  );

/** A stop that becomes another kind of order once a price is reached. */
export interface Adjustment {
  readonly type: OrderType;
  readonly triggerPrice: number;
  readonly stopPrice?: number;
  readonly stopLimitPrice?: number;
  readonly trailingAmount?: number;
  /** 0 an amount, 1 a percentage. */
  readonly trailingUnit?: number;
}

/** What a client asked for: everything the exchange acts on. Absent means "not given". */
export interface OrderTerms {
  readonly account: string;
  readonly legs: readonly [OrderLeg, ...OrderLeg[]];
  readonly combo: boolean;
  /** Where it is sent: SMART, a venue of the instrument, OVERNIGHT, IBKRATS. */
  readonly exchange: string;
  readonly side: Side;
  /** 0 for orders given by cash quantity. */
  readonly quantity: Decimal;
  /** An amount of the contract's currency to trade instead of a number of units. */
  readonly cashQuantity?: Decimal;
  readonly type: OrderType;
  readonly limitPrice?: number;
  /** The stop or trigger price, the trailing amount, or the offset of a pegged order, as the type has it. */
  readonly auxPrice?: number;
  readonly trailStopPrice?: number;
  readonly trailingPercent?: number;
  readonly limitPriceOffset?: number;
  readonly percentOffset?: number;
  readonly tif: TimeInForce;
  readonly goodAfter?: number;
  readonly goodTill?: number;
  /** How many seconds an order for MINUTES works. */
  readonly duration?: number;
  readonly activeStart?: number;
  readonly activeStop?: number;
  readonly outsideRth: boolean;
  readonly includeOvernight: boolean;
  readonly allOrNone: boolean;
  readonly minQuantity?: Decimal;
  readonly displaySize?: number;
  readonly hidden: boolean;
  readonly discretionaryAmount?: number;
  /** 0 default, 1 double bid/ask, 2 last, 3 double last, 4 bid/ask, 7 last or bid/ask, 8 mid. */
  readonly triggerMethod: number;
  /** False keeps the order at the gateway until it, or the last order of its bracket, is transmitted. */
  readonly transmit: boolean;
  /** The client's order id of the parent; 0 for none. */
  readonly parentId: number;
  readonly ocaGroup: string;
  /** 1 cancel with block, 2 reduce with block, 3 reduce without. */
  readonly ocaType: number;
  readonly conditions: readonly Condition[];
  readonly conditionsIgnoreRth: boolean;
  /** True when the conditions cancel the order instead of releasing it. */
  readonly conditionsCancelOrder: boolean;
  readonly algo?: {
    readonly strategy: string;
    readonly parameters: ReadonlyMap<string, string>;
    /** When its parameters want it to begin and to be done, epoch milliseconds. */
    readonly startTime?: number;
    readonly endTime?: number;
  };
  readonly adjustment?: Adjustment;
  readonly scale?: {
    readonly initialSize: number;
    readonly nextSize?: number;
    readonly priceIncrement: number;
    readonly profitOffset?: number;
  };
  /** `unit` is 1 for daily, 2 for annual volatility. */
  readonly volatility?: { readonly percent: number; readonly unit: number };
  readonly pegBench?: {
    readonly conId: number;
    readonly isDecrease: boolean;
    readonly amount: number;
    readonly referenceAmount: number;
    readonly exchange: string;
    readonly startingPrice?: number;
    readonly stockReferencePrice?: number;
    readonly rangeLower?: number;
    readonly rangeUpper?: number;
  };
  readonly notHeld: boolean;
  readonly openClose: string;
  readonly orderRef: string;
  readonly modelCode: string;
  readonly faGroup: string;
  readonly faMethod: string;
  readonly faPercentage: string;
}

export type OrderStatus =
  | 'ApiPending'
  | 'PendingSubmit'
  | 'PreSubmitted'
  | 'Submitted'
  | 'PendingCancel'
  | 'PreCancelled'
  | 'ApiCancelled'
  | 'Cancelled'
  | 'Filled'
  | 'Inactive';

/** Who an order belongs to. Orders entered by hand at the gateway have client −1 and order id 0. */
export interface OrderOwner {
  readonly clientId: number;
  readonly orderId: number;
}

/** One fill, as executions report it. A correction has the id of what it corrects, with the digits after the last dot raised. */
export interface Execution {
  readonly execId: string;
  readonly permId: number;
  readonly time: number;
  readonly account: string;
  readonly instrument: Instrument;
  /** The combination's own line has no instrument of its own: its legs are reported besides. */
  readonly isComboSummary: boolean;
  readonly exchange: string;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly price: number;
  readonly cumulativeQuantity: Decimal;
  readonly averagePrice: number;
  /** 1 added, 2 removed, 3 routed out. */
  readonly lastLiquidity: number;
  readonly commission: Decimal;
  readonly commissionCurrency: string;
  /** What closing with it gained or lost, commission deducted; undefined when it only opened. */
  readonly realizedPnl: Decimal | undefined;
}

/** An order as it stands. Immutable: every change is a new value in a new event. */
export interface Order {
  readonly permId: number;
  readonly owner: OrderOwner;
  readonly terms: OrderTerms;
  /** The fields as they came over the wire, for echoing what the exchange does not act on. */
  readonly wire: WireFields;
  readonly status: OrderStatus;
  readonly filled: Decimal;
  readonly remaining: Decimal;
  readonly averageFillPrice: number;
  readonly lastFillPrice: number;
  /** Why it waits: `child`, `trigger`, `locate` or several of them with a comma. */
  readonly whyHeld: string;
  /** The parent's perm id, 0 for none. */
  readonly parentPermId: number;
  /** Where a trailing order's stop stands now. */
  readonly trailStopPrice?: number;
  readonly commission: Decimal;
  readonly commissionCurrency: string;
  readonly submittedAt: number;
  readonly completedAt?: number;
  /** Such as `Filled Size: 100` or `Cancelled by Trader`. */
  readonly completedStatus: string;
  readonly warning: string;
  readonly executions: readonly Execution[];
}

export interface WireFields {
  readonly values: Readonly<Record<string, string>>;
  readonly rows: Readonly<Record<string, readonly WireFields[]>>;
}

/** Margin and commission before and after an order, in base currency. */
export interface OrderPreview {
  /** What the gateway calls the order it has tried; no order keeps this name. */
  readonly permId: number;
  readonly initialMarginBefore: Decimal;
  readonly maintenanceMarginBefore: Decimal;
  readonly equityWithLoanBefore: Decimal;
  readonly initialMarginAfter: Decimal;
  readonly maintenanceMarginAfter: Decimal;
  readonly equityWithLoanAfter: Decimal;
  readonly commission: Decimal;
  readonly commissionCurrency: string;
  readonly warning: string;
}

/** What the exchange tells, in the order in which it happened. */
export type ExchangeEvent =
  /** The order is known or has changed: an openOrder and an orderStatus message. */
  | { readonly type: 'order'; readonly order: Order }
  | { readonly type: 'execution'; readonly order: Order; readonly execution: Execution }
  /** Follows its execution, sometimes after a while. */
  | { readonly type: 'commission'; readonly order: Order; readonly execution: Execution }
  /** About an order that lives on, such as 399; `order` is as after the event. */
  | { readonly type: 'warning'; readonly owner: OrderOwner; readonly code: number; readonly text: string }
  /** A request that was refused, or an order that was cancelled (202) or rejected (201). */
  | {
      readonly type: 'error';
      readonly owner: OrderOwner;
      readonly code: number;
      readonly text: string;
      readonly advancedRejectJson?: string;
    };

/** The exchange as handlers see it. Every method may emit events before it returns. */
export interface Exchange {
  /** Called for each event, in order. */
  onEvent(listener: (event: ExchangeEvent) => void): void;
  /** Places an order, or modifies the one the owner has under this id. Refusals are `error` events. */
  place(owner: OrderOwner, terms: OrderTerms, wire: WireFields): void;
  /** The broker's what-if: nothing is placed. Refusals are `error` events, and the answer is undefined. */
  preview(owner: OrderOwner, terms: OrderTerms): OrderPreview | undefined;
  cancel(owner: OrderOwner): void;
  /** Every working order of these accounts, whoever placed it; all accounts when not given. */
  cancelAll(accounts?: readonly string[]): void;
  /** Exercises or lapses long options. Refusals are `error` events with the request's id as order id. */
  exercise(request: ExerciseRequest): void;
  /** Gives an order of another owner, such as one entered by hand, to a client. */
  bind(permId: number, owner: OrderOwner): void;
  /** Every order that is still working or held, oldest first. */
  open(): readonly Order[];
  /** The orders that ended today, oldest first. */
  completed(): readonly Order[];
  /** Today's executions, oldest first; corrections follow what they correct. */
  executions(): readonly Execution[];
  find(permId: number): Order | undefined;
  /** The highest order id a client has used, 0 for none. */
  lastOrderId(clientId: number): number;
  /** Lets the market move on to an instant: triggers, fills and expiries. */
  advance(now: number): void;
  /** Scripted behaviour. */
  readonly scripts: ExchangeScripts;
  /** A value that survives `JSON.stringify`, and the way back. */
  save(): unknown;
  restore(saved: unknown): void;
}

export interface ExerciseRequest {
  readonly owner: OrderOwner;
  readonly account: string;
  readonly instrument: Instrument;
  readonly action: 'exercise' | 'lapse';
  readonly quantity: number;
  /** Exercises even what is out of the money. */
  readonly override: boolean;
}

/** What tests and scenarios can make the exchange do on top of what the market does. */
export interface ExchangeScripts {
  /** Fills part or all of a working order at a price, whatever the market says. @throws when there is no such order */
  fill(permId: number, quantity: Decimal, price: number): void;
  /** Rejects a working order, hours after it was accepted if need be: Inactive and 201. */
  reject(permId: number, reason: string): void;
  /** Cancels as the exchange or the broker does. */
  cancel(permId: number, reason: string): void;
  /** Changes terms as the owner does at the broker's own screens. @throws when there is no such order */
  edit(permId: number, changes: Partial<OrderTerms>): void;
  /** Holds a working order back as `Inactive`, or lets it go on. @throws when there is no such order */
  setInactive(permId: number, on: boolean): void;
  /** Takes a change for a new order under the same id. */
  fork(owner: OrderOwner, terms: OrderTerms, wire: WireFields): void;
  /** Forgets every id that clients have given: the same ids are taken again, for new orders. */
  forgetIds(): void;
  /** Loses the orders that wait for the last one of their bracket. */
  loseUntransmitted(): void;
  /** Corrects the price of an execution; the account follows. */
  correct(execId: string, price: number): void;
  /** Stops matching, so that orders rest until told otherwise. */
  halt(on: boolean): void;
  /** Rejects the next order with a code and a text. */
  rejectNext(code: number, text: string): void;
  /** An order that somebody enters at the gateway by hand: no client owns it. */
  enterByHand(terms: OrderTerms): Order;
}
