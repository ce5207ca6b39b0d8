import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import { mix } from '../market/noise.ts';
import type { Side } from '../market/side.ts';
import { allocate } from './allocation.ts';
import { legPrices } from './combos.ts';
import type { Floor } from './floor.ts';
import { executionId } from './ids.ts';
import type { Fill } from './matching.ts';
import type { Execution, Order, OrderTerms } from './model.ts';
import { completed, totalOf, type Working, withOrder, zero } from './working.ts';

/** One line of a fill: a leg, an account's share, or a combination's net line. */
interface Part {
  readonly leg: number;
  readonly account: string;
  readonly instrument: Instrument;
  readonly isComboSummary: boolean;
  readonly exchange: string;
  readonly side: Side;
  readonly quantity: Decimal;
  readonly price: number;
}

const opposite = (side: Side): Side => (side === 'BUY' ? 'SELL' : 'BUY');
/** Where smart routing does not report trades from. */
const noVenue = new Set(['SMART', 'IBEOS', 'OVERNIGHT', 'TPLUS0', 'FOXRIVER', 'QBALGO', 'EUIBSI']);

function venueOf(floor: Floor, terms: OrderTerms, instrument: Instrument, wanted: string): string {
  if (floor.sessions.at(instrument, floor.at).phase === 'overnight') return 'OVERNIGHT';
  if (wanted !== 'SMART' && wanted !== 'BEST' && wanted !== '') return wanted;
  const venues = instrument.validExchanges.filter((venue) => !noVenue.has(venue));
  const pick = mix(floor.ids.execution, instrument.conId) >>> 0;
  return venues[pick % Math.max(1, venues.length)] ?? terms.exchange;
}

function partsOf(floor: Floor, order: Order, { quantity, price }: Fill): Part[] {
  const { terms } = order;
  const [first] = terms.legs;
  const shares = allocate(floor, order, quantity);
  if (!terms.combo) {
    const venue = venueOf(floor, terms, first.instrument, terms.exchange);
    return shares.map((share, index) => ({
      ...share,
      leg: index + 1,
      instrument: first.instrument,
      isComboSummary: false,
      exchange: venue,
      side: terms.side,
      price,
    }));
  }
  const prices = legPrices(terms, price, (instrument) => floor.market.quote(instrument, floor.at));
  return shares.flatMap(({ account, quantity: units }) => [
    {
      leg: 1,
      account,
      instrument: first.instrument,
      isComboSummary: true,
      exchange: terms.exchange,
      side: terms.side,
      quantity: units,
      price,
    },
    ...terms.legs.map((leg, index) => ({
      leg: index + 2,
      account,
      instrument: leg.instrument,
      isComboSummary: false,
      exchange: venueOf(floor, terms, leg.instrument, leg.exchange),
      side: terms.side === 'BUY' ? leg.side : opposite(leg.side),
      quantity: units.mul(leg.ratio),
      price: prices[index] ?? price,
    })),
  ]);
}

/** What was done before in the same line: account and contract, or the combination as a whole. */
const inLineWith = (part: Part, executions: readonly Execution[]): Execution[] =>
  executions.filter(
    ({ account, instrument, isComboSummary }) =>
      account === part.account && isComboSummary === part.isComboSummary && instrument.conId === part.instrument.conId,
  );

/** The price of several lines on average; 0 when there are none. */
export const average = (lines: readonly { readonly quantity: Decimal; readonly price: number }[]): Decimal => {
  const quantity = lines.reduce((sum, line) => sum.plus(line.quantity), zero);
  const value = lines.reduce((sum, line) => sum.plus(line.quantity.mul(line.price)), zero);
  return quantity.isZero() ? zero : value.div(quantity).toDecimalPlaces(8);
};

/** Books one line of a fill with its share of the order's commission. */
function execute(floor: Floor, order: Order, fill: Fill, part: Part, id: number, shown: number): Execution {
  const before = inLineWith(part, order.executions);
  const cumulativeQuantity = before.reduce((sum, { quantity }) => sum.plus(quantity), part.quantity);
  const averagePrice = average([...before, part]).toNumber();
  const charged = before.reduce((sum, { commission }) => sum.plus(commission), zero);
  const due = part.isComboSummary
    ? zero
    : floor.book.commission(part.instrument, cumulativeQuantity, averagePrice).minus(charged);
  const commission = Decimal.max(zero, due);
  const execId = executionId(floor.seed, id, shown);
  const { account, instrument, side, quantity, price } = part;
  const time = floor.at;
  const realizedPnl = part.isComboSummary
    ? undefined
    : floor.book.book({ execId, account, instrument, side, quantity, price, commission, time });
  return {
    execId,
    permId: order.permId,
    time,
    account,
    instrument,
    isComboSummary: part.isComboSummary,
    exchange: part.exchange,
    side,
    quantity,
    price,
    cumulativeQuantity,
    averagePrice,
    lastLiquidity: fill.liquidity,
    commission,
    commissionCurrency: instrument.currency,
    realizedPnl,
  };
}

/** Carries out a fill: executions, bookings, the order's totals, and what clients are told, in this order. */
export function settle(floor: Floor, working: Working, fill: Fill): Working {
  const { order } = working;
  const id = floor.nextExecution();
  const executions: Execution[] = [];
  for (const [index, part] of partsOf(floor, order, fill).entries())
    executions.push(execute(floor, order, fill, part, id, index + 1));
  const filled = order.filled.plus(fill.quantity);
  const averageFillPrice = average([
    { quantity: order.filled, price: order.averageFillPrice },
    { quantity: fill.quantity, price: fill.price },
  ]).toNumber();
  const commission = executions.reduce((sum, execution) => sum.plus(execution.commission), order.commission);
  const changed = withOrder(working, {
    filled,
    remaining: totalOf(order).minus(filled),
    averageFillPrice,
    lastFillPrice: fill.price,
    commission,
    executions: [...order.executions, ...executions],
    status: 'Submitted',
    whyHeld: '',
  });
  const done = changed.order.remaining.isZero();
  const after = done ? completed(changed, 'Filled', floor.at, `Filled Size: ${filled.toString()}`) : changed;
  floor.registry.keep(after);
  for (const execution of executions) {
    floor.registry.addExecution(execution);
    floor.registry.emit({ type: 'execution', order: after.order, execution });
  }
  floor.registry.emit({ type: 'order', order: after.order });
  for (const execution of executions.filter(({ isComboSummary }) => !isComboSummary))
    floor.registry.emit({ type: 'commission', order: after.order, execution });
  return after;
}
