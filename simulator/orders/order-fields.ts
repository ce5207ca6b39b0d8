import { contractFields } from '../contracts/contract-request.ts';
import type { Order, OrderTerms } from '../exchange/model.ts';
import type { Zone } from '../market/zone.ts';
import type { Row } from '../protocol/fields.ts';
import { echoed, echoedConditions, echoedLegs, echoedRows } from './wire-echo.ts';
import { textOf } from './wire-values.ts';

/** What the gateway calls every combination that has no contract id of its own. */
const comboConId = 28_812_380;

/** An order as clients may address it: one entered by hand belongs to client 0 and has no id. */
export function addressOf({ owner }: Order): { readonly orderId: number; readonly clientId: number } {
  return owner.clientId < 0 ? { orderId: 0, clientId: 0 } : owner;
}

/** The contract of an order in the fields of a message. */
export function orderContract({ terms, wire }: Pick<Order, 'terms' | 'wire'>): Row {
  const [leg] = terms.legs;
  if (!terms.combo) {
    const contract = contractFields(leg.instrument);
    return { ...contract, exchange: terms.exchange };
  }
  const symbol = textOf(wire, 'symbol') || leg.instrument.symbol;
  return {
    conId: Number(textOf(wire, 'conId')) || comboConId,
    symbol,
    secType: 'BAG',
    strike: 0,
    exchange: terms.exchange,
    currency: textOf(wire, 'currency') || leg.instrument.currency,
    localSymbol: symbol,
    tradingClass: 'COMB',
  };
}

/** Everything about an order that both open and completed orders say. @param zone the gateway's own */
export function orderFields(order: Order, zone: Zone): Row {
  const { terms, wire } = order;
  return {
    ...echoed(wire),
    ...orderContract(order),
    ...ownWords(terms),
    action: textOf(wire, 'action').toUpperCase() || terms.side,
    totalQuantity: terms.quantity.toFixed(),
    orderType: terms.type,
    lmtPrice: terms.limitPrice,
    auxPrice: terms.auxPrice,
    tif: terms.tif === 'MINUTES' ? 'Minutes' : terms.tif,
    ocaGroup: ocaGroupOf(order),
    ocaType: terms.ocaType,
    account: terms.account,
    permId: order.permId,
    goodAfterTime: terms.goodAfter === undefined ? '' : zone.stamp(terms.goodAfter),
    goodTillDate: terms.goodTill === undefined ? '' : zone.stamp(terms.goodTill),
    trailStopPrice: trailingStopOf(order),
    stopPrice: trailingStopOf(order) ?? stopOf(terms),
    comboLegsDescription: terms.combo ? legsDescription(terms) : '',
    comboLegs: echoedLegs(wire),
    orderComboLegs: echoedRows(wire, 'orderComboLegs'),
    smartComboRoutingParams: echoedRows(wire, 'smartComboRoutingParams'),
    algoParams: echoedRows(wire, 'algoParams'),
    conditions: echoedConditions(wire),
    softDollarDisplayName: textOf(wire, 'softDollarName'),
    status: order.status,
  };
}

/** What an order entered by hand has as well, although no client sent it. */
function ownWords({ outsideRth, hidden, allOrNone, notHeld, includeOvernight, ...terms }: OrderTerms): Row {
  const { parentId, triggerMethod, orderRef, openClose, modelCode } = terms;
  const flags = { outsideRth, hidden, allOrNone, notHeld, includeOvernight };
  return { ...flags, parentId, triggerMethod, orderRef, openClose, modelCode };
}

/** The children of a bracket form a group of their own, named after the parent. */
const ocaGroupOf = ({ terms, parentPermId }: Order): string =>
  terms.ocaGroup === '' && parentPermId !== 0 ? String(parentPermId) : terms.ocaGroup;

function legsDescription({ legs }: OrderTerms): string {
  return legs.map(({ instrument, ratio, side }) => `${instrument.conId}|${side === 'BUY' ? ratio : -ratio}`).join(',');
}

const trailingStopOf = ({ terms, trailStopPrice }: Order): number | undefined =>
  terms.type.startsWith('TRAIL') ? (trailStopPrice ?? terms.trailStopPrice) : undefined;

/**
 * Where the stop of an order that does not trail is: a stop order's own trigger. Limit orders have one above their
 * limit, of no use to anybody.
 */
function stopOf({ type, limitPrice = 0, auxPrice }: OrderTerms): number | undefined {
  if (type.startsWith('STP')) return auxPrice;
  return type === 'LMT' ? round(limitPrice + 1) : undefined;
}

const round = (price: number): number => Math.round(price * 1e8) / 1e8;
