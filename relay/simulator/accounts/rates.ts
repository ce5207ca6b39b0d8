import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import type { PriceModel } from '../market/prices.ts';
import { markAt } from '../market/quotes.ts';

const RATE_PLACES = 7;
/** What two currencies without a pair of their own are converted through. */
const PIVOT = 'USD';

const pairs: ReadonlyMap<string, Instrument> = new Map(
  listings
    .filter(({ secType }) => secType === 'CASH')
    .map((instrument) => [`${instrument.symbol}.${instrument.currency}`, instrument]),
);

function pairRate(model: PriceModel, from: string, to: string, instant: number): Decimal | undefined {
  if (from === to) return new Decimal(1);
  const direct = pairs.get(`${from}.${to}`);
  if (direct) return new Decimal(markAt(model, direct, instant));
  const inverse = pairs.get(`${to}.${from}`);
  return inverse && new Decimal(1).div(markAt(model, inverse, instant)).toDecimalPlaces(RATE_PLACES);
}

/** Units of `to` per unit of `from`, through a listed pair or two. @throws {RangeError} when none are listed */
export function exchangeRate(model: PriceModel, from: string, to: string, instant: number): Decimal {
  const rate = pairRate(model, from, to, instant);
  if (rate) return rate;
  const first = pairRate(model, from, PIVOT, instant);
  const second = first && pairRate(model, PIVOT, to, instant);
  if (!second) throw new RangeError(`no rate from ${from} to ${to}`);
  return first.mul(second).toDecimalPlaces(RATE_PLACES);
}
