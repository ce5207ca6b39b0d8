import { Decimal } from 'decimal.js';
import { ToolError } from '../../../shared/errors.ts';
import type { Side } from '../../../shared/orders/order.ts';
import { workingIn } from './position-effect.ts';
import type { OpenOrder } from './trading-view.ts';

/** Which order flattens a position, or a part of it. */
export interface Closing {
  readonly side: Side;
  readonly quantity: string;
}

/** How much of it: units, or percent of the position in whole units; all of it when neither is given. */
export interface CloseSize {
  readonly quantity: string | undefined;
  readonly percent: string | undefined;
}

/**
 * @param held signed
 * @param open orders of the account
 * @throws ToolError when nothing is held, or when working orders and this one together would turn the position around
 */
export function closingOf(
  { conId, name }: { readonly conId: number; readonly name: string },
  held: number,
  asked: CloseSize,
  open: readonly OpenOrder[],
): Closing {
  if (held === 0) {
    throw refused(`No position in ${name} is held in this account.`, 'get_positions lists what there is.');
  }
  const size = new Decimal(held).abs();
  const side: Side = held > 0 ? 'SELL' : 'BUY';
  const working = workingIn(conId, side, open);
  const free = size.minus(working);
  const quantity = sizeOf(asked, size, name);
  if (quantity.gt(size)) {
    throw refused(`Only ${size.toFixed()} ${name} are held.`, `Close at most ${size.toFixed()}.`);
  }
  if (quantity.lte(free)) return { side, quantity: quantity.toFixed() };
  const verb = side === 'SELL' ? 'sell' : 'buy back';
  throw refused(
    `Working orders already ${verb} ${working.toFixed()} of the ${size.toFixed()} ${name}: with this one the position could turn around.`,
    free.gt(0)
      ? `Close at most ${free.toFixed()}, or cancel those orders first; get_orders lists them.`
      : 'Cancel those orders first; get_orders lists them.',
  );
}

function sizeOf({ quantity, percent }: CloseSize, size: Decimal, name: string): Decimal {
  if (quantity !== undefined && percent !== undefined) {
    throw refused('quantity and percent exclude each other.', 'Give one of them.');
  }
  if (quantity !== undefined) return new Decimal(quantity);
  if (percent === undefined || new Decimal(percent).eq(100)) return size;
  const part = size.mul(percent).div(100).floor();
  if (part.gt(0)) return part;
  throw refused(`${percent} % of ${size.toFixed()} ${name} is less than one.`, 'Give quantity.');
}

function refused(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
