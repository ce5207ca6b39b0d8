import { quoteAt } from '../market/quotes.ts';
import type { ConditionFacts } from './conditions.ts';
import type { Floor } from './floor.ts';
import type { Order } from './model.ts';

const doubleQuote = 1;
const quoteCondition = 4;
const midpoint = 8;

/** What an order's conditions are judged by at the floor's instant. */
export function conditionFacts(floor: Floor, order: Order): ConditionFacts {
  const quote = (conId: number) => {
    const instrument = floor.instrument(conId);
    return instrument && quoteAt(floor.model, instrument, floor.at);
  };
  return {
    instant: floor.at,
    price(conId, triggerMethod) {
      const found = quote(conId);
      if (!found || found.bid === undefined || found.ask === undefined) return found?.last;
      if (triggerMethod === midpoint) return (found.bid + found.ask) / 2;
      if (triggerMethod === quoteCondition || triggerMethod === doubleQuote)
        return order.terms.side === 'BUY' ? found.bid : found.ask;
      return found.last;
    },
    volume: (conId) => quote(conId)?.volume,
    change(conId) {
      const found = quote(conId);
      return found && (found.last / found.close - 1) * 100;
    },
    cushion: () => floor.book.margin(order.terms.account, floor.at).cushion * 100,
    traded: (secType, exchange, symbol) =>
      floor.registry
        .executions()
        .some(
          ({ instrument, time, exchange: venue, account }) =>
            time >= order.submittedAt &&
            account === order.terms.account &&
            instrument.symbol === symbol &&
            instrument.secType === secType &&
            ['', '*', 'SMART', venue].includes(exchange),
        ),
  };
}
