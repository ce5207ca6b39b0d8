import { contractFields } from '../contracts/contract-request.ts';
import type { Execution, Order, OrderPreview } from '../exchange/model.ts';
import type { Zone } from '../market/zone.ts';
import type { ServerMessageValues } from '../protocol/messages.ts';
import type { World } from '../world/world.ts';
import { addressOf, orderContract, orderFields } from './order-fields.ts';

/** A parent's perm id where there is no parent. */
const noParent = '9223372036854775807';
const notShareholder = 'Not an insider or substantial shareholder';

/** An openOrder message. @param zone the gateway's own */
export function openOrderValues(order: Order, zone: Zone): ServerMessageValues<'openOrder'> {
  const charged = order.commission.gt(0);
  return {
    ...orderFields(order, zone),
    ...addressOf(order),
    sharesAllocation: `${order.permId}.0/${order.terms.account}/${order.terms.quantity.toFixed()}`,
    commission: charged ? order.commission.toFixed() : '',
    commissionCurrency: charged ? order.commissionCurrency : '',
    warningText: order.warning,
  };
}

/** The answer to a what-if order: an openOrder message with margins, in the account's base currency, and commission. */
export function previewValues(
  order: Order,
  preview: OrderPreview,
  marginCurrency: string,
  zone: Zone,
): ServerMessageValues<'openOrder'> {
  const margins = {
    initMargin: [preview.initialMarginBefore, preview.initialMarginAfter],
    maintMargin: [preview.maintenanceMarginBefore, preview.maintenanceMarginAfter],
    equityWithLoan: [preview.equityWithLoanBefore, preview.equityWithLoanAfter],
  } as const;
  const fields = Object.entries(margins).flatMap(([name, [before, after]]) => [
    [`${name}Before`, before],
    [`${name}Change`, after.minus(before)],
    [`${name}After`, after],
  ]);
  return {
    ...openOrderValues(order, zone),
    ...Object.fromEntries(fields),
    commission: preview.commission.toFixed(),
    commissionCurrency: preview.commissionCurrency,
    marginCurrency,
    warningText: preview.warning,
  };
}

export function orderStatusValues(order: Order): ServerMessageValues<'orderStatus'> {
  return {
    ...addressOf(order),
    status: order.status,
    filled: order.filled.toFixed(),
    remaining: order.remaining.toFixed(),
    averageFillPrice: order.averageFillPrice,
    permId: order.permId,
    parentId: order.terms.parentId,
    lastFillPrice: order.lastFillPrice,
    whyHeld: order.whyHeld,
    marketCapPrice: 0,
  };
}

export function completedOrderValues(order: Order, world: World): ServerMessageValues<'completedOrder'> {
  const { completedAt = order.submittedAt } = order;
  return {
    ...orderFields(order, world.zone),
    autoCancelDate: '',
    filledQuantity: order.filled.toFixed(),
    shareholder: notShareholder,
    routeMarketableToBbo: '0',
    parentPermId: order.parentPermId === 0 ? noParent : order.parentPermId,
    completedTime: exchangeZone(order.terms.legs[0].instrument, world).stamp(completedAt),
    completedStatus: order.completedStatus,
  };
}

/** An execution. @param reqId of the request it answers, −1 for news */
export function executionValues(
  reqId: number,
  execution: Execution,
  order: Order | undefined,
  world: World,
): ServerMessageValues<'executionDetails'> {
  const { instrument } = execution;
  const contract = execution.isComboSummary && order ? orderContract(order) : contractFields(instrument);
  return {
    ...contract,
    exchange: execution.exchange,
    reqId,
    ...(order ? addressOf(order) : { orderId: 0, clientId: 0 }),
    execId: execution.execId,
    time: exchangeZone(instrument, world).stamp(execution.time),
    account: execution.account,
    executionExchange: execution.exchange,
    side: execution.side === 'BUY' ? 'BOT' : 'SLD',
    quantity: execution.quantity.toFixed(),
    price: execution.price,
    permId: execution.permId,
    liquidation: 0,
    cumulativeQuantity: execution.cumulativeQuantity.toFixed(),
    averagePrice: execution.averagePrice,
    orderRef: order?.terms.orderRef ?? '',
    evRule: '',
    evMultiplier: '',
    modelCode: order?.terms.modelCode ?? '',
    lastLiquidity: execution.lastLiquidity,
    pendingPriceRevision: false,
  };
}

export function commissionValues(execution: Execution): ServerMessageValues<'commissionReport'> {
  return {
    execId: execution.execId,
    commission: execution.commission.toFixed(),
    currency: execution.commissionCurrency,
    realizedPnl: execution.realizedPnl,
    yieldRedemptionDate: '',
  };
}

/** Fills are dated in the time of the exchange. */
const exchangeZone = (instrument: Execution['instrument'], { model }: World): Zone => model.schedule(instrument).zone;
