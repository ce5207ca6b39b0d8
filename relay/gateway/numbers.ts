/**
 * IB says “no value” in many ways: an empty field, Double.MAX_VALUE (which the codec may or may not have removed),
 * Integer.MAX_VALUE, infinities. A number that passes is exactly what IB sent.
 */
export function known(value: number | undefined): number | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return Math.abs(value) >= 1.7e308 || value === 2_147_483_647 ? undefined : value;
}

/** Reads a number that IB sent as text. Empty, unset or not a number gives undefined. */
export function parseNumber(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  return known(Number(text.replaceAll(',', '')));
}

/** Kinds that can trade below zero (spreads, futures such as oil in 2020). */
export const mayBeNegative: ReadonlySet<string> = new Set(['FUT', 'CONTFUT', 'FOP', 'BAG', 'CMDTY', 'CFD', 'BOND']);

/**
 * A price, or undefined where IB means “none”. −1 and 0 with a size of 0 mean none, as −1 does without a size; other
 * negative prices, and 0 without a size, exist only for kinds that can trade below zero.
 */
export function knownPrice(value: number | undefined, secType: string, size?: number): number | undefined {
  const price = known(value);
  if (price === undefined || price > 0) return price;
  const hasSize = (known(size) ?? 0) > 0;
  if (price === 0) return hasSize || (size === undefined && mayBeNegative.has(secType)) ? price : undefined;
  if (!mayBeNegative.has(secType)) return undefined;
  return price === -1 && !hasSize ? undefined : price;
}

/** A size or volume; negative ones mean none. */
export function knownSize(value: number | undefined): number | undefined {
  const size = known(value);
  return size === undefined || size < 0 ? undefined : size;
}

/** Six significant digits: what a volatility or a Greek is worth reading to. */
export function significant<Value extends number | undefined>(value: Value): Value {
  return (value === undefined ? value : Number(value.toPrecision(6))) as Value;
}
