import { type Contract, type Execution, type Order, OrderConditionType } from '@stoqey/ib';
import { Decimal } from 'decimal.js';
import type {
  DecimalText,
  InstantText,
  OrderComboLeg,
  OrderCondition,
  OrderContract,
  OrderTerms,
  OrderTypeName,
  TimeInForceName,
} from '../../../shared/orders/order.ts';
import { omitUndefined } from '../../../shared/values.ts';
import { contractString } from '../contracts/naming.ts';
import { known } from '../numbers.ts';
import { parseGatewayTime } from '../time/gateway-time.ts';
import type { SeenExecution, SeenOrder } from './news.ts';
import {
  cappedTypes,
  limitTypes,
  offsetTypes,
  overnightExchange,
  stopTypes,
  trailingTypes,
  triggerMethods,
  typeNamed,
} from './order-types.ts';

/** Client and order ids that no API program has. */
const noClient = -1;

/** An open order as the gateway shows it. @param zone the gateway's own, for times that name none */
export function seenOrder(
  message: { readonly orderId: number; readonly contract: Contract; readonly order: Order; readonly status: string },
  zone: string | undefined,
): SeenOrder {
  const { orderId, contract, order, status } = message;
  const parentId = order.parentId ?? 0;
  return omitUndefined({
    orderId,
    clientId: order.clientId ?? noClient,
    permId: order.permId ?? 0,
    account: order.account ?? '',
    orderRef: order.orderRef ?? '',
    status,
    contract: seenContract(contract, order),
    terms: seenTerms(contract, order, zone),
    parentId: parentId === 0 ? undefined : parentId,
    ocaGroup: order.ocaGroup || undefined,
  });
}

/** An order that ended today. Neither its order id nor its client is told. */
export function completedOrder(
  message: {
    readonly contract: Contract;
    readonly order: Order;
    readonly status: string;
    /** Such as `Filled Size: 100`. */
    readonly completedStatus: string;
  },
  zone: string | undefined,
): SeenOrder {
  const { contract, order, status, completedStatus } = message;
  const seen = seenOrder({ orderId: 0, contract, order, status }, zone);
  const filled = decimal(order.filledQuantity) ?? '0';
  return { ...seen, clientId: noClient, completed: { status: completedStatus, filled } };
}

/** A fill. @param at when it happened, epoch milliseconds */
export function seenExecution(contract: Contract, execution: Execution, at: number): SeenExecution {
  return {
    orderId: execution.orderId ?? 0,
    clientId: execution.clientId ?? noClient,
    permId: execution.permId ?? 0,
    execId: execution.execId ?? '',
    account: execution.acctNumber ?? '',
    orderRef: execution.orderRef ?? '',
    conId: contract.conId ?? 0,
    combination: String(contract.secType) === 'BAG',
    side: /^(BOT|BUY)/i.test(execution.side ?? '') ? 'BUY' : 'SELL',
    quantity: decimal(execution.shares) ?? '0',
    price: decimal(execution.price) ?? '0',
    at,
  };
}

/** A number of the codec as a text; undefined for what IB means by “none”. */
export function decimal(value: number | undefined): DecimalText | undefined {
  const number = known(value);
  return number === undefined ? undefined : new Decimal(number).toFixed();
}

function seenContract(contract: Contract, { orderComboLegs = [] }: Order): OrderContract {
  const legs = contract.comboLegs ?? [];
  const right = String(contract.right ?? '').slice(0, 1);
  return omitUndefined({
    conId: legs.length > 0 ? 0 : (contract.conId ?? 0),
    secType: String(contract.secType ?? ''),
    symbol: contract.symbol ?? '',
    exchange: contract.exchange ?? '',
    primaryExchange: contract.primaryExch || undefined,
    currency: contract.currency ?? '',
    localSymbol: contract.localSymbol || undefined,
    tradingClass: contract.tradingClass || undefined,
    multiplier: decimal(Number(contract.multiplier) || undefined),
    lastTradeDate: contract.lastTradeDateOrContractMonth || undefined,
    right: right === 'C' || right === 'P' ? right : undefined,
    strike: decimal(contract.strike || undefined),
    name: contractString(contract),
    legs: legs.length > 0 ? legs.map((leg, index) => seenLeg(leg, contract, orderComboLegs[index]?.price)) : undefined,
  } satisfies Record<keyof OrderContract, unknown>) as OrderContract;
}

