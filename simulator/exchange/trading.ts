import { Decimal } from 'decimal.js';
import type { Side } from '../market/side.ts';
import { algoAllowance } from './algos.ts';
import { comboView } from './combos.ts';
import { bySystem, cancelOrder, refresh } from './ending.ts';
import { afterFill } from './families.ts';
import type { Floor } from './floor.ts';
import type { View } from './market-view.ts';
import { type Fill, isTradedThrough, isWithin, type Level, leastFill, take } from './matching.ts';
import type { Order, OrderTerms } from './model.ts';
import { directionOf, isClosing, isOpening, kindOf } from './order-kinds.ts';
import { isMidpoint, isPegged, isSnapped, worstPrice } from './pricing.ts';
import { scaleComponent } from './scale.ts';
import { settle } from './settlement.ts';
import { armed, watchedOnce } from './triggers.ts';
import { instrumentOf, type Working, zero } from './working.ts';

interface Offer extends Level {
  /** The order whose offer it is; the market's own without. */
  readonly maker?: number;
}

/** How many levels' worth of trades goes through a price that the market leaves behind. */
const passingLevels = 3;

/** Lets one order meet the market as it is at a moment: it begins, is triggered, is matched. */
export function meet(floor: Floor, permId: number, view: View): void {
  let working = floor.registry.get(permId);
  if (!working || !floor.isActive(working)) return;
  const isNew = working.startedAt === undefined;
  if (isNew) working = begun(floor, working, view);
  let met = view;
  if (!working.triggered) {
    const before = working;
    working = watchedOnce(working, view);
    floor.registry.keep({ ...working, resting: true });
    if (!working.triggered) {
      showTrail(floor, working);
      return;
    }
    // Between two trades the price passes through the stop: that is where the order meets the market.
    if (before.resting && !view.jump && before.stop !== undefined && !working.order.terms.combo) {
      met = floor.market.shifted(instrumentOf(working.order), view, working.stop ?? view.last);
    }
    working = refresh(floor, { ...working, resting: false });
  }
  if (isClosing(kindOf(working.order.terms)) || isOpening(working.order.terms)) return;
  match(floor, working, met);
}

/** A trailing stop's level is part of the order. */
function showTrail(floor: Floor, working: Working): void {
  const { stop, order } = working;
  if (stop === undefined || !order.terms.type.startsWith('TRAIL') || order.trailStopPrice === stop) return;
  floor.registry.keep({ ...working, resting: true, order: { ...order, trailStopPrice: stop } });
}

function begun(floor: Floor, working: Working, view: View): Working {
  const { pegBench } = working.order.terms;
  const benchmark = pegBench && floor.instrument(pegBench.conId);
  const reference = benchmark ? floor.market.quote(benchmark, floor.at).last : undefined;
  const started: Working = {
    ...armed(working, view),
    startedAt: floor.at,
    ...(reference === undefined ? {} : { reference }),
  };
  return refresh(floor, started);
}

/** How much of an order may trade now. */
function workable(floor: Floor, working: Working): Decimal {
  const { order } = working;
  const released = floor.released(working).minus(order.filled);
  const allowed = Decimal.min(order.remaining, released, algoAllowance(working, floor.at).minus(order.filled));
  const component = scaleComponent(order);
  return Decimal.max(zero, component ? Decimal.min(allowed, component.quantity) : allowed);
}

function match(floor: Floor, start: Working, view: View): void {
  let working = start;
  const { terms } = working.order;
  if (working.limit === undefined && isSnapped(terms)) {
    const snapped = floor.limit(working, view);
    working = { ...working, limit: snapped ?? undefined };
    floor.registry.keep(working);
  }
  const quantity = workable(floor, working);
  const current = scaleComponent(working.order)?.limit ?? floor.limit(working, view);
  // What a pegged order trades at is where it stood when the price came, not where it will stand then.
  const shown = working.resting ? (working.pegged ?? current) : current;
  if (shown === null || !quantity.gt(0)) return;
  const limit = reachFor(terms, shown, view);
  const passive = working.resting && !view.jump && limit !== undefined && limit === shown;
  const offers = offersTo(floor, working, view, limit, passive);
  const least = leastFill(terms, working.order.remaining, working.order.filled);
  const fills = takeOffers(working, { quantity, limit, passive, least }, offers);
  for (const { fill, maker } of fills) {
    if (!fillBoth(floor, working.order.permId, view, fill, maker)) break;
  }
  afterMatching(floor, working, current, view);
}

