import { Decimal } from 'decimal.js';
import { type LegName, legNames, type OrderTerms } from '../../../shared/orders/order.ts';
import type { OrderView } from '../../../shared/orders/order-view.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Fill } from '../../fills/fill-journal.ts';
import type { SeenOrder } from '../../gateway/orders/news.ts';
import type { FoundOrders } from '../../gateway/orders/order-lists.ts';
import { averageOf, endOf, filledOf, statusOf } from '../order-life.ts';
import { termWords } from '../preparing/describe.ts';
import { readReference } from '../references.ts';
import type { TraderLeg, TraderTicket } from '../state.ts';

/** Orders as tools show them: what the gateway lists, with what is known here of those that were placed from here. Pure. */

/** Whose eyes look at the lists. */
export interface Onlooker {
  /** The API client id, under which orders are sent from here. */
  readonly clientId: number;
  /** The short name of this relay in IB's references; undefined for one that only reads. */
  readonly relay: string | undefined;
  /** What was placed from here, as far as it is kept. */
  readonly tickets: readonly TraderTicket[];
}

interface Own {
  readonly ticket: TraderTicket;
  readonly leg: TraderLeg;
}

/** An order with what tools are to show of it, and what it is on. */
export interface ViewedOrder {
  readonly view: OrderView;
  readonly permId: number;
  /** Of a combination those of its legs. */
  readonly conIds: readonly number[];
  readonly accountKnown: boolean;
}

/** Open orders, then completed ones, each once; the newest first. */
export function viewedOrders(listed: FoundOrders, fills: readonly Fill[], onlooker: Onlooker): ViewedOrder[] {
  const own = new Map<string, Own>();
  for (const ticket of onlooker.tickets) {
    if (ticket.order?.kind !== 'place') continue;
    for (const leg of ticket.legs) {
      const one = { ticket, leg };
      own.set(`${ticket.ticket}/${leg.leg}`, one);
      if (leg.life.permId > 0) own.set(String(leg.life.permId), one);
    }
  }
  const ofPermId = Map.groupBy(fills, ({ permId }) => permId);
  // An order that changes while the list is told is told twice; the last word counts.
  const once = [...new Map(listed.open.map((order) => [keyOf(order), order])).values()];
  const context = { own, fills: ofPermId, onlooker, open: once };
  const open = once.map((order) => viewOf(order, context));
  const openIds = new Set(once.map(({ permId }) => permId).filter((id) => id > 0));
  const completed = listed.completed
    .filter(({ permId }) => permId === 0 || !openIds.has(permId))
    .map((order) => viewOf(order, context));
  const shown = new Set([...open, ...completed].flatMap(({ view }) => legKey(view)));
  const unlisted = [...new Set(own.values())]
    .filter(({ ticket, leg }) => endOf(leg.life) !== undefined && !shown.has(`${ticket.ticket}/${leg.leg}`))
    .flatMap((one) => endedView(one, context));
  return [...newestFirst(open), ...newestFirst([...completed, ...unlisted])];
}

const keyOf = ({ permId, clientId, orderId }: SeenOrder): string =>
  permId > 0 ? String(permId) : `${clientId}/${orderId}`;

const legKey = ({ ticket, leg }: OrderView): string[] =>
  ticket === undefined || leg === undefined ? [] : [`${ticket}/${leg}`];

/** Permanent ids rise; what has none yet is newer than all that has. */
function newestFirst(orders: readonly ViewedOrder[]): ViewedOrder[] {
  const age = ({ permId }: ViewedOrder) => (permId === 0 ? Number.MAX_SAFE_INTEGER : permId);
  return orders.toSorted((a, b) => age(b) - age(a));
}

interface Context {
  readonly own: ReadonlyMap<string, Own>;
  readonly fills: ReadonlyMap<number, readonly Fill[]>;
  readonly onlooker: Onlooker;
  readonly open: readonly SeenOrder[];
}