/** IB names a leg by its conId alone. */
function seenLeg(
  leg: NonNullable<Contract['comboLegs']>[number],
  combination: Contract,
  price: number | undefined,
): OrderComboLeg {
  return omitUndefined({
    conId: leg.conId ?? 0,
    ratio: leg.ratio ?? 1,
    side: String(leg.action ?? '').startsWith('S') ? 'SELL' : 'BUY',
    exchange: leg.exchange ?? '',
    name: String(leg.conId ?? 0),
    secType: '',
    symbol: combination.symbol ?? '',
    currency: combination.currency ?? '',
    price: decimal(price),
  });
}

function seenTerms(contract: Contract, order: Order, zone: string | undefined): OrderTerms {
  const spelt = String(order.orderType ?? '');
  const wireTif = String(order.tif ?? 'DAY');
  // What no order of ours is keeps IB's word: it is shown, and never sent.
  const type = typeNamed(spelt, wireTif) ?? (spelt as OrderTypeName);
  const limit = decimal(order.lmtPrice);
  const auxiliary = decimal(order.auxPrice);
  const isCap = cappedTypes.has(type);
  // IB shows a limit of 0 beside prices of legs.
  const isByLegs = order.orderComboLegs?.some(({ price }) => known(price) !== undefined) === true;
  return omitUndefined({
    account: order.faGroup ? undefined : order.account || undefined,
    allocation: order.faGroup
      ? omitUndefined({
          group: order.faGroup,
          method: order.faMethod || undefined,
          percentage: order.faPercentage || undefined,
        })
      : undefined,
    side: String(order.action ?? '').startsWith('S') ? 'SELL' : 'BUY',
    quantity: positive(order.totalQuantity),
    cashQuantity: positive(order.cashQty),
    type,
    limitPrice: limitTypes.has(type) && !isByLegs ? limit : isCap ? nonZero(limit) : undefined,
    stopPrice: stopTypes.has(type) ? auxiliary : undefined,
    trailingAmount: trailingTypes.has(type) ? nonZero(auxiliary) : undefined,
    trailingPercent: trailingTypes.has(type) ? nonZero(decimal(order.trailingPercent)) : undefined,
    trailStopPrice: trailingTypes.has(type) ? nonZero(decimal(order.trailStopPrice)) : undefined,
    limitOffset: type === 'TRAIL_LIMIT' ? decimal(order.lmtPriceOffset) : undefined,
    offset: offsetTypes.has(type) ? nonZero(auxiliary) : undefined,
    offsetPercent: nonZero(decimal(order.percentOffset)),
    discretionaryAmount: nonZero(decimal(order.discretionaryAmt)),
    volatility: volatilityOf(order),
    pegBest: type === 'PEG_BEST' || type === 'PEG_MID' ? pegBestOf(order) : undefined,
    pegBench: type === 'PEG_BENCH' ? pegBenchOf(order) : undefined,
    tif: timeInForce(wireTif, contract, order),
    goodTill: instantOf(order.goodTillDate, zone),
    goodAfter: instantOf(order.goodAfterTime, zone),
    durationSeconds: known(order.duration) || undefined,
    outsideRth: order.outsideRth ?? false,
    allOrNone: order.allOrNone || undefined,
    minQuantity: positive(order.minQty),
    displaySize: positive(order.displaySize),
    hidden: order.hidden || undefined,
    notHeld: order.notHeld || undefined,
    triggerMethod: nameOf(triggerMethods, order.triggerMethod ?? 0),
    oca: order.ocaGroup && !order.parentId ? { group: order.ocaGroup, type: order.ocaType || 3 } : undefined,
    algo: order.algoStrategy
      ? {
          strategy: order.algoStrategy,
          parameters: (order.algoParams ?? []).map(({ tag, value }) => [tag ?? '', value ?? '']),
        }
      : undefined,
    conditions: order.conditions?.length ? order.conditions.flatMap((one) => seenCondition(one, zone)) : undefined,
    conditionsIgnoreRth: order.conditionsIgnoreRth || undefined,
    conditionsCancel: order.conditionsCancelOrder || undefined,
    openClose: order.openClose === 'O' ? undefined : order.openClose === 'C' ? 'close' : undefined,
    nonGuaranteed: order.smartComboRoutingParams?.some(({ tag, value }) => tag === 'NonGuaranteed' && value === '1')
      ? true
      : undefined,
  } satisfies Record<keyof OrderTerms, unknown>) as OrderTerms;
}

