import { Decimal } from 'decimal.js';
import type { Instrument } from './instruments.ts';

/** Whether an order may be for this many units: at least the smallest size, in whole increments of it. */
export function isValidSize({ minSize, sizeIncrement }: Instrument, quantity: Decimal | number): boolean {
  const units = new Decimal(quantity);
  return units.gte(minSize) && units.mod(sizeIncrement).isZero();
}
