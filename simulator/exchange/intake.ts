import { Decimal } from 'decimal.js';
import { inCurrency } from '../market/instruments.ts';
import { algoEnd } from './algos.ts';
import { commitmentOf, isExit, marginProblem } from './commitments.ts';
import { refresh, rejectOrder, tell } from './ending.ts';
import { isNoLongerTraded } from './expiries.ts';
import { familyOf, groupProblem } from './families.ts';
import type { Floor } from './floor.ts';
import { oddLotWarning } from './forex-minimum.ts';
import { holdForShares, lacksShares, shortProblem } from './locating.ts';
import { expectedPrice, previewOf } from './margin-check.ts';
import type { View } from './market-view.ts';
import { type Notice, notices, orderMessage, rejected } from './messages.ts';
import type { Order, OrderOwner, OrderPreview, OrderTerms, WireFields } from './model.ts';
import { kindOf } from './order-kinds.ts';
import { meet, viewFor } from './trading.ts';
import { problemWith, warningsFor } from './validation.ts';
import { isFinal, livingStatus, type Working, withOrder, zero } from './working.ts';

/** Closing auctions take orders until this long before the close. */
const cutOff = 10 * 60_000;

/** A description as order messages have it: `BUY 1 AAPL NASDAQ.NMS`. */
function describe({ side, quantity, legs: [{ instrument }], combo }: OrderTerms): string {
  const { symbol, secType, primaryExchange, tradingClass, localSymbol } = instrument;
  const where = tradingClass === 'NMS' ? `${primaryExchange}.${tradingClass}` : primaryExchange;
  const single = secType === 'CASH' ? `${localSymbol} Forex` : localSymbol;
  const name = combo ? `${symbol} Combo` : secType === 'STK' ? `${symbol} ${where}` : single;
  return `${side} ${quantity.toString()} ${name}`;
}

/** What is wrong with an order now, margin apart. */
function problem(floor: Floor, terms: OrderTerms, view: View, wire: WireFields | undefined): Notice | undefined {
  const { instrument } = terms.legs[0];
  const today = floor.zone.day(floor.at);
  if (terms.legs.some((leg) => isNoLongerTraded(leg.instrument, today))) return rejected('Contract has expired');
  return problemWith(terms, {
    instant: floor.at,
    last: view.last,
    accounts: floor.book.accounts.map(({ id }) => id),
    phase: floor.sessions.at(instrument, floor.at).phase,
    closingCutOff: floor.sessions.regularSession(instrument, floor.at).end - cutOff,
    checksPercentage: wire?.values.overridePercentageConstraints !== '1',
  });
}

/** The units an order stands for: those of cash orders follow from the price. */
function unitsOf(terms: OrderTerms, price: number): Decimal {
  const { cashQuantity, quantity, legs } = terms;
  if (!cashQuantity?.gt(0)) return quantity;
  const { instrument } = legs[0];
  const increment = instrument.sizeIncrement;
  return cashQuantity
    .div(inCurrency(instrument, price))
    .div(increment)
    .toDecimalPlaces(0, Decimal.ROUND_DOWN)
    .mul(increment);
}

/** Takes an order in, or changes the one that its owner has under this id. */
export function placeOrder(floor: Floor, owner: OrderOwner, terms: OrderTerms, wire: WireFields): void {
  const scripted = floor.nextRejection;
  if (scripted) {
    floor.nextRejection = undefined;
    tell(floor, { owner }, scripted);
    return;
  }
  const known = owner.orderId === 0 ? undefined : floor.registry.ofOwner(owner);
  if (known) modifyOrder(floor, known, terms, wire);
  else acceptOrder(floor, owner, terms, wire);
}

/** Takes a new order in. Undefined when it was refused. */
export function acceptOrder(floor: Floor, owner: OrderOwner, terms: OrderTerms, wire: WireFields): Order | undefined {
  const view = floor.view(terms);
  const parent = terms.parentId === 0 ? undefined : parentFor(floor, owner, terms);
  const refusal = terms.parentId !== 0 && !parent ? notices.missingParent : problem(floor, terms, view, wire);
  if (refusal) {
    tell(floor, { owner }, refusal);
    return undefined;
  }
  const units = unitsOf(terms, expectedPrice(terms, view));
  if (!units.gt(0)) {
    tell(floor, { owner }, notices.sizeTooSmall);
    return undefined;
  }
  const commitment = isExit(terms, units, parent) ? undefined : commitmentOf(floor, terms, units);
  const working = { ...newWorking(floor, owner, terms, wire, units, parent), ...(commitment ? { commitment } : {}) };
  const cover = parent ? undefined : shortProblem(floor, terms, units);
  const shortfall =
    groupProblem(floor, working.order) ?? cover ?? (commitment && marginProblem(floor, terms, commitment));
  if (shortfall) {
    floor.registry.put(working);
    rejectOrder(floor, working.order.permId, shortfall);
    return floor.registry.find(working.order.permId);
  }
  for (const warning of warningsFor(terms)) floor.registry.emit({ type: 'warning', owner, ...warning });
  floor.registry.keep(working);
  if (terms.transmit) transmit(floor, working.order);
  else refresh(floor, working, true);
  return floor.registry.find(working.order.permId);
}

