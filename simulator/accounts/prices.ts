import { Decimal } from 'decimal.js';
import { borrowOf } from '../market/borrow.ts';
import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { markAt } from '../market/quotes.ts';
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

/** The prices with which a New York date ends. */
export function closingPrices(model: PriceModel, day: number): Prices {
  const midnight = zone.instant(day + 1, 0);
  return {
    of: (instrument) => closingPrice(model, instrument, day),
    borrowFee: (instrument) => borrowOf(model, instrument, midnight).feeRate,
  };
}
