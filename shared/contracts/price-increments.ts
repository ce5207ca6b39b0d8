import { Decimal } from 'decimal.js';

/** From the price `from` upwards, prices are whole multiples of `increment`, until the next one's `from`. */
export interface PriceIncrement {
  readonly from: number;
  readonly increment: number;
}

/** The prices that an order may name around a price. */
export interface LegalPrices {
  readonly below: number;
  /** The price itself, where it is legal. */
  readonly at?: number;
  readonly above: number;
}

interface Band {
  readonly from: Decimal;
  readonly increment: Decimal;
}

/** Enough for every product of a price and an increment that a double can hold. */
const Exact = Decimal.clone({ precision: 60 });
const zero = new Exact(0);

/**
 * The nearest prices that a table of increments allows below, at and above a price, without a rounding error. The first
 * increment also applies below its own `from`, and negative prices mirror positive ones, as of spreads and some futures.
 * @param table any order; increments of zero or less are ignored. @throws RangeError when none is left
 */
export function legalPrices(table: readonly PriceIncrement[], price: number): LegalPrices {
  const bands = bandsOf(table);
  const size = new Exact(price).abs();
  // Adding zero makes a negative zero an ordinary one.
  const at = floorIn(bandAt(bands, size), size).eq(size) ? { at: price + 0 } : {};
  const [smaller, larger] = [legalBelow(bands, size), legalAbove(bands, size)];
  return price < 0
    ? { below: larger.neg().toNumber(), ...at, above: smaller.neg().plus(zero).toNumber() }
    : { below: smaller.toNumber(), ...at, above: larger.toNumber() };
}

/** Lowest first. */
function bandsOf(table: readonly PriceIncrement[]): readonly [Band, ...Band[]] {
  const [first, ...rest] = table
    .filter(({ increment }) => increment > 0)
    .map(({ from, increment }) => ({ from: new Exact(from), increment: new Exact(increment) }))
    .sort((a, b) => a.from.cmp(b.from));
  if (!first) throw new RangeError('a table of price increments needs one that is larger than zero');
  return [first, ...rest];
}

function bandAt(bands: readonly [Band, ...Band[]], price: Decimal): Band {
  return bands.findLast(({ from }) => from.lte(price)) ?? bands[0];
}

/** The largest multiple of a band's increment up to a price that is not negative. */
function floorIn({ increment }: Band, price: Decimal): Decimal {
  return price.divToInt(increment).mul(increment);
}

/** The smallest legal price above one that is not negative: in its own band, or where one of the next begins. */
function legalAbove(bands: readonly [Band, ...Band[]], price: Decimal): Decimal {
  const band = bandAt(bands, price);
  const next = bands.find(({ from }) => from.gt(price) && from.gt(band.from));
  const candidate = floorIn(band, price).plus(band.increment);
  if (!next || candidate.lt(next.from)) return candidate;
  const down = floorIn(bandAt(bands, next.from), next.from);
  return down.eq(next.from) ? next.from : legalAbove(bands, next.from);
}

/** The largest legal price below one that is not negative; below zero they mirror those above. */
function legalBelow(bands: readonly [Band, ...Band[]], price: Decimal): Decimal {
  const [lowest] = bands;
  if (price.isZero()) return legalAbove(bands, zero).neg();
  const index = bands.findLastIndex(({ from }) => from.lt(price));
  const band = bands[index] ?? lowest;
  const down = floorIn(band, price);
  const candidate = down.eq(price) ? down.minus(band.increment) : down;
  if (index <= 0 || candidate.gte(band.from)) return candidate;
  return legalBelow(bands, band.from);
}
