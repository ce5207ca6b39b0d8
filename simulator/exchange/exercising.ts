import { Decimal } from 'decimal.js';
import { lastPriceAt } from '../market/quotes.ts';
import { tell } from './ending.ts';
import { deliver, intrinsicValue, lapse } from './expiries.ts';
import type { Floor } from './floor.ts';
import { invalid, rejected } from './messages.ts';
import type { ExerciseRequest } from './model.ts';

/** Exercises long options, delivering at once, or lets them go. */
export function exercise(floor: Floor, request: ExerciseRequest): void {
  const { owner, account, instrument, action, override } = request;
  const refuse = (reason: string): void => tell(floor, { owner }, rejected(reason));
  const { underlying, right } = instrument;
  if (right === undefined || !underlying) {
    tell(floor, { owner }, invalid('Only options can be exercised.'));
    return;
  }
  const held = floor.book.account(account)?.holdings.find((holding) => holding.instrument.conId === instrument.conId);
  const quantity = new Decimal(request.quantity);
  if (!held?.quantity.gte(quantity) || !quantity.gt(0)) {
    refuse('No such position or it is too small.');
    return;
  }
  const spot = lastPriceAt(floor.model, underlying, floor.at).price;
  const isWorth = intrinsicValue(instrument, spot) > 0;
  if (action === 'exercise' && !isWorth && !override) {
    refuse('The option is out of the money; override to exercise it.');
    return;
  }
  if (action === 'lapse' && isWorth && !override) {
    refuse('The option is in the money; override to let it lapse.');
    return;
  }
  if (action === 'exercise') deliver(floor, account, held, quantity, spot);
  else lapse(floor, account, held, quantity);
}
