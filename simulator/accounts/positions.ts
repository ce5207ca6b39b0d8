import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import type { Holding } from './account.ts';
import type { Trade } from './book.ts';
import { amountOf, settlementOf, valueAt } from './kinds.ts';

const zero = new Decimal(0);
const costPlaces = 8;

/** What a trade does to a position and to the cash in the instrument's currency. */
export interface Booked {
  readonly holding: Holding;
  readonly cash: Decimal;
  /** Commission deducted; undefined when the trade only opened. */
  readonly realized: Decimal | undefined;
  /** True when some of the trade opened a position or added to one. */
  readonly opens: boolean;
}

export function flat(instrument: Instrument): Holding {
  return {
    instrument,
    quantity: zero,
    averageCost: zero,
    cost: zero,
    realizedToday: zero,
    unsettled: zero,
    valueAtOpen: zero,
    flowToday: zero,
  };
}

const average = (cost: Decimal, quantity: Decimal): Decimal =>
  quantity.isZero() ? zero : cost.div(quantity).toDecimalPlaces(costPlaces);

/** The share of an amount that belongs to a part of a quantity: everything for the whole. */
export function shareOf(amount: Decimal, part: Decimal, whole: Decimal): Decimal {
  return part.eq(whole) ? amount : amountOf(amount.mul(part).div(whole));
}

/** The cost that a trade takes out of a position by closing some of it; zero when it only opens. */
export function releasedCost({ quantity, cost }: Holding, { side, quantity: size }: Trade): Decimal {
  const closes = !quantity.isZero() && quantity.isPositive() !== (side === 'BUY');
  return closes ? shareOf(cost, Decimal.min(size, quantity.abs()), quantity.abs()) : zero;
}

/**
 * Books a trade at average cost: what closes takes its share of the cost with it, what opens adds its price and its
 * commission. A trade through zero does both, and its commission is divided between the two.
 * @param carried cost that comes with the trade from another position, without any money
 */
export function applyTrade(before: Holding, trade: Trade, carried: Decimal = zero): Booked {
  const { instrument, commission } = trade;
  const signed = trade.side === 'BUY' ? trade.quantity : trade.quantity.neg();
  const quantity = before.quantity.plus(signed);
  const value = valueAt(instrument, signed, trade.price);
  const closes = !before.quantity.isZero() && before.quantity.isPositive() !== signed.isPositive();
  const closing = closes ? Decimal.min(signed.abs(), before.quantity.abs()) : zero;
  const closingValue = shareOf(value, closing, signed.abs());
  const basis = value.plus(carried);
  const closingBasis = shareOf(basis, closing, signed.abs());
  const closingFee = shareOf(commission, closing, signed.abs());
  const released = releasedCost(before, trade);
  const realized = closes ? closingBasis.neg().minus(released).minus(closingFee) : undefined;
  const cost = before.cost.minus(released).plus(basis.minus(closingBasis)).plus(commission.minus(closingFee));
  const settled = settle(before, instrument, value, closingValue, closing);
  return {
    holding: {
      instrument: before.instrument,
      quantity,
      averageCost: average(cost, quantity),
      cost,
      realizedToday: before.realizedToday.plus(realized ?? zero),
      unsettled: settled.unsettled,
      valueAtOpen: before.valueAtOpen,
      flowToday: before.flowToday.minus(value).minus(commission),
    },
    cash: settled.cash.minus(commission),
    realized,
    opens: closing.lessThan(signed.abs()),
  };
}

/** How much of a trade's value moves cash at once, and what is left to settle. */
function settle(
  { unsettled, quantity }: Holding,
  instrument: Instrument,
  value: Decimal,
  closingValue: Decimal,
  closing: Decimal,
): { readonly cash: Decimal; readonly unsettled: Decimal } {
  switch (settlementOf(instrument)) {
    case 'daily':
      return { cash: zero, unsettled: unsettled.plus(value) };
    case 'closing': {
      const released = closing.isZero() ? zero : shareOf(unsettled, closing, quantity.abs());
      return {
        cash: closingValue.neg().minus(released),
        unsettled: unsettled.minus(released).plus(value.minus(closingValue)),
      };
    }
    default:
      return { cash: value.neg(), unsettled: zero };
  }
}

/**
 * Ends a day. Futures give their change of value to the cash.
 * @param price at which the day settles
 * @param reset from which the gain of the next day counts
 */
export function endDay(
  holding: Holding,
  price: Decimal,
  reset: Decimal,
): { readonly holding: Holding; readonly cash: Decimal } {
  const value = valueAt(holding.instrument, holding.quantity, price);
  const daily = settlementOf(holding.instrument) === 'daily';
  return {
    holding: {
      ...holding,
      realizedToday: zero,
      unsettled: daily ? value : holding.unsettled,
      valueAtOpen: valueAt(holding.instrument, holding.quantity, reset),
      flowToday: zero,
    },
    cash: daily ? value.minus(holding.unsettled) : zero,
  };
}
