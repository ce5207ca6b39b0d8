import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import type { PriceModel } from '../market/prices.ts';
import { type Prices, pricesAt } from './prices.ts';

const ratePlaces = 7;
/** What two currencies without a pair of their own are converted through. */
const pivot = 'USD';

const pairs: ReadonlyMap<string, Instrument> = new Map(
  listings
    .filter(({ secType }) => secType === 'CASH')
    .map((instrument) => [`${instrument.symbol}.${instrument.currency}`, instrument]),
);

function pairRate(prices: Prices, from: string, to: string): Decimal | undefined {
  if (from === to) return new Decimal(1);
  const direct = pairs.get(`${from}.${to}`);
  if (direct) return prices.of(direct);
  const inverse = pairs.get(`${to}.${from}`);
  return inverse && new Decimal(1).div(prices.of(inverse)).toDecimalPlaces(ratePlaces);
}

/** Units of `to` per unit of `from`, through a listed pair or two. @throws {RangeError} when none are listed */
export function rateIn(prices: Prices, from: string, to: string): Decimal {
  const rate = pairRate(prices, from, to);
  if (rate) return rate;
  const first = pairRate(prices, from, pivot);
  const second = first && pairRate(prices, pivot, to);
  if (!second) throw new RangeError(`no rate from ${from} to ${to}`);
  return first.mul(second).toDecimalPlaces(ratePlaces);
}

/** The same at an instant. @throws {RangeError} when no pairs are listed */
export function exchangeRate(model: PriceModel, from: string, to: string, instant: number): Decimal {
  return rateIn(pricesAt(model, instant), from, to);
}
