import type { Instrument } from '../market/instruments.ts';
import { incrementAt } from '../market/rules.ts';
import type { Reach, View } from './market-view.ts';
import type { OrderLeg, OrderTerms } from './model.ts';

const clean = (price: number): number => Math.round(price * 1e8) / 1e8;
const signOf = ({ side }: OrderLeg): 1 | -1 => (side === 'BUY' ? 1 : -1);

/** The smallest step of a combination's net price: the finest of its legs', but a cent at most. */
export function comboTick(terms: OrderTerms): number {
  return Math.min(0.01, ...terms.legs.map(({ instrument }) => incrementAt(instrument.rule, 0)));
}

/** The net quote of a combination: buying it buys and sells its legs in their ratios. */
export function comboView(terms: OrderTerms, quote: (instrument: Instrument) => View): View {
  const views = terms.legs.map((leg) => ({ leg, view: quote(leg.instrument) }));
  const net = (price: (sign: 1 | -1, view: View) => number): number =>
    clean(views.reduce((sum, { leg, view }) => sum + signOf(leg) * leg.ratio * price(signOf(leg), view), 0));
  const sizes = views.map(({ leg, view }) => Math.floor(Math.min(view.bidSize, view.askSize) / leg.ratio));
  const size = Math.max(1, Math.min(...sizes));
  const instant = views[0]?.view.instant ?? 0;
  return {
    instant,
    bid: net((sign, view) => (sign === 1 ? view.bid : view.ask)),
    ask: net((sign, view) => (sign === 1 ? view.ask : view.bid)),
    last: net((_, view) => view.last),
    bidSize: size,
    askSize: size,
    jump: false,
  };
}

/** How far the quote of an order can get when those of its legs get so far; undefined when one of them is not traded. */
export function reachOf({ combo, legs }: OrderTerms, ofLeg: (leg: OrderLeg) => Reach | undefined): Reach | undefined {
  if (!combo) return ofLeg(legs[0]);
  const net = { low: 0, high: 0, lowest: 0, highest: 0 };
  for (const leg of legs) {
    const reach = ofLeg(leg);
    if (!reach) return undefined;
    const [low, high] = leg.side === 'BUY' ? [reach.low, reach.high] : [-reach.high, -reach.low];
    const [lowest, highest] = leg.side === 'BUY' ? [reach.lowest, reach.highest] : [-reach.highest, -reach.lowest];
    net.low += leg.ratio * low;
    net.high += leg.ratio * high;
    net.lowest += leg.ratio * lowest;
    net.highest += leg.ratio * highest;
  }
  return net;
}

/** What buying a combination costs at the prices its legs were given; undefined unless all of them were. */
export function netOfLegs(legs: readonly OrderLeg[]): number | undefined {
  const parts = legs.flatMap((leg) => (leg.price === undefined ? [] : [signOf(leg) * leg.ratio * leg.price]));
  return parts.length === legs.length ? clean(parts.reduce((sum, part) => sum + part, 0)) : undefined;
}

/** Prices of the legs that add up to a net price exactly, near what they were given, or their quotes. */
export function legPrices(terms: OrderTerms, net: number, quote: (instrument: Instrument) => View): number[] {
  const prices = terms.legs.map((leg) => {
    if (leg.price !== undefined) return leg.price;
    const view = quote(leg.instrument);
    return (leg.side === 'BUY') === (terms.side === 'BUY') ? view.ask : view.bid;
  });
  const sum = terms.legs.reduce((total, leg, index) => total + signOf(leg) * leg.ratio * (prices[index] ?? 0), 0);
  const [first] = terms.legs;
  prices[0] = clean((prices[0] ?? 0) + (signOf(first) * (net - sum)) / first.ratio);
  return prices;
}
