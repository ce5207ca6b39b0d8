import { Decimal } from 'decimal.js';
import { pointValueOf } from '../../gateway/contracts/price-unit.ts';
import type { Plan } from '../planning/plan-types.ts';
import type { Scene } from './scene.ts';
import { moneyText, sizeText, timeText } from './words.ts';

/** What an exercise does, in words; nothing for orders. */
export function exerciseFacts(
  { order, instrument, worth }: Pick<Plan, 'order' | 'instrument' | 'worth'>,
  { quote }: Pick<Scene, 'quote'>,
): { readonly details: string[]; readonly warnings: string[] } {
  if (order.kind !== 'exercise' || !worth) return { details: [], warnings: [] };
  const { currency, details } = instrument;
  const { strike = 0, right } = details.contract;
  const units = new Decimal(order.quantity).mul(pointValueOf(details, 100));
  const isCall = !String(right ?? '').startsWith('P');
  const { intrinsic, end } = worth;
  const lines = [
    order.action === 'exercise'
      ? `${isCall ? 'Buys' : 'Sells'} ${sizeText(units)} of the underlying at ${strike}, for ${moneyText(units.mul(strike), currency)}.`
      : 'The options end without being exercised, even in the money.',
    `It stops trading at ${timeText(end.at, end.zone)}; brokers take such requests until shortly after that.`,
  ];
  const warnings = ['An exercise cannot be undone, and IB gives it no reference: it is sent once.'];
  if (intrinsic === undefined) warnings.push('What it is worth is not known: there is no price of the underlying.');
  else if (intrinsic <= 0) warnings.push('It is out of the money: exercising it costs more than the market.');
  else if (order.action === 'lapse') warnings.push('It is in the money: letting it lapse gives that away.');
  const bid = quote?.bid;
  if (order.action === 'exercise' && intrinsic !== undefined && bid !== undefined && bid > intrinsic) {
    const given = new Decimal(bid).minus(Math.max(0, intrinsic)).mul(units);
    warnings.push(`Selling it brings about ${moneyText(given, currency)} more than exercising it.`);
  }
  return { details: lines, warnings };
}
