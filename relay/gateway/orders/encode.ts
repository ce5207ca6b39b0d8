import {
  ConjunctionConnection,
  type Contract,
  ExecutionCondition,
  MarginCondition,
  type Order,
  OrderAction,
  type OrderType,
  PercentChangeCondition,
  PriceCondition,
  type SecType,
  TimeCondition,
  type TimeInForce,
  type TriggerMethod,
  VolumeCondition,
  type OrderCondition as WireCondition,
} from '@stoqey/ib';
import { ToolError } from '../../../shared/errors.ts';
import { isDecimalText } from '../../../shared/orders/decimal-text.ts';
import type {
  DecimalText,
  InstantText,
  OrderCondition,
  OrderContract,
  OrderTerms,
} from '../../../shared/orders/order.ts';
import type { ActingMessage } from '../connection/faces.ts';
import { assertCarried } from './carried.ts';
import { offsetTypes, triggerMethods, wireTimes, wireTypes } from './order-types.ts';

/** One order as it is to stand at the gateway: its terms, and what is ours to give. */
export interface OrderToSend {
  readonly orderId: number;
  /** 0 for none. */
  readonly parentId: number;
  /** False keeps it, and whatever belongs to it, at the gateway until the last of them comes. */
  readonly transmit: boolean;
  readonly contract: OrderContract;
  readonly terms: OrderTerms;
  readonly orderRef: string;
  /** The group's name on the wire, where the terms have one. */
  readonly ocaGroup?: string;
}

/** IB's reference takes no more. */
export const maxOrderRef = 40;

/**
 * The message that places or changes an order: every term is written, so that no preset of the gateway fills one in, and
 * none is left out because this gateway is too old for it.
 *
 * @throws ToolError `invalid_arguments` for what cannot be carried; nothing may be sent then
 */
export function encodeOrder(message: OrderToSend, serverVersion: number): ActingMessage {
  return ['placeOrder', message.orderId, encodeContract(message.contract), encodeTerms(message, serverVersion)];
}

/**
 * The question what an order would cost, alone: without parent, group and reference. There is no way to clear its flag, so
 * it can never become an order.
 */
export function encodeWhatIf(
  { orderId, contract, terms: { oca: _, ...terms } }: Pick<OrderToSend, 'orderId' | 'contract' | 'terms'>,
  serverVersion: number,
): ActingMessage {
  const alone = { orderId, parentId: 0, transmit: true, contract, terms, orderRef: '' };
  return ['placeOrder', orderId, encodeContract(contract), { ...encodeTerms(alone, serverVersion), whatIf: true }];
}

/** Whether a message is a question that {@link encodeWhatIf} has made. */
export function isWhatIf([name, , , order]: ActingMessage): boolean {
  return name === 'placeOrder' && (order as Order | undefined)?.whatIf === true;
}

/** A contract as orders name it. */
export function encodeContract(contract: OrderContract): Contract {
  const { conId, symbol, secType, exchange, primaryExchange, currency, localSymbol, tradingClass, legs } = contract;
  const common = {
    symbol: ascii(symbol),
    secType: ascii(secType) as SecType,
    exchange: ascii(exchange),
    currency: ascii(currency),
  };
  if (legs) {
    const comboLegs = legs.map(({ conId: id, ratio, side, exchange: venue }) => ({
      conId: id,
      ratio,
      action: side === 'BUY' ? OrderAction.BUY : OrderAction.SELL,
      exchange: ascii(venue),
      openClose: 0,
      shortSaleSlot: 0,
      designatedLocation: '',
      exemptCode: -1,
    }));
    return { ...common, comboLegs };
  }
  return {
    ...common,
    conId,
    ...(primaryExchange === undefined ? {} : { primaryExch: ascii(primaryExchange) }),
    ...(localSymbol === undefined ? {} : { localSymbol: ascii(localSymbol) }),
    ...(tradingClass === undefined ? {} : { tradingClass: ascii(tradingClass) }),
  };
}