function viewOf(order: SeenOrder, context: Context): ViewedOrder {
  const { contract, terms, permId, completed, progress } = order;
  const reference = readReference(order.orderRef);
  const isHere = reference !== undefined && reference.relay === context.onlooker.relay;
  const named = isHere ? context.own.get(`${reference.ticket}/${reference.leg}`) : undefined;
  const own = named ?? (permId > 0 ? context.own.get(String(permId)) : undefined);
  const paid = costsOf(context.fills.get(permId) ?? []);
  const filled = largest(progress?.filled, completed?.filled, own && filledOf(own.leg.life), paid.filled);
  const placed = placedBy(order, own !== undefined || isHere, reference !== undefined, context.onlooker);
  const ticket = own?.ticket.ticket ?? (isHere ? reference.ticket : undefined);
  const leg = own?.leg.leg ?? (isHere ? reference.leg : undefined);
  const isOpen = completed === undefined;
  const view = omitUndefined({
    order: nameOf(permId, ticket, leg) ?? `client ${order.clientId}, id ${order.orderId}`,
    account: order.account || (terms.allocation ? `group ${terms.allocation.group}` : 'unknown'),
    conId: contract.conId > 0 ? contract.conId : undefined,
    contract: contract.name,
    side: terms.side,
    quantity: number(terms.quantity),
    cashQuantity: number(terms.cashQuantity),
    filled: Number(filled),
    remaining: isOpen ? remaining(progress?.remaining, terms.quantity, filled) : undefined,
    averagePrice: own ? number(averageOf(own.leg.life)) : (paid.average ?? positive(progress?.averagePrice)),
    ...priced(terms),
    status: own && !isOpen ? statusOf(own.leg.life) : order.status,
    waitsFor: isOpen ? waitsFor(order, own) : undefined,
    placedBy: placed.by,
    notOurs: isOpen ? placed.notOurs : undefined,
    ticket,
    leg,
    parent: parentOf(order, context),
    ocaGroup: order.ocaGroup,
    ...paid.costs,
    ended: completed && (completed.status || order.status),
  }) as OrderView;
  return { view, permId, conIds: conIdsOf(order.contract), accountKnown: order.account !== '' };
}

/** One of ours that no list of today has: rejected, or over since before the gateway's midnight. */
function endedView({ ticket, leg }: Own, { fills }: Context): ViewedOrder[] {
  const { order } = ticket;
  const { terms, life } = leg;
  if (order?.kind !== 'place' || !terms) return [];
  const paid = costsOf(fills.get(life.permId) ?? []);
  const end = endOf(life);
  const view = omitUndefined({
    order: nameOf(life.permId, ticket.ticket, leg.leg) ?? ticket.ticket,
    account: ticket.account,
    conId: order.contract.conId > 0 ? order.contract.conId : undefined,
    contract: order.contract.name,
    side: terms.side,
    quantity: number(terms.quantity),
    cashQuantity: number(terms.cashQuantity),
    filled: Number(filledOf(life)),
    averagePrice: number(averageOf(life)),
    ...priced(terms),
    status: end === 'rejected' ? 'Rejected' : statusOf(life),
    placedBy: 'here',
    ticket: ticket.ticket,
    leg: leg.leg,
    ...paid.costs,
    ended: [end === 'gone' ? 'how is not known' : end, life.refused?.text].filter(Boolean).join(': '),
  }) as OrderView;
  return [{ view, permId: life.permId, conIds: conIdsOf(order.contract), accountKnown: true }];
}

/** As every tool names an order. */
function nameOf(permId: number, ticket: string | undefined, leg: LegName | undefined): string | undefined {
  if (permId > 0) return String(permId);
  if (ticket === undefined) return undefined;
  return leg === undefined || leg === legNames[0] ? ticket : `${ticket}/${leg}`;
}

