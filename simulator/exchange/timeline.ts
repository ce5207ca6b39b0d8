import type { Instrument } from '../market/instruments.ts';
import { algoAllowance } from './algos.ts';
import { reachOf } from './combos.ts';
import { checkConditions, isUndecidedMinute, isWatching } from './condition-watch.ts';
import { conditionTimes } from './conditions.ts';
import { bySystem, cancelOrder, refresh } from './ending.ts';
import { expireContracts } from './expiries.ts';
import type { Floor } from './floor.ts';
import { locateShares } from './locating.ts';
import type { Reach, View } from './market-view.ts';
import { directionOf, isClosing, isOpening, kindOf, type PricingKind } from './order-kinds.ts';
import { isPegged, worstPrice } from './pricing.ts';
import { auction, meet, viewFor } from './trading.ts';
import { followedTo, triggerDirection, watchesLast } from './triggers.ts';
import { instrumentOf, type Working } from './working.ts';

const secondMs = 1000;
const minuteMs = 60 * secondMs;

/** Brings the market forward to an instant: everything that happens on the way happens in its order. */
export function runTo(floor: Floor, now: number): void {
  if (now < floor.at) {
    // The clock was set back: the market is a function of time, and what was done stays done.
    floor.at = now;
    floor.through = Math.floor(now / secondMs) * secondMs;
    return;
  }
  for (let edge = nextEdge(floor); edge <= now; edge = nextEdge(floor)) {
    trade(floor, edge);
    keepHouse(floor, edge);
  }
  trade(floor, now + 1);
  floor.at = now;
}

/** The next instant at which something other than a price changes what orders do. */
function nextEdge(floor: Floor): number {
  const { at } = floor;
  const midnight = floor.zone.instant(floor.zone.day(at) + 1, 0);
  const edges = floor.registry
    .living()
    .flatMap(({ order, expiresAt }) => [
      ...order.terms.legs.map(({ instrument }) => floor.sessions.at(instrument, at).end),
      ...[expiresAt, order.terms.goodAfter, order.terms.activeStart, order.terms.activeStop].flatMap(
        (edge) => edge ?? [],
      ),
      ...conditionTimes(order.terms),
    ]);
  return edges.reduce((next, edge) => (edge > at && edge < next ? edge : next), midnight);
}

/** What is due at an edge: expiries, the new day, sessions that open or close. */
function keepHouse(floor: Floor, at: number): void {
  const before = floor.zone.day(floor.at);
  floor.at = at;
  for (const { order, expiresAt } of floor.registry.living())
    if (expiresAt !== undefined && expiresAt <= at) cancelOrder(floor, order.permId, bySystem);
  const today = floor.zone.day(at);
  if (today !== before) {
    expireContracts(floor, today);
    floor.registry.startDay();
    floor.book.rollDay(before);
    locateShares(floor);
  }
  checkConditions(floor);
  for (const { order } of floor.registry.living()) {
    const current = floor.registry.get(order.permId);
    if (current) refresh(floor, current);
  }
}

/** Trades the seconds that have not been up to an instant, exclusive, within which no session changes. */
function trade(floor: Floor, end: number): void {
  for (;;) {
    const second = floor.through + secondMs;
    if (second >= end) return;
    const lively = attending(floor);
    if (lively.length === 0) {
      floor.through = Math.floor((end - 1) / secondMs) * secondMs;
      return;
    }
    if (second % minuteMs === 0 && second + minuteMs <= end && isQuietMinute(floor, lively, second)) {
      floor.at = second + minuteMs - secondMs;
      floor.through = floor.at;
      continue;
    }
    floor.through = second;
    tradeSecond(floor, second);
  }
}

/** The orders that can do something while the market moves. */
function attending(floor: Floor): Working[] {
  if (floor.halted) return [];
  return floor.registry
    .living()
    .filter((working) => floor.isActive(working) || isWatching(floor, working) || isAuctioned(floor, working));
}

const isAuctioned = (floor: Floor, { order, transmitted }: Working): boolean =>
  transmitted && isOpening(order.terms) && floor.isOpenFor(order.terms);

