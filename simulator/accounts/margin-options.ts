import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import { pointValue, underlyingOf } from './kinds.ts';
import type { ValuedHolding } from './valued.ts';

/** Options of one underlying, with the shares of it that can cover them. */
export interface OptionGroup {
  readonly options: readonly ValuedHolding[];
  /** Shares held, negative when short. */
  readonly shares: Decimal;
  readonly underlyingPrice: Decimal;
  /** What the future behind a future option needs per contract; undefined for options on shares and indices. */
  readonly futureMargin?: Decimal;
}

/** Some contracts of one option, as they are used up by pairing. */
interface Lot {
  readonly valued: ValuedHolding;
  readonly strike: Decimal;
  readonly expiry: string;
  left: Decimal;
}

const stockRate = new Decimal('0.2');
/** Broad indices move less. */
const indexRate = new Decimal('0.15');
const leastRate = new Decimal('0.1');
const zero = new Decimal(0);

/**
 * What short options need, in the options' currency: nothing beyond their intrinsic value when shares cover them, the
 * width of the strikes when a longer-lived long option does, the usual share of the underlying otherwise. When both
 * calls and puts are short, the larger side counts, with the other side's premium.
 */
export function optionRequirement(group: OptionGroup): Decimal {
  const calls = sideRequirement(group, 'C');
  const puts = sideRequirement(group, 'P');
  const [larger, smaller] = calls.total.gte(puts.total) ? [calls, puts] : [puts, calls];
  return larger.total.plus(smaller.nakedPremium);
}

interface SideRequirement {
  readonly total: Decimal;
  /** What the options without cover are worth. */
  readonly nakedPremium: Decimal;
}

function sideRequirement(group: OptionGroup, right: 'C' | 'P'): SideRequirement {
  const own = group.options.filter(({ holding }) => holding.instrument.right === right);
  const shorts = lotsOf(own, -1).sort(byRisk(right));
  const longs = lotsOf(own, 1).sort(byRisk(right));
  let shares = right === 'C' ? Decimal.max(group.shares, 0) : Decimal.max(group.shares.neg(), 0);
  let total = zero;
  let nakedPremium = zero;
  for (const short of shorts) {
    const multiplier = pointValue(short.valued.holding.instrument);
    const covered = Decimal.min(short.left, shares.div(multiplier).floor());
    shares = shares.minus(covered.mul(multiplier));
    short.left = short.left.minus(covered);
    total = total.plus(covered.mul(multiplier).mul(intrinsic(short, group.underlyingPrice)));
    total = total.plus(spread(short, longs, right));
    const premium = short.left.mul(multiplier).mul(short.valued.price);
    total = total.plus(naked(short, group)).plus(premium);
    nakedPremium = nakedPremium.plus(premium);
  }
  return { total, nakedPremium };
}

function lotsOf(options: readonly ValuedHolding[], sign: 1 | -1): Lot[] {
  return options
    .filter(({ holding }) => holding.quantity.mul(sign).greaterThan(0))
    .map((valued) => ({
      valued,
      strike: new Decimal(valued.holding.instrument.strike ?? 0),
      expiry: valued.holding.instrument.expiry ?? '',
      left: valued.holding.quantity.abs(),
    }));
}

/** Lowest call strikes and highest put strikes first. */
const byRisk =
  (right: 'C' | 'P') =>
  (a: Lot, b: Lot): number =>
    right === 'C' ? a.strike.cmp(b.strike) : b.strike.cmp(a.strike);

/** Pairs a short lot with long ones that live at least as long, and says what the pairs can lose. */
function spread(short: Lot, longs: readonly Lot[], right: 'C' | 'P'): Decimal {
  const multiplier = pointValue(short.valued.holding.instrument);
  let total = zero;
  for (const long of longs) {
    if (long.expiry < short.expiry || pointValue(long.valued.holding.instrument) !== multiplier) continue;
    const paired = Decimal.min(short.left, long.left);
    if (paired.isZero()) continue;
    const width = right === 'C' ? long.strike.minus(short.strike) : short.strike.minus(long.strike);
    total = total.plus(Decimal.max(width, 0).mul(multiplier).mul(paired));
    short.left = short.left.minus(paired);
    long.left = long.left.minus(paired);
  }
  return total;
}

function intrinsic({ valued, strike }: Lot, underlyingPrice: Decimal): Decimal {
  const gain = underlyingPrice.minus(strike);
  return Decimal.max(valued.holding.instrument.right === 'C' ? gain : gain.neg(), 0);
}

/** What uncovered options need beyond their premium. */
function naked(lot: Lot, { underlyingPrice, futureMargin }: OptionGroup): Decimal {
  const { instrument } = lot.valued.holding;
  const multiplier = pointValue(instrument);
  const gain = underlyingPrice.minus(lot.strike);
  const outOfTheMoney = Decimal.max(instrument.right === 'C' ? gain.neg() : gain, 0);
  if (futureMargin) {
    const full = futureMargin.minus(outOfTheMoney.mul(multiplier).div(2));
    return Decimal.max(full, futureMargin.div(2)).mul(lot.left);
  }
  const usual = underlyingPrice.mul(rateOf(instrument)).minus(outOfTheMoney);
  const least = (instrument.right === 'C' ? underlyingPrice : lot.strike).mul(leastRate);
  return Decimal.max(usual, least).mul(multiplier).mul(lot.left);
}

const rateOf = (instrument: Instrument): Decimal =>
  underlyingOf(instrument).secType === 'IND' ? indexRate : stockRate;