function placedBy(
  { clientId, orderId, completed }: SeenOrder,
  isHere: boolean,
  isOfOurKind: boolean,
  onlooker: Onlooker,
): { readonly by: string; readonly notOurs?: string } {
  if (isHere) {
    const isUnderAnother = completed === undefined && clientId !== onlooker.clientId;
    return isUnderAnother
      ? {
          by: 'here',
          notOurs: `It was placed under API client id ${clientId}; the relay is connected with ${onlooker.clientId}.`,
        }
      : { by: 'here' };
  }
  if (isOfOurKind) return { by: 'another relay', notOurs: 'Another relay placed it: change or cancel it from there.' };
  // IB tells of completed orders neither client nor order id.
  if (completed) return { by: 'elsewhere' };
  if (orderId <= 0) {
    return { by: 'by hand', notOurs: 'It was entered by hand: change or cancel it in TWS or on the phone.' };
  }
  const where =
    clientId === onlooker.clientId ? 'under this client id, and is not known here' : `by API client ${clientId}`;
  return { by: `client ${clientId}`, notOurs: `It was placed ${where}: change or cancel it there, or in TWS.` };
}

const held: Readonly<Record<string, string>> = {
  trigger: 'its trigger price',
  child: 'the fill of the order that it belongs to',
  locate: 'shares that can be borrowed',
};

function waitsFor({ whyHeld = '', status }: SeenOrder, own: Own | undefined): string | undefined {
  const reasons = whyHeld.split(',').map((word) => held[word.trim()] ?? word.trim());
  const said = reasons.filter(Boolean).join(', ') || own?.leg.life.held;
  if (said) return held[said] ?? said;
  if (status === 'PendingCancel') return 'its cancellation';
  return status === 'PendingSubmit' || status === 'ApiPending' ? 'an answer of IB' : undefined;
}

function parentOf({ parentId, clientId }: SeenOrder, { open }: Context): string | undefined {
  if (parentId === undefined) return undefined;
  const parent = open.find((one) => one.orderId === parentId && one.clientId === clientId);
  return parent && parent.permId > 0 ? String(parent.permId) : undefined;
}

function priced(terms: OrderTerms) {
  return {
    type: terms.type,
    limitPrice: number(terms.limitPrice),
    stopPrice: number(terms.stopPrice ?? terms.trailStopPrice),
    terms: termWords(terms) || undefined,
    tif: terms.tif,
  };
}

function conIdsOf({ conId, legs }: SeenOrder['contract']): number[] {
  return legs ? legs.map((leg) => leg.conId) : [conId];
}

/** What the fills of one order add up to; of a combination only the lines of the whole count as its size and price. */
function costsOf(fills: readonly Fill[]) {
  const whole = fills.filter(({ contract }) => String(contract.secType) === 'BAG');
  const counted = whole.length > 0 ? whole : fills;
  const filled = counted.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
  const value = counted.reduce(
    (sum, { quantity, price }) => sum.plus(new Decimal(quantity).mul(price)),
    new Decimal(0),
  );
  const currency = fills.find(({ commission }) => commission !== undefined)?.commissionCurrency;
  const charged = fills.filter((one) => one.commission !== undefined && one.commissionCurrency === currency);
  const realized = charged.flatMap(({ realizedPnl }) => (realizedPnl === undefined ? [] : [realizedPnl]));
  const sum = (amounts: readonly number[]) =>
    amounts.length === 0
      ? undefined
      : Decimal.sum(...amounts)
          .toDecimalPlaces(8)
          .toNumber();
  return {
    filled: filled.toFixed(),
    average: filled.isZero() ? undefined : value.div(filled).toDecimalPlaces(8).toNumber(),
    costs: {
      commission: sum(charged.map(({ commission }) => commission ?? 0)),
      commissionCurrency: charged.length > 0 ? currency : undefined,
      realizedPnl: sum(realized),
    },
  };
}

function largest(...texts: readonly (string | undefined)[]): string {
  return Decimal.max(0, ...texts.flatMap((text) => (text === undefined ? [] : [text]))).toFixed();
}

function remaining(told: string | undefined, quantity: string | undefined, filled: string): number | undefined {
  if (told !== undefined) return Number(told);
  return quantity === undefined ? undefined : Decimal.max(0, new Decimal(quantity).minus(filled)).toNumber();
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function positive(text: string | undefined): number | undefined {
  return text === undefined || Number(text) === 0 ? undefined : Number(text);
}