function encodeTerms(
  { parentId, transmit, terms, contract, orderRef, ocaGroup }: OrderToSend,
  serverVersion: number,
): Order {
  assertCarried(contract, terms, serverVersion);
  if ((terms.oca === undefined) !== (ocaGroup === undefined)) throw new Error('A group and its name go together.');
  if (orderRef.length > maxOrderRef) throw new Error(`An order's reference has at most ${maxOrderRef} characters.`);
  const { algo, pegBest, pegBench, volatility, oca, conditions = [] } = terms;
  return {
    action: terms.side === 'BUY' ? OrderAction.BUY : OrderAction.SELL,
    totalQuantity: terms.quantity === undefined ? 0 : exact(terms.quantity),
    orderType: wireTypes[terms.type] as OrderType,
    tif: wireTimes[terms.tif] as TimeInForce,
    transmit,
    parentId,
    orderRef: ascii(orderRef),
    account: terms.account === undefined ? '' : ascii(terms.account),
    ...(terms.allocation ? encodeAllocation(terms.allocation) : {}),
    // The values of IBKR's own client for what is not asked for, said on purpose: an empty field is for a preset to fill.
    origin: 0,
    exemptCode: -1,
    shortSaleSlot: 0,
    blockOrder: false,
    sweepToFill: false,
    outsideRth: terms.outsideRth,
    hidden: terms.hidden ?? false,
    allOrNone: terms.allOrNone ?? false,
    notHeld: terms.notHeld ?? false,
    whatIf: false,
    triggerMethod: triggerMethods[terms.triggerMethod ?? 'default'],
    displaySize: terms.displaySize === undefined ? 0 : exact(terms.displaySize),
    discretionaryAmt: terms.discretionaryAmount === undefined ? 0 : exact(terms.discretionaryAmount),
    ocaType: oca?.type ?? 0,
    ...(ocaGroup === undefined ? {} : { ocaGroup: ascii(ocaGroup) }),
    ...(terms.openClose === undefined ? {} : { openClose: terms.openClose === 'open' ? 'O' : 'C' }),
    ...priceOf('lmtPrice', terms.limitPrice),
    ...priceOf('auxPrice', auxiliary(terms)),
    ...priceOf('trailStopPrice', terms.trailStopPrice),
    ...priceOf('trailingPercent', terms.trailingPercent),
    ...priceOf('lmtPriceOffset', terms.limitOffset),
    ...priceOf('percentOffset', terms.offsetPercent),
    ...priceOf('minQty', terms.minQuantity),
    ...priceOf('cashQty', terms.cashQuantity),
    ...(terms.goodTill === undefined ? {} : { goodTillDate: wireInstant(terms.goodTill) }),
    ...(terms.goodAfter === undefined ? {} : { goodAfterTime: wireInstant(terms.goodAfter) }),
    ...(terms.durationSeconds === undefined ? {} : { duration: terms.durationSeconds }),
    ...(isOvernight(terms) ? { includeOvernight: true } : {}),
    ...(volatility ? { volatility: exact(volatility.percent), volatilityType: volatility.per === 'day' ? 1 : 2 } : {}),
    ...(pegBest ? encodePegBest(pegBest) : {}),
    ...(pegBench ? encodePegBench(pegBench) : {}),
    ...(algo ? encodeAlgo(algo) : {}),
    // An empty list would leave its field out and shift all that follow, so there is none.
    ...(conditions.length > 0
      ? {
          conditions: conditions.map(encodeCondition),
          conditionsIgnoreRth: terms.conditionsIgnoreRth ?? false,
          conditionsCancelOrder: terms.conditionsCancel ?? false,
        }
      : {}),
    ...encodeCombination(contract, terms),
  };
}

export function isOvernight({ tif }: Pick<OrderTerms, 'tif'>): boolean {
  return tif === 'OVERNIGHT' || tif === 'OVERNIGHT_DAY';
}

/** The one price field that means what the type makes of it. */
function auxiliary({ type, stopPrice, trailingAmount, offset }: OrderTerms): DecimalText | undefined {
  if (offsetTypes.has(type)) return offset;
  return type === 'TRAIL' || type === 'TRAIL_LIMIT' ? trailingAmount : stopPrice;
}

function encodeAllocation({ group, method, percentage }: NonNullable<OrderTerms['allocation']>): Partial<Order> {
  return {
    faGroup: ascii(group),
    faMethod: method === undefined ? '' : ascii(method),
    faPercentage: percentage === undefined ? '' : String(exact(percentage)),
  };
}

function encodeAlgo({ strategy, parameters }: NonNullable<OrderTerms['algo']>): Partial<Order> {
  const algoParams = parameters.map(([tag, value]) => ({ tag: ascii(tag), value: ascii(value) }));
  return { algoStrategy: ascii(strategy), ...(algoParams.length > 0 ? { algoParams } : {}) };
}

