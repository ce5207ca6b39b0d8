import { conditionFacts } from './condition-facts.ts';
import { conditionsHold } from './conditions.ts';
import { bySystem, cancelOrder, refresh } from './ending.ts';
import type { Floor } from './floor.ts';
import type { Condition, Order, OrderTerms } from './model.ts';
import { instrumentOf, type Working } from './working.ts';

const minuteMs = 60_000;

/** Whether an order's conditions are still to come true while its market moves. Those on time alone need no market. */
export function isWatching(floor: Floor, { order, transmitted, conditionsMet }: Working): boolean {
  const { terms } = order;
  if (terms.conditions.length === 0 || !transmitted || (conditionsMet && !terms.conditionsCancelOrder)) return false;
  return !isOnTimeAlone(terms) && isObserved(floor, order);
}

const isOnTimeAlone = ({ conditions }: OrderTerms): boolean => conditions.every(({ kind }) => kind === 'time');

/** What takes a while to work out is looked at once a minute. */
const isSlow = ({ kind }: Condition): boolean => kind !== 'price' && kind !== 'time';

/** Conditions count in regular hours, or in all hours for orders that say so. */
function isObserved(floor: Floor, order: Order): boolean {
  const { phase } = floor.sessions.at(instrumentOf(order), floor.at);
  return phase === 'regular' || (order.terms.conditionsIgnoreRth && phase !== 'closed');
}

/** Releases or cancels the orders whose conditions have come true. */
export function checkConditions(floor: Floor): void {
  for (const { order, transmitted, conditionsMet } of floor.registry.living()) {
    const { terms, permId } = order;
    if (terms.conditions.length === 0 || !transmitted) continue;
    if (conditionsMet && !terms.conditionsCancelOrder) continue;
    if (!isOnTimeAlone(terms) && !isObserved(floor, order)) continue;
    if (terms.conditions.some(isSlow) && floor.at % minuteMs !== 0) continue;
    if (!conditionsHold(terms, conditionFacts(floor, order))) continue;
    if (terms.conditionsCancelOrder) cancelOrder(floor, permId, bySystem);
    else {
      const current = floor.registry.get(permId);
      if (current) refresh(floor, { ...current, conditionsMet: true });
    }
  }
}

/** Whether an order's conditions stay as they are for a minute: no price in them is passed. */
export function isUndecidedMinute(floor: Floor, order: Order, minute: number): boolean {
  const { terms } = order;
  const isConstant = terms.conditions.every((condition) => {
    if (condition.kind !== 'price') return true;
    const instrument = floor.instrument(condition.conId);
    const reach = instrument && floor.market.minuteReach(instrument, minute);
    return !reach || reach.high < condition.price || reach.low > condition.price;
  });
  if (!isConstant) return false;
  return !terms.conditions.some(isSlow) || !conditionsHold(terms, conditionFacts(floor, order));
}
