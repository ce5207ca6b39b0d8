/**
 * The one model of an order, for every kind of instrument. Pure data, as it is shown, hashed, journalled and sent: sizes,
 * prices and amounts are decimal texts in plain notation (`0.0000001`, never `1e-7`), instants are ISO 8601 in UTC, and what
 * was not given is absent. A planned order is complete: nothing is left for a preset of the gateway to fill in that it can say.
 */

/** A number in plain decimal notation, without superfluous zeros or signs: `150`, `0.25`, `-1.5`. */
export type DecimalText = string;

/** A moment, ISO 8601 in UTC with seconds: `2026-11-20T15:00:00Z`. */
export type InstantText = string;

export const sides = ['BUY', 'SELL'] as const;
export type Side = (typeof sides)[number];

export function otherSide(side: Side): Side {
  return side === 'BUY' ? 'SELL' : 'BUY';
}

/** Our names; the gateway's differ by blanks only (`STP_LMT` is `STP LMT`), but for MOO and LOO (OPG), AUCTION (MTL, AUC). */
export const orderTypes = [
  'MKT',
  'LMT',
  'STP',
  'STP_LMT',
  'MIT',
  'LIT',
  'TRAIL',
  'TRAIL_LIMIT',
  'MTL',
  'MOC',
  'LOC',
  'MOO',
  'LOO',
  'AUCTION',
  'REL',
  'PASSV_REL',
  'PEG_MKT',
  'PEG_MID',
  'PEG_BEST',
  'PEG_BENCH',
  'SNAP_MKT',
  'SNAP_MID',
  'SNAP_PRIM',
  'MIDPRICE',
  'VOL',
] as const;
export type OrderTypeName = (typeof orderTypes)[number];

export const timesInForce = [
  'DAY',
  'GTC',
  'IOC',
  'FOK',
  'GTD',
  'OPG',
  'AUC',
  'OVERNIGHT',
  'OVERNIGHT_DAY',
  'MINUTES',
  'DTC',
] as const;
export type TimeInForceName = (typeof timesInForce)[number];

/** What is traded, as the gateway named it when the order was planned. */
export interface OrderContract {
  /** 0 for a combination. */
  readonly conId: number;
  readonly secType: string;
  readonly symbol: string;
  /** Where it is sent. */
  readonly exchange: string;
  readonly primaryExchange?: string;
  readonly currency: string;
  readonly localSymbol?: string;
  readonly tradingClass?: string;
  readonly multiplier?: DecimalText;
  readonly lastTradeDate?: string;
  readonly right?: 'C' | 'P';
  readonly strike?: DecimalText;
  /** Our canonical contract string, for people. */
  readonly name: string;
  /** The legs of a combination; absent otherwise. */
  readonly legs?: readonly OrderComboLeg[];
}

/** One leg of a combination, as buying one unit of it trades it. */
export interface OrderComboLeg {
  readonly conId: number;
  readonly ratio: number;
  readonly side: Side;
  readonly exchange: string;
  /** The contract string, for people. */
  readonly name: string;
  readonly secType: string;
  readonly symbol: string;
  readonly multiplier?: DecimalText;
  readonly currency: string;
  readonly price?: DecimalText;
}

interface ConditionBase {
  /** How it is joined to the next one; IB knows no brackets. */
  readonly join: 'and' | 'or';
}

interface OnContract {
  readonly conId: number;
  readonly exchange: string;
  /** The contract string, for people. */
  readonly contract: string;
}

export type OrderCondition = ConditionBase &
  (
    | (OnContract & {
        readonly kind: 'price';
        readonly above: boolean;
        readonly price: DecimalText;
        readonly method: 'default' | 'double_bid_ask' | 'last' | 'double_last' | 'bid_ask' | 'last_or_bid_ask' | 'mid';
      })
    | { readonly kind: 'time'; readonly after: boolean; readonly time: InstantText }
    | { readonly kind: 'margin'; readonly above: boolean; readonly percent: DecimalText }
    | (OnContract & { readonly kind: 'volume'; readonly above: boolean; readonly volume: DecimalText })
    | (OnContract & { readonly kind: 'percent_change'; readonly above: boolean; readonly percent: DecimalText })
    | { readonly kind: 'execution'; readonly secType: string; readonly exchange: string; readonly symbol: string }
  );