function parentFor(floor: Floor, { clientId }: OrderOwner, { parentId }: OrderTerms): Order | undefined {
  const parent = floor.registry.ofOwner({ clientId, orderId: parentId });
  return parent && (!isFinal(parent) || parent.status === 'Filled') ? parent : undefined;
}

/** Tells when an order that has to wait for its market will be placed there. */
function waitingWarning(floor: Floor, terms: OrderTerms): Notice[] {
  if (floor.isOpenFor(terms)) return [];
  const { instrument } = terms.legs[0];
  const next = floor.sessions.nextWorking(terms, instrument, floor.at);
  if (!next || next.start <= floor.at) return [];
  const zone = floor.sessions.zoneOf(instrument);
  const [day = '', time = ''] = zone.local(next.start).split(' ');
  const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
  const text = `Your order will not be placed at the exchange until ${date} ${time} ${zone.name}.`;
  return [orderMessage(describe(terms), text)];
}

/** When an order expires of itself, or its algorithm gives up; undefined when it does not. */
function expiryOf(floor: Floor, terms: OrderTerms): number | undefined {
  const ends = [lifeOf(floor, terms), algoEnd(terms)].flatMap((end) => end ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

function lifeOf(floor: Floor, terms: OrderTerms): number | undefined {
  if (terms.tif === 'GTC') return undefined;
  if (terms.tif === 'GTD') return terms.goodTill;
  const from = Math.max(floor.at, terms.goodAfter ?? floor.at);
  if (terms.tif === 'MINUTES') return from + (terms.duration ?? 0) * 1_000;
  return floor.sessions.dayEnd(terms, terms.legs[0].instrument, from);
}

function newWorking(
  floor: Floor,
  owner: OrderOwner,
  terms: OrderTerms,
  wire: WireFields,
  units: Decimal,
  parent: Order | undefined,
): Working {
  const order: Order = {
    permId: floor.nextPermId(),
    owner,
    terms,
    wire,
    status: 'PendingSubmit',
    filled: zero,
    remaining: units,
    averageFillPrice: 0,
    lastFillPrice: 0,
    whyHeld: '',
    parentPermId: parent?.permId ?? 0,
    ...(terms.trailStopPrice === undefined ? {} : { trailStopPrice: terms.trailStopPrice }),
    commission: zero,
    commissionCurrency: terms.legs[0].instrument.currency,
    submittedAt: floor.at,
    completedStatus: '',
    warning: '',
    executions: [],
  };
  const expiresAt = expiryOf(floor, terms);
  return {
    order,
    sequence: floor.nextSequence(),
    transmitted: false,
    conditionsMet: terms.conditions.length === 0 || terms.conditionsCancelOrder,
    triggered: kindOf(terms).trigger === 'none',
    hits: 0,
    resting: false,
    adjusted: false,
    awaitsLocate: false,
    completed: false,
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

/** Sends an order on with all of its bracket, the entry first. */
function transmit(floor: Floor, order: Order): void {
  const family = familyOf(floor, order);
  const members = family.some((member) => member.order.permId === order.permId)
    ? family
    : [floor.registry.get(order.permId)];
  const waiting = members.flatMap((member) => (member && !member.transmitted ? [member] : []));
  for (const member of waiting) floor.registry.keep({ ...member, transmitted: true });
  for (const member of waiting) announce(floor, member);
  for (const { order: sent } of waiting) meetNow(floor, sent.permId);
}

/** Tells of an order that is sent on: first that it has arrived, then how it goes on. */
function announce(floor: Floor, { order: { permId, owner, terms, parentPermId } }: Working): void {
  const working = floor.registry.get(permId);
  if (!working) return;
  const oddLot = oddLotWarning(terms, working.order.remaining);
  const warnings = [...(oddLot ? [orderMessage(describe(terms), oddLot)] : []), ...waitingWarning(floor, terms)];
  for (const warning of warnings) floor.registry.emit({ type: 'warning', owner, ...warning });
  const isChild = parentPermId !== 0;
  const whyHeld = livingStatus(working, { works: true, parentFilled: floor.isReleased(working) }).whyHeld;
  floor.registry.put(withOrder(working, { status: 'PreSubmitted', whyHeld }));
  if (!isChild && lacksShares(floor, terms, working.order.remaining)) holdForShares(floor, permId);
  const current = floor.registry.get(permId);
  if (current) refresh(floor, current);
}

/** Lets an order meet the market as it is now. */
export function meetNow(floor: Floor, permId: number): void {
  const working = floor.registry.get(permId);
  if (working && floor.isActive(working)) meet(floor, permId, viewFor(floor, working, undefined));
}

function modifyOrder(floor: Floor, known: Order, terms: OrderTerms, wire: WireFields): void {
  const working = floor.registry.get(known.permId);
  if (!working) {
    tell(floor, known, known.status === 'Filled' ? notices.modifyFilled : notices.duplicateId);
    return;
  }
  const refusal = modificationProblem(floor, known, terms, wire);
  if (refusal) {
    tell(floor, known, refusal);
    return;
  }
  const price = expectedPrice(terms, floor.view(terms));
  const units = unitsOf(terms, price);
  const { commitment: _commitment, ...free } = working;
  const exits = isExit(terms, units, floor.parentOf(known));
  const commitment = exits ? undefined : commitmentOf(floor, terms, units.minus(known.filled));
  const shortfall = commitment && marginProblem(floor, terms, commitment, known.permId);
  if (shortfall) {
    tell(floor, known, shortfall);
    return;
  }
  const changed = changedBy(floor, { ...free, ...(commitment ? { commitment } : {}) }, terms, wire, units);
  refresh(floor, changed, true);
  if (terms.transmit && !changed.transmitted) transmit(floor, changed.order);
  else meetNow(floor, known.permId);
}

/** Changes an order as its owner does at the broker's own screens: it is told to its client. */
export function editOrder(floor: Floor, working: Working, changes: Partial<OrderTerms>): void {
  const { order } = working;
  const terms = { ...order.terms, ...changes };
  refresh(
    floor,
    changedBy(floor, working, terms, order.wire, unitsOf(terms, expectedPrice(terms, floor.view(terms)))),
    true,
  );
  meetNow(floor, order.permId);
}

/** Why an order cannot be changed in this way. */
function modificationProblem(floor: Floor, known: Order, terms: OrderTerms, wire: WireFields): Notice | undefined {
  const same =
    known.terms.side === terms.side &&
    known.terms.account === terms.account &&
    known.terms.legs.length === terms.legs.length &&
    known.terms.legs.every((leg, index) => leg.instrument.conId === terms.legs[index]?.instrument.conId);
  if (!same) return notices.modifyMismatch;
  if (known.terms.ocaGroup !== terms.ocaGroup && known.terms.ocaGroup !== '') return notices.ocaRevision;
  if (!terms.cashQuantity && terms.quantity.lte(known.filled))
    return rejected('The order size must be larger than what has been filled');
  return problem(floor, terms, floor.view(terms), wire);
}

/** The order with its new terms. What has not changed about its trigger stays as it was; its place in the queue is lost. */
function changedBy(floor: Floor, working: Working, terms: OrderTerms, wire: WireFields, units: Decimal): Working {
  const before = working.order.terms;
  const keepsTrigger =
    before.type === terms.type &&
    before.auxPrice === terms.auxPrice &&
    before.trailingPercent === terms.trailingPercent &&
    before.trailStopPrice === terms.trailStopPrice;
  const onlySmaller = before.limitPrice === terms.limitPrice && keepsTrigger && terms.quantity.lte(before.quantity);
  const expiresAt =
    before.tif === terms.tif && before.goodTill === terms.goodTill && algoEnd(before) === algoEnd(terms)
      ? working.expiresAt
      : expiryOf(floor, terms);
  const { limit: _limit, startedAt, expiresAt: _expiresAt, ...rest } = working;
  const order = { ...working.order, terms, wire, remaining: units.minus(working.order.filled) };
  return {
    ...withOrder({ ...rest, order }, {}),
    ...(keepsTrigger && startedAt !== undefined ? { startedAt } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    triggered: keepsTrigger ? working.triggered : kindOf(terms).trigger === 'none',
    conditionsMet: terms.conditions.length === 0 || terms.conditionsCancelOrder,
    sequence: onlySmaller ? working.sequence : floor.nextSequence(),
    resting: onlySmaller && working.resting,
  };
}

/** What an order would do to margin and cost; undefined when it would be refused. */
export function previewOrder(floor: Floor, owner: OrderOwner, terms: OrderTerms): OrderPreview | undefined {
  const view = floor.view(terms);
  const refusal = problem(floor, terms, view, undefined);
  if (refusal) {
    tell(floor, { owner }, refusal);
    return undefined;
  }
  const price = expectedPrice(terms, view);
  const units = unitsOf(terms, price);
  if (!units.gt(0)) {
    tell(floor, { owner }, notices.sizeTooSmall);
    return undefined;
  }
  return previewOf(floor, terms, units, price);
}