/** The limit an order goes to now: its discretion is used when the market is within it. */
function reachFor(terms: OrderTerms, shown: number | undefined, { bid, ask }: View): number | undefined {
  const quote = terms.side === 'BUY' ? ask : bid;
  if (shown === undefined || isWithin(terms.side, quote, shown)) return shown;
  const worst = worstPrice(terms, shown);
  return isWithin(terms.side, quote, worst) ? worst : shown;
}

/** Fills an order, and the one it met if there is one. False when it has ended. */
function fillBoth(floor: Floor, permId: number, view: View, fill: Fill, maker: number | undefined): boolean {
  const current = floor.registry.get(permId);
  if (!current) return false;
  const { terms } = current.order;
  const other = maker === undefined ? undefined : floor.registry.get(maker);
  if (maker !== undefined && !other) return true;
  // Fills before this one may have left less of either, through the groups they belong to.
  const quantity = Decimal.min(fill.quantity, current.order.remaining, other?.order.remaining ?? fill.quantity);
  if (!other && !terms.combo) floor.liquidity.use(instrumentOf(current.order), view, terms.side, quantity);
  if (!quantity.gt(0)) return true;
  const after = settle(floor, current, { ...fill, quantity });
  if (other) {
    const made = settle(floor, other, { ...fill, quantity, liquidity: 1 });
    afterFill(floor, made.order, quantity);
  }
  afterFill(floor, after.order, quantity);
  return floor.registry.get(permId) !== undefined;
}

/** What an order can take: the market's levels and other accounts' orders, best price first. */
function offersTo(
  floor: Floor,
  { order, sequence }: Working,
  view: View,
  limit: number | undefined,
  passive: boolean,
): Offer[] {
  const { terms } = order;
  if (terms.combo) return comboLevels(terms.side, view);
  const instrument = instrumentOf(order);
  const others = restingAgainst(floor, order, sequence, view);
  if (isMidpoint(terms) && limit !== undefined && isFairAtMidpoint(terms.side, view, limit))
    return floor.liquidity.levels(instrument, view, terms.side).slice(0, 1).map(at(limit));
  const isReached = isWithin(terms.side, terms.side === 'BUY' ? view.ask : view.bid, limit);
  if (isReached) {
    const direction = directionOf(terms);
    const levels: Offer[] = floor.liquidity.levels(instrument, view, terms.side);
    return [...others, ...levels].sort((a, b) => (a.price - b.price) * direction);
  }
  const passes = passive && limit !== undefined && instrument.secType !== 'CASH' && isTradedThrough(terms, limit, view);
  if (!passes) return others;
  return [...others, ...floor.liquidity.levels(instrument, view, terms.side).slice(0, passingLevels).map(at(limit))];
}

const at =
  (price: number) =>
  ({ size }: Level): Offer => ({ price, size });

/** Midpoint orders meet what is inside the spread when they do not ask for better than the midpoint. */
const isFairAtMidpoint = (side: Side, view: View, limit: number): boolean => {
  const middle = (view.bid + view.ask) / 2;
  return side === 'BUY' ? limit >= middle - 0.005 : limit <= middle + 0.005;
};

function comboLevels(side: Side, view: View): Offer[] {
  return [
    side === 'BUY'
      ? { price: view.ask, size: new Decimal(view.askSize) }
      : { price: view.bid, size: new Decimal(view.bidSize) },
  ];
}