/** Everything that one order on the wire says, but for its ids, parent and reference, which are ours to give. */
export interface OrderTerms {
  /** The account, or for an advisor's order the group; exactly one of them. */
  readonly account?: string;
  readonly allocation?: { readonly group: string; readonly method?: string; readonly percentage?: DecimalText };
  readonly side: Side;
  /** Units; absent only beside a cash quantity. */
  readonly quantity?: DecimalText;
  /** An amount of the contract's currency (for FX: of its second one) to trade instead of a number of units. */
  readonly cashQuantity?: DecimalText;
  readonly type: OrderTypeName;
  /** Limit, or cap of a pegged or relative order. */
  readonly limitPrice?: DecimalText;
  /** Stop or trigger price. */
  readonly stopPrice?: DecimalText;
  readonly trailingAmount?: DecimalText;
  readonly trailingPercent?: DecimalText;
  readonly trailStopPrice?: DecimalText;
  /** Of a TRAIL_LIMIT: from stop to limit. */
  readonly limitOffset?: DecimalText;
  /** Of pegged, relative and snap orders: from what they follow. */
  readonly offset?: DecimalText;
  readonly offsetPercent?: DecimalText;
  readonly discretionaryAmount?: DecimalText;
  readonly volatility?: { readonly percent: DecimalText; readonly per: 'day' | 'year' };
  readonly pegBest?: {
    readonly minTradeQuantity?: number;
    readonly minCompeteSize?: number;
    /** `mid` competes up to the midpoint. */
    readonly competeOffset?: DecimalText | 'mid';
    readonly midOffsetWhole?: DecimalText;
    readonly midOffsetHalf?: DecimalText;
  };
  readonly pegBench?: {
    readonly conId: number;
    readonly exchange: string;
    readonly contract: string;
    readonly decreasing: boolean;
    readonly change: DecimalText;
    readonly referenceChange: DecimalText;
    readonly startingPrice?: DecimalText;
    readonly startingReference?: DecimalText;
    readonly rangeLower?: DecimalText;
    readonly rangeUpper?: DecimalText;
  };
  readonly tif: TimeInForceName;
  readonly goodTill?: InstantText;
  readonly goodAfter?: InstantText;
  /** Seconds, of MINUTES orders and algos that take it. */
  readonly durationSeconds?: number;
  readonly outsideRth: boolean;
  readonly allOrNone?: true;
  readonly minQuantity?: DecimalText;
  readonly displaySize?: DecimalText;
  readonly hidden?: true;
  readonly notHeld?: true;
  readonly triggerMethod?: 'double_bid_ask' | 'last' | 'double_last' | 'bid_ask' | 'last_or_bid_ask' | 'mid';
  /** 1 cancels the others with block, 2 reduces with block, 3 reduces without. The name on the wire carries the ticket. */
  readonly oca?: { readonly group: string; readonly type: 1 | 2 | 3 };
  readonly algo?: {
    readonly strategy: string;
    readonly parameters: readonly (readonly [tag: string, value: string])[];
  };
  readonly conditions?: readonly OrderCondition[];
  readonly conditionsIgnoreRth?: true;
  /** The conditions cancel the order instead of releasing it. */
  readonly conditionsCancel?: true;
  readonly openClose?: 'open' | 'close';
  /** Of a two-legged combination with legs that may fill alone. */
  readonly nonGuaranteed?: true;
}

/** A leg of a ticket: the entry, or one of the two orders that protect it. Its name stands in IB's reference. */
export const legNames = ['entry', 'take_profit', 'stop_loss'] as const;
export type LegName = (typeof legNames)[number];

/** An order of IB's, wherever it was placed. */
export interface OrderIdentity {
  /** Of the client that placed it; 0 or less is no order of the API. */
  readonly orderId: number;
  readonly clientId: number;
  /** 0 when it is not known yet. */
  readonly permId: number;
}

/** What a ticket does, complete: this is what is shown, hashed, approved, journalled and sent. */
export type PlannedOrder =
  | {
      readonly version: 1;
      readonly kind: 'place';
      readonly contract: OrderContract;
      readonly entry: OrderTerms;
      /** Children of the entry; either may be absent. Their side is the other one. */
      readonly takeProfit?: OrderTerms;
      readonly stopLoss?: OrderTerms;
    }
  | {
      readonly version: 1;
      readonly kind: 'modify';
      readonly contract: OrderContract;
      readonly target: OrderIdentity;
      /** As it was shown to stand, and as it is to be: both complete. */
      readonly before: OrderTerms;
      readonly entry: OrderTerms;
    }
  | {
      readonly version: 1;
      readonly kind: 'exercise';
      readonly contract: OrderContract;
      readonly account: string;
      readonly action: 'exercise' | 'lapse';
      readonly quantity: DecimalText;
      /** Also what is out of the money. */
      readonly override: boolean;
    };

export type PlannedPlacement = Extract<PlannedOrder, { kind: 'place' }>;
export type PlannedModification = Extract<PlannedOrder, { kind: 'modify' }>;
export type PlannedExercise = Extract<PlannedOrder, { kind: 'exercise' }>;

/** The orders of a placement with their names, the entry first. */
export function legsOf({ entry, takeProfit, stopLoss }: PlannedPlacement): readonly (readonly [LegName, OrderTerms])[] {
  const legs: (readonly [LegName, OrderTerms])[] = [['entry', entry]];
  if (takeProfit) legs.push(['take_profit', takeProfit]);
  if (stopLoss) legs.push(['stop_loss', stopLoss]);
  return legs;
}