function encodePegBest(best: NonNullable<OrderTerms['pegBest']>): Partial<Order> {
  const { minTradeQuantity, minCompeteSize, competeOffset, midOffsetWhole, midOffsetHalf } = best;
  return {
    ...(minTradeQuantity === undefined ? {} : { minTradeQty: minTradeQuantity }),
    ...(minCompeteSize === undefined ? {} : { minCompeteSize }),
    ...(competeOffset === 'mid'
      ? { competeAgainstBestOffset: Number.POSITIVE_INFINITY }
      : priceOf('competeAgainstBestOffset', competeOffset)),
    ...priceOf('midOffsetAtWhole', midOffsetWhole),
    ...priceOf('midOffsetAtHalf', midOffsetHalf),
  };
}

function encodePegBench(bench: NonNullable<OrderTerms['pegBench']>): Partial<Order> {
  return {
    referenceContractId: bench.conId,
    referenceExchangeId: ascii(bench.exchange),
    isPeggedChangeAmountDecrease: bench.decreasing,
    peggedChangeAmount: exact(bench.change),
    referenceChangeAmount: exact(bench.referenceChange),
    ...priceOf('startingPrice', bench.startingPrice),
    ...priceOf('stockRefPrice', bench.startingReference),
    ...priceOf('stockRangeLower', bench.rangeLower),
    ...priceOf('stockRangeUpper', bench.rangeUpper),
  };
}

function encodeCombination({ legs, exchange }: OrderContract, { nonGuaranteed }: OrderTerms): Partial<Order> {
  if (!legs) return {};
  return {
    ...(legs.some(({ price }) => price !== undefined)
      ? { orderComboLegs: legs.map(({ price }) => (price === undefined ? {} : { price: exact(price) })) }
      : {}),
    ...(exchange === 'SMART' && {
      smartComboRoutingParams: [{ tag: 'NonGuaranteed', value: nonGuaranteed ? '1' : '0' }],
    }),
  };
}

/** The library's own classes: it reads a member that plain objects do not have, and sends an empty value for them. */
function encodeCondition(condition: OrderCondition): WireCondition {
  const joined = condition.join === 'and' ? ConjunctionConnection.AND : ConjunctionConnection.OR;
  switch (condition.kind) {
    case 'price': {
      const { price, method, conId, exchange, above } = condition;
      const trigger = triggerMethods[method] as TriggerMethod;
      return new PriceCondition(exact(price), trigger, conId, ascii(exchange), above, joined);
    }
    case 'time':
      return new TimeCondition(wireInstant(condition.time), condition.after, joined);
    case 'margin':
      return new MarginCondition(exact(condition.percent), condition.above, joined);
    case 'volume': {
      const { volume, conId, exchange, above } = condition;
      return new VolumeCondition(exact(volume), conId, ascii(exchange), above, joined);
    }
    case 'percent_change': {
      const { percent, conId, exchange, above } = condition;
      return new PercentChangeCondition(exact(percent), conId, ascii(exchange), above, joined);
    }
    case 'execution':
      return new ExecutionCondition(
        ascii(condition.exchange),
        ascii(condition.secType) as SecType,
        ascii(condition.symbol),
        joined,
      );
  }
}

function priceOf<const Name extends keyof Order>(name: Name, text: DecimalText | undefined): { [N in Name]?: number } {
  return text === undefined ? {} : ({ [name]: exact(text) } as { [N in Name]?: number });
}

/**
 * The text itself, where the library's types want a number: it only joins what it is given, and would write a small number
 * as `1e-7`.
 */
function exact(text: DecimalText): number {
  if (isDecimalText(text)) return text as unknown as number;
  throw unsendable('A number of the order cannot be written exactly.', 'Give it in digits.');
}

/** `2026-11-20T15:00:00Z` as `20261120-15:00:00`, which is UTC for the gateway whatever its own zone. */
export function wireInstant(instant: InstantText): string {
  return instant.replaceAll(/(\d{4})-(\d{2})-(\d{2})T(.*)Z/g, '$1$2$3-$4');
}

/** Printable ASCII only: anything else is refused by the gateway, or read otherwise than it was shown. */
function ascii(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  throw unsendable(
    'A text of the order holds characters that IB does not take.',
    'Use plain letters, digits and punctuation.',
  );
}

function unsendable(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message: `${message} Nothing was sent.`, nextStep, sent: false });
}
