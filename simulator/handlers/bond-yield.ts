import { cleanPrice } from '../market/bonds.ts';
import type { Instrument } from '../market/instruments.ts';

const mostRemembered = 10_000;
const mostSteps = 20;
const precision = 1e-10;

/** Yields already computed, by bond, day and price: quotes come back to the same prices again and again. */
const remembered = new Map<string, number>();

/**
 * The yield to maturity at a clean price on a day, in percent with six decimals: by secants, because the price is dear to
 * compute and nearly a straight line in the yield. @throws {TypeError} when the instrument is not a bond
 */
export function yieldPercent(bond: Instrument, price: number, day: number): number {
  const key = `${bond.conId}:${day}:${price}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const percent = Math.round(solve(bond, price, day) * 1e8) / 1e6;
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(key, percent);
  return percent;
}

function solve(bond: Instrument, price: number, day: number): number {
  let before = (bond.bond?.coupon ?? 0) / 100;
  let rate = before + 0.005;
  let excess = cleanPrice(bond, before, day) - price;
  for (let step = 0; step < mostSteps && Math.abs(rate - before) > precision; step += 1) {
    const here = cleanPrice(bond, rate, day) - price;
    const next = here === excess ? rate : rate - (here * (rate - before)) / (here - excess);
    before = rate;
    excess = here;
    rate = next;
  }
  return rate;
}
