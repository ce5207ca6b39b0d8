import { Decimal } from 'decimal.js';

/**
 * A value before it is written: booleans become 1/0, decimals all their digits, `undefined` the empty field, and
 * `Number.MAX_VALUE` the text for "no value". A string is written as it is.
 */
export type Scalar = string | number | boolean | Decimal | undefined;

/**
 * How values are spelt where the gateway has a spelling of its own. Which field of which message has which is said in
 * the layouts, so that a kind of value cannot be right in one message and wrong in another. The samples that show it are
 * in genuine.cases.ts.
 */
export type Spelling = (value: NonNullable<Scalar>) => Scalar;

/** As Java writes a double: `150.0`, `0.01`, `1.0E7`. Texts stay as they are. */
export const double: Spelling = (value) => {
  if (typeof value === 'number') return value === Number.MAX_VALUE ? value : javaDouble(value);
  return value instanceof Decimal ? javaDouble(value.toNumber()) : value;
};

/** The same of a price in bars, where −1 stands for none. */
export const barPrice: Spelling = (value) => (value === -1 ? '-1' : double(value));

/** An amount as a double, but nothing is `0`. */
export const amount: Spelling = (value) => (value === 0 ? '0' : double(value));

/** Money of an account: cents, always two digits. */
export const money: Spelling = (value) => {
  if (typeof value === 'number') return value === Number.MAX_VALUE ? value : value.toFixed(2);
  return value instanceof Decimal ? value.toFixed(2) : value;
};

/** Java's own rule for doubles, @see https://docs.oracle.com/javase/8/docs/api/java/lang/Double.html#toString-double- */
function javaDouble(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
    const [mantissa = '', exponent = ''] = value.toExponential().split('e');
    return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