/** Whether a minute passes without anything for any order; trailing stops then follow it as a whole. */
function isQuietMinute(floor: Floor, lively: readonly Working[], minute: number): boolean {
  const followed: Working[] = [];
  floor.at = minute;
  for (const working of lively) {
    const { order } = working;
    if (isWatching(floor, working) && !isUndecidedMinute(floor, order, minute)) return false;
    if (!floor.isActive(working)) continue;
    if (isOpening(order.terms)) return false;
    const reach = reachOf(order.terms, ({ instrument }) => floor.market.minuteReach(instrument, minute));
    if (!reach) return false;
    const after = passed(floor, working, reach, minute + minuteMs);
    if (!after) return false;
    followed.push(after);
  }
  for (const working of followed) floor.registry.keep(working);
  return true;
}

/** Pricing that does nothing, and changes nothing, as long as the market stays away from the order's limit. */
const heldByLimit: ReadonlySet<PricingKind> = new Set(['limit', 'midpoint', 'primary']);

/** The order after a stretch of time that does nothing for it; undefined when it might do something. */
function passed(floor: Floor, working: Working, reach: Reach, end: number): Working | undefined {
  const { order, startedAt, triggered, resting } = working;
  const { terms } = order;
  const kind = kindOf(terms);
  if (isClosing(kind)) {
    const session = floor.sessions.at(instrumentOf(order), floor.through);
    return session.phase === 'regular' && end >= session.end ? undefined : working;
  }
  if (terms.algo && algoAllowance(working, end - 1).lte(order.filled)) return working;
  if (startedAt === undefined || !resting || terms.algo || terms.adjustment) return undefined;
  if (!triggered) {
    const favour = kind.trigger === 'trailingStop' ? directionOf(terms) : -directionOf(terms);
    if (kind.trigger.startsWith('trailing') && !watchesLast(terms)) return undefined;
    const after = followedTo(working, favour === 1 ? reach.lowest : reach.highest);
    if (after.stop === undefined) return undefined;
    const nearest = triggerDirection(terms) === 1 ? reach.high : reach.low;
    return (nearest - after.stop) * triggerDirection(terms) < 0 ? after : undefined;
  }
  const limit = working.limit ?? (heldByLimit.has(kind.pricing) ? terms.limitPrice : undefined);
  if (!limit || terms.scale || (isPegged(terms) && working.pegged !== limit)) return undefined;
  const best = terms.side === 'BUY' ? reach.low : reach.high;
  return (worstPrice(terms, limit) - best) * directionOf(terms) < 0 ? working : undefined;
}

/** Lets every order meet the moments of a second, instrument by instrument. */
function tradeSecond(floor: Floor, second: number): void {
  floor.at = second;
  checkConditions(floor);
  const instruments = new Map<number, Instrument>();
  for (const working of attending(floor)) {
    const instrument = instrumentOf(working.order);
    instruments.set(instrument.conId, instrument);
  }
  for (const instrument of instruments.values()) tradeInstrument(floor, instrument, second);
}

function tradeInstrument(floor: Floor, instrument: Instrument, second: number): void {
  const reach = floor.market.secondReach(instrument, second);
  const own = (): Working[] => attending(floor).filter(({ order }) => instrumentOf(order).conId === instrument.conId);
  const isQuiet =
    reach !== undefined &&
    own().every(
      (working) =>
        !working.order.terms.combo &&
        !isOpening(working.order.terms) &&
        passed(floor, working, reach, second + secondMs) === working,
    );
  if (isQuiet) return;
  const moments = floor.market.moments(instrument, second);
  for (const [index, view] of moments.entries()) {
    if (index === 0) openAuction(floor, own(), second, view);
    for (const working of own()) {
      if (!working.order.terms.combo) meet(floor, working.order.permId, view);
      else if (index === moments.length - 1) meet(floor, working.order.permId, viewFor(floor, working, undefined));
    }
  }
  closeAuction(floor, own(), second, moments.at(-1));
}

function openAuction(floor: Floor, orders: readonly Working[], second: number, view: View): void {
  for (const { order } of orders) {
    if (!isOpening(order.terms)) continue;
    const session = floor.sessions.at(instrumentOf(order), second);
    if (session.phase === 'regular' && second < session.start + minuteMs) auction(floor, order.permId, view.last);
  }
}

function closeAuction(floor: Floor, orders: readonly Working[], second: number, view: View | undefined): void {
  for (const working of orders) {
    const { order } = working;
    if (!view || !isClosing(kindOf(order.terms))) continue;
    const session = floor.sessions.at(instrumentOf(order), second);
    if (session.phase === 'regular' && second + secondMs >= session.end) auction(floor, order.permId, view.last);
  }
}
