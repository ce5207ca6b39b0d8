import { roundToTick } from '../market/rules.ts';
import type { View } from './market-view.ts';
import type { Adjustment, OrderTerms } from './model.ts';
import { directionOf, kindOf } from './order-kinds.ts';
import type { Working } from './working.ts';

const clean = (price: number): number => Math.round(price * 1e8) / 1e8;

/** The two prices a trigger method looks at: for orders to buy and for orders to sell. */
function watched(terms: OrderTerms, view: View): { readonly buy: number; readonly sell: number } {
  const { secType } = terms.legs[0].instrument;
  const last = { buy: view.last, sell: view.last };
  const quote = { buy: view.bid, sell: view.ask };
  switch (methodOf(terms, secType)) {
    case 1:
    case 4:
      return quote;
    case 7:
      return { buy: Math.max(view.last, view.bid), sell: Math.min(view.last, view.ask) };
    case 8: {
      const mid = (view.bid + view.ask) / 2;
      return { buy: mid, sell: mid };
    }
    default:
      return last;
  }
}

/** The default is the last price, except where there are few or no trades: options wait for two quotes, currencies for one. */
function methodOf({ triggerMethod, combo }: OrderTerms, secType: string): number {
  if (triggerMethod !== 0) return triggerMethod;
  if (combo || secType === 'CASH') return 4;
  return secType === 'OPT' || secType === 'FOP' ? 1 : 2;
}

const needsTwo = (terms: OrderTerms): boolean => [1, 3].includes(methodOf(terms, terms.legs[0].instrument.secType));

/** Whether only the last price matters to an order's trigger. */
export const watchesLast = (terms: OrderTerms): boolean => methodOf(terms, terms.legs[0].instrument.secType) === 2;

/** How far a trailing order's stop stays behind the market. */
function distance(terms: OrderTerms, price: number): number {
  return terms.trailingPercent !== undefined ? (price * terms.trailingPercent) / 100 : (terms.auxPrice ?? 0);
}

/** Sets where an order's stop or touch price begins. */
export function armed(working: Working, view: View): Working {
  const { terms } = working.order;
  const { trigger } = kindOf(terms);
  if (trigger === 'none') return { ...working, triggered: true };
  if (trigger === 'stop' || trigger === 'touch') return { ...working, triggered: false, stop: terms.auxPrice };
  return followed({ ...working, triggered: false, stop: terms.trailStopPrice, extreme: undefined }, view);
}

/** Lets a trailing stop follow the market in the order's favour. */
export function followed(working: Working, view: View): Working {
  const { terms } = working.order;
  const { trigger } = kindOf(terms);
  if (working.triggered || (trigger !== 'trailingStop' && trigger !== 'trailingTouch')) return working;
  const price = directionOf(terms) === 1 ? watched(terms, view).buy : watched(terms, view).sell;
  return followedTo(working, price);
}

/** The same for a stretch of time without a trigger, known by the best price it had for the order. */
export function followedTo(working: Working, price: number): Working {
  const { terms } = working.order;
  const { trigger } = kindOf(terms);
  if (working.triggered || (trigger !== 'trailingStop' && trigger !== 'trailingTouch')) return working;
  // A stop to sell follows the market up and one to buy down; a touch price does the opposite.
  const away = (trigger === 'trailingStop' ? 1 : -1) * directionOf(terms);
  const { extreme } = working;
  if (extreme !== undefined && (extreme - price) * away <= 0) return working;
  const { rule } = terms.legs[0].instrument;
  const exact = clean(price + away * distance(terms, price));
  const stop = terms.combo ? exact : roundToTick(rule, exact);
  const better = working.stop === undefined || (working.stop - stop) * away > 0;
  return { ...working, extreme: price, stop: better ? stop : working.stop };
}

/** Whether the trigger price is reached. */
export function reached(working: Working, view: View): boolean {
  const { terms } = working.order;
  if (working.stop === undefined) return false;
  const prices = watched(terms, view);
  const price = terms.side === 'BUY' ? prices.buy : prices.sell;
  return (price - working.stop) * triggerDirection(terms) >= 0;
}

/** 1 when the trigger lies above the market. */
export function triggerDirection(terms: OrderTerms): 1 | -1 {
  const { trigger } = kindOf(terms);
  const against = trigger === 'stop' || trigger === 'trailingStop';
  return against === (terms.side === 'BUY') ? 1 : -1;
}

/** Follows, then fires when the price is reached, as often as the trigger method asks for. */
export function watchedOnce(working: Working, view: View): Working {
  if (working.triggered) return working;
  const following = adjusted(followed(working, view), view);
  if (!reached(following, view)) return following.hits === 0 ? following : { ...following, hits: 0 };
  if (needsTwo(following.order.terms) && following.hits === 0) return { ...following, hits: 1 };
  return fired(following);
}

/** How far the limit stood from the stop at the start, of trailing orders that name both. */
function givenOffset({ limitPrice, trailStopPrice }: OrderTerms): number {
  return limitPrice === undefined || trailStopPrice === undefined ? 0 : Math.abs(trailStopPrice - limitPrice);
}

/** The order as it goes on once its trigger was reached. */
export function fired(working: Working): Working {
  const { terms } = working.order;
  const trailing = terms.type === 'TRAIL LIMIT' || terms.type === 'TRAIL LIT';
  const offset = terms.limitPriceOffset ?? givenOffset(terms);
  const limit = trailing && working.stop !== undefined ? working.stop + directionOf(terms) * offset : undefined;
  return { ...working, triggered: true, ...(limit === undefined ? {} : { limit: clean(limit) }) };
}

/** Turns a stop into what it was to become once the market has reached the adjustment's trigger price. */
function adjusted(working: Working, view: View): Working {
  const { terms } = working.order;
  const { adjustment } = terms;
  if (!adjustment || working.adjusted) return working;
  // The adjustment lies on the favourable side of a protective stop.
  const price = terms.side === 'SELL' ? view.last : -view.last;
  const trigger = terms.side === 'SELL' ? adjustment.triggerPrice : -adjustment.triggerPrice;
  if (price < trigger) return working;
  const order = { ...working.order, terms: adjustedTerms(terms, adjustment) };
  return armed({ ...working, order, adjusted: true }, view);
}

function adjustedTerms(terms: OrderTerms, adjustment: Adjustment): OrderTerms {
  const trails = adjustment.type === 'TRAIL' || adjustment.type === 'TRAIL LIMIT';
  const percent = adjustment.trailingUnit === 1;
  return {
    ...terms,
    type: adjustment.type,
    auxPrice: trails ? (percent ? undefined : adjustment.trailingAmount) : (adjustment.stopPrice ?? terms.auxPrice),
    ...(trails && percent ? { trailingPercent: adjustment.trailingAmount } : {}),
    ...(trails && adjustment.stopPrice !== undefined ? { trailStopPrice: adjustment.stopPrice } : {}),
    ...(adjustment.stopLimitPrice === undefined ? {} : { limitPrice: adjustment.stopLimitPrice }),
  };
}