function timeInForce(wireTif: string, { exchange }: Contract, { includeOvernight }: Order): TimeInForceName {
  const tif = wireTif.toUpperCase();
  if (tif === 'DAY' && exchange === overnightExchange) return 'OVERNIGHT';
  if (tif === 'DAY' && includeOvernight) return 'OVERNIGHT_DAY';
  return tif as TimeInForceName;
}

function nonZero(text: DecimalText | undefined): DecimalText | undefined {
  return text === '0' ? undefined : text;
}

function positive(value: number | undefined): DecimalText | undefined {
  return nonZero(decimal(value));
}

function nameOf<Name extends string>(numbers: Readonly<Record<Name, number>>, value: number): Name | undefined {
  const [name] = Object.entries<number>(numbers).find(([, number]) => number === value) ?? [];
  return name === undefined || name === 'default' ? undefined : (name as Name);
}

function volatilityOf({ volatility, volatilityType }: Order): OrderTerms['volatility'] {
  const percent = positive(volatility);
  return percent === undefined ? undefined : { percent, per: volatilityType === 1 ? 'day' : 'year' };
}

function pegBestOf(order: Order): OrderTerms['pegBest'] {
  const offset = order.competeAgainstBestOffset;
  const best = omitUndefined({
    minTradeQuantity: known(order.minTradeQty) || undefined,
    minCompeteSize: known(order.minCompeteSize) || undefined,
    competeOffset: offset === Number.POSITIVE_INFINITY ? ('mid' as const) : decimal(offset),
    midOffsetWhole: decimal(order.midOffsetAtWhole),
    midOffsetHalf: decimal(order.midOffsetAtHalf),
  });
  return Object.keys(best).length > 0 ? (best as OrderTerms['pegBest']) : undefined;
}

function pegBenchOf(order: Order): OrderTerms['pegBench'] {
  const conId = order.referenceContractId ?? 0;
  return omitUndefined({
    conId,
    exchange: order.referenceExchangeId ?? '',
    contract: String(conId),
    decreasing: order.isPeggedChangeAmountDecrease ?? false,
    change: decimal(order.peggedChangeAmount) ?? '0',
    referenceChange: decimal(order.referenceChangeAmount) ?? '0',
    startingPrice: positive(order.startingPrice),
    startingReference: positive(order.stockRefPrice),
    rangeLower: positive(order.stockRangeLower),
    rangeUpper: positive(order.stockRangeUpper),
  }) as OrderTerms['pegBench'];
}

/** A condition as the codec reads it, whatever its kind. */
interface ReadCondition {
  readonly type: OrderConditionType;
  readonly conjunctionConnection: string;
  readonly isMore?: boolean;
  readonly price?: number;
  readonly percent?: number;
  readonly volume?: number;
  readonly time?: string;
  readonly conId?: number;
  readonly exchange?: string;
  readonly triggerMethod?: number;
  readonly secType?: string;
  readonly symbol?: string;
}

function seenCondition(read: unknown, zone: string | undefined): OrderCondition[] {
  const one = read as ReadCondition;
  const join = one.conjunctionConnection === 'o' ? 'or' : 'and';
  const above = one.isMore ?? false;
  const conId = one.conId ?? 0;
  const onContract = { conId, exchange: one.exchange ?? '', contract: String(conId) };
  switch (one.type) {
    case OrderConditionType.Price: {
      const method = nameOf(triggerMethods, one.triggerMethod ?? 0) ?? 'default';
      return [{ kind: 'price', join, above, price: decimal(one.price) ?? '0', method, ...onContract }];
    }
    case OrderConditionType.Time:
      return [{ kind: 'time', join, after: above, time: instantOf(one.time, zone) ?? '' }];
    case OrderConditionType.Margin:
      return [{ kind: 'margin', join, above, percent: decimal(one.percent) ?? '0' }];
    case OrderConditionType.Volume:
      return [{ kind: 'volume', join, above, volume: decimal(one.volume) ?? '0', ...onContract }];
    case OrderConditionType.PercentChange:
      return [{ kind: 'percent_change', join, above, percent: decimal(one.percent) ?? '0', ...onContract }];
    case OrderConditionType.Execution: {
      const { secType = '', exchange = '', symbol = '' } = one;
      return [{ kind: 'execution', join, secType, exchange, symbol }];
    }
    default:
      return [];
  }
}

function instantOf(text: string | undefined, zone: string | undefined): InstantText | undefined {
  const time = text ? parseGatewayTime(text, { own: zone }) : undefined;
  return time === undefined ? undefined : new Date(time).toISOString().replace(/\.\d+/, '');
}
