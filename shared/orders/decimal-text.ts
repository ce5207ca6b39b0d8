import { Decimal } from 'decimal.js';
import { z } from 'zod';
import type { DecimalText } from './order.ts';

/** More digits than any price, size or amount of IB's has. */
const maxIntegerDigits = 15;
const maxDecimals = 10;

const numeral = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?$/i;

/**
 * A number in our one notation, exactly as it was given: `1.50`, `+1.5` and `15e-1` are `1.5`.
 * @returns undefined for what is no number, or has more digits than money has
 */
export function decimalText(given: string): DecimalText | undefined {
  const text = given.trim();
  if (!numeral.test(text)) return undefined;
  const value = new Decimal(text);
  if (value.abs().gte(new Decimal(10).pow(maxIntegerDigits)) || value.decimalPlaces() > maxDecimals) return undefined;
  return value.isZero() ? '0' : value.toFixed();
}

/** Whether a text is a number in our one notation. */
export function isDecimalText(text: string): text is DecimalText {
  return decimalText(text) === text;
}

/** An instant in our one notation, `2026-11-20T15:00:00Z`; undefined for a text that has no zone or names no moment. */
export function instantText(given: string): string | undefined {
  const text = given.trim();
  if (
    !z.iso
      .datetime({ offset: true })
      .or(z.iso.datetime({ offset: true, precision: -1 }))
      .safeParse(text).success
  )
    return undefined;
  const time = Date.parse(text);
  return new Date(time - (time % 1_000)).toISOString().replace('.000', '');
}
