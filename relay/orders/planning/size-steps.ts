import { Decimal } from 'decimal.js';
import { ToolError } from '../../../shared/errors.ts';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { known } from '../../gateway/numbers.ts';

interface SizeSteps {
  readonly least: Decimal | undefined;
  readonly increment: Decimal | undefined;
}

/**
 * Whether an order's sizes are ones that the exchange takes: not below the smallest, and in its steps.
 * @throws ToolError `invalid_arguments` naming the nearest legal sizes
 */
export function checkSizes(terms: OrderTerms, instrument: Instrument): void {
  const steps = stepsOf(instrument);
  const sizes = { quantity: terms.quantity, display_size: terms.displaySize, min_quantity: terms.minQuantity };
  for (const [argument, size] of Object.entries(sizes)) {
    if (size !== undefined) checkSize(argument, new Decimal(size), instrument, steps);
  }
}

function stepsOf({ legs, details }: Instrument): SizeSteps {
  if (legs) return { least: new Decimal(1), increment: new Decimal(1) };
  return { least: positive(details.minSize), increment: positive(details.sizeIncrement) };
}

function positive(size: number | undefined): Decimal | undefined {
  const value = known(size);
  return value !== undefined && value > 0 ? new Decimal(value) : undefined;
}

function checkSize(argument: string, size: Decimal, { name }: Instrument, { least, increment }: SizeSteps): void {
  if (!size.gt(0)) throw illegal(`${argument} must be above zero.`, `Give ${least?.toFixed() ?? 'a number'} or more.`);
  if (least && size.lt(least)) {
    throw illegal(
      `${argument} ${size.toFixed()} is below the smallest size of ${name}.`,
      `Give at least ${least.toFixed()}.`,
    );
  }
  if (!increment || size.mod(increment).isZero()) return;
  const below = size.divToInt(increment).mul(increment);
  const nearest = [below, below.plus(increment)].filter((each) => each.gt(0) && (!least || each.gte(least)));
  throw illegal(
    `${argument} ${size.toFixed()} is no size of ${name}, which trades in steps of ${increment.toFixed()}.`,
    `Use ${nearest.map((each) => each.toFixed()).join(' or ')}.`,
  );
}

function illegal(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
