import { Decimal } from 'decimal.js';
import { borrowOf } from '../market/borrow.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { lastPriceAt, markAt } from '../market/quotes.ts';
import { roundToTick } from '../market/rules.ts';
import { Zone } from '../market/zone.ts';

/** What accounts are valued with. */
export interface Prices {
  /** On the instrument's ticks. */
  of(instrument: Instrument): Decimal;
  /** What a year of borrowing shares costs, as a part of their value. */
  borrowFee(instrument: Instrument): number;
}

/** Where account days end. */
const zone = new Zone('US/Eastern');

/** The prices of an instant. */
export function pricesAt(model: PriceModel, instant: number): Prices {
  return {
    of: (instrument) => new Decimal(markAt(model, instrument, instant)),
    borrowFee: (instrument) => borrowOf(model, instrument, instant).feeRate,
  };
}

/** The last regular close on or before a day, on the instrument's ticks. */
export function closingPrice(model: PriceModel, instrument: Instrument, day: number): Decimal {
  const { day: traded } = model.schedule(instrument).previous(day);
  return new Decimal(roundToTick(instrument.rule, model.closeOf(instrument, traded)));
}

/**
 * The price from which the daily gain of a position counts once a day has ended, on the instrument's ticks: the last one
 * of its last session, after-hours trading included. The gateway resets daily gains five minutes before midnight where an
 * instrument trades, or before it opens when it trades through midnight
 * (https://www.ibkrguides.com/traderworkstation/profit-and-loss.htm).
 */
export function resetPrice(model: PriceModel, instrument: Instrument, day: number): Decimal {
  const end = model.schedule(instrument).previous(day).segments.at(-1)?.end;
  if (end === undefined) return closingPrice(model, instrument, day);
  return new Decimal(roundToTick(instrument.rule, lastPriceAt(model, instrument, end - 1).price));
}

/** The prices with which a New York date ends. */
export function closingPrices(model: PriceModel, day: number): Prices {
  const midnight = zone.instant(day + 1, 0);
  return {
    of: (instrument) => closingPrice(model, instrument, day),
    borrowFee: (instrument) => borrowOf(model, instrument, midnight).feeRate,
  };
}