/** Other accounts' orders on the other side that stand inside the market's quote or at it. */
function restingAgainst(floor: Floor, order: Order, sequence: number, view: View): Offer[] {
  const { terms } = order;
  return floor.registry.living().flatMap((other): Offer[] => {
    const { terms: theirs } = other.order;
    if (theirs.account === terms.account || theirs.side === terms.side || other.sequence === sequence) return [];
    if (theirs.combo || theirs.legs[0].instrument.conId !== terms.legs[0].instrument.conId) return [];
    if (!other.resting || !other.triggered || theirs.allOrNone || !floor.isActive(other)) return [];
    if (isClosing(kindOf(theirs)) || isOpening(theirs) || kindOf(theirs).pricing !== 'limit') return [];
    const limit = floor.limit(other, view);
    if (limit === undefined || limit === null) return [];
    return [{ price: limit, size: workable(floor, other), maker: other.order.permId }];
  });
}

interface Request {
  readonly quantity: Decimal;
  readonly limit: number | undefined;
  readonly passive: boolean;
  readonly least: Decimal;
}

/** Goes through the offers one maker at a time, all or nothing below the least that is wanted. */
function takeOffers({ order }: Working, request: Request, offers: readonly Offer[]): { fill: Fill; maker?: number }[] {
  const { side } = order.terms;
  const done: { fill: Fill; maker?: number }[] = [];
  let left = request.quantity;
  const runs: Offer[][] = [];
  for (const offer of offers) {
    const run = runs.at(-1);
    if (run && run[0]?.maker === offer.maker) run.push(offer);
    else runs.push([offer]);
  }
  for (const run of runs) {
    const maker = run[0]?.maker;
    // What another client's order offers trades at that order's price.
    const passive = request.passive && maker === undefined;
    for (const fill of take({ ...request, side, quantity: left, passive, least: zero }, run)) {
      done.push(maker === undefined ? { fill } : { fill, maker });
      left = left.minus(fill.quantity);
    }
  }
  return request.quantity.minus(left).lt(request.least) ? [] : done;
}

/** What becomes of an order that was matched: it rests, or it does not. */
function afterMatching(floor: Floor, before: Working, current: number | undefined | null, view: View): void {
  const working = floor.registry.get(before.order.permId);
  if (!working) return;
  const { terms, filled, lastFillPrice, permId } = working.order;
  if (terms.tif === 'IOC' || terms.tif === 'FOK') {
    cancelOrder(floor, permId, bySystem);
    return;
  }
  const kind = kindOf(terms).pricing;
  const pegged = current !== null && isPegged(terms) ? current : undefined;
  const isSettled = working === before && working.resting && working.pegged === pegged;
  if (isSettled && kind !== 'marketToLimit') return;
  const fixes = kind === 'marketToLimit' && working.limit === undefined;
  const limit = filled.isZero() ? (terms.side === 'BUY' ? view.ask : view.bid) : lastFillPrice;
  const { pegged: _before, ...rest } = working;
  refresh(floor, {
    ...rest,
    resting: true,
    ...(pegged === undefined ? {} : { pegged }),
    ...(fixes ? { limit } : {}),
  });
}

/** The opening or closing auction: everything for it trades at one price. */
export function auction(floor: Floor, permId: number, price: number): void {
  const working = floor.registry.get(permId);
  if (!working || !floor.isReleased(working) || !working.transmitted || !working.conditionsMet || floor.halted) return;
  const { terms, remaining } = working.order;
  const limited = kindOf(terms).pricing === 'limit' || kindOf(terms).pricing === 'closingLimit';
  if (isWithin(terms.side, price, limited ? terms.limitPrice : undefined)) {
    const after = settle(floor, working, { quantity: remaining, price, liquidity: 2 });
    afterFill(floor, after.order, remaining);
  } else if (isOpening(terms)) cancelOrder(floor, permId, bySystem);
}

/** The view of what an order trades, from the view of its instrument where it is only one. */
export function viewFor(floor: Floor, { order }: Working, view: View | undefined): View {
  if (order.terms.combo) return comboView(order.terms, (instrument) => floor.market.quote(instrument, floor.at));
  return view ?? floor.view(order.terms);
}
