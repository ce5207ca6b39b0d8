import { Decimal } from 'decimal.js';
import { ToolError } from '../../../shared/errors.ts';
import type { PlannedExercise } from '../../../shared/orders/order.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { dateInZone } from '../../gateway/time/time-zones.ts';
import { endOf, isAmerican } from '../../tools/support/option-end.ts';
import type { Tradable } from './tradable.ts';

export interface ExerciseRequest {
  readonly account: string;
  readonly action: 'exercise' | 'lapse';
  /** All that is held when undefined. */
  readonly quantity: string | undefined;
  readonly override: boolean;
}

/** What is known of the option at the moment. */
export interface ExerciseFacts {
  readonly held: number;
  readonly underlying: Pick<Instrument, 'secType' | 'details' | 'name' | 'marketZone'> | undefined;
  /** Of the underlying, in the unit of strikes. */
  readonly spot: number | undefined;
  /** Gateway time, epoch milliseconds. */
  readonly now: number;
}

/** What an exercise is told beside its plan: what it is worth, and until when it can be asked for. */
export interface ExerciseWorth {
  /** Of one unit of the underlying; below zero out of the money, undefined without a price. */
  readonly intrinsic: number | undefined;
  readonly end: { readonly at: number; readonly zone: string };
}

/** @throws ToolError for what is no option, is not held long, has ended, or may not be exercised now */
export function plannedExercise(
  { instrument, contract }: Tradable,
  { account, action, quantity, override }: ExerciseRequest,
  facts: ExerciseFacts,
): { readonly order: PlannedExercise; readonly worth: ExerciseWorth } {
  const { name, secType, legs } = instrument;
  if (legs || !['OPT', 'FOP'].includes(secType)) throw refused(`${name} is no option.`, 'Name one option.');
  const held = new Decimal(facts.held);
  if (!held.gt(0)) throw refused(`No ${name} is held in ${account}.`, 'Only options that are held can be exercised.');
  const units = new Decimal(quantity ?? held);
  if (!units.isInteger() || units.lt(1) || units.gt(held)) {
    throw refused(`${held.toFixed()} ${name} are held.`, `Give a whole number up to ${held.toFixed()}.`);
  }
  const worth = worthOf(instrument, facts);
  const { at, zone } = worth.end;
  const expiry = dateInZone(zone, at);
  const today = dateInZone(zone, facts.now);
  if (today > expiry) throw refused(`${name} has ended, on ${expiry}.`, 'IB has exercised it or let it lapse.');
  const european = !isAmerican(facts.underlying, instrument.details.contract.tradingClass);
  if (action === 'exercise' && european && today < expiry) {
    throw refused(`${name} is European: it is exercised on ${expiry} only.`, 'Sell it, or wait.');
  }
  const isOut = worth.intrinsic !== undefined && worth.intrinsic <= 0;
  if (action === 'exercise' && isOut && !override) {
    throw refused(
      `${name} is out of the money: exercising it gives money away.`,
      'Give override: true if it is meant.',
    );
  }
  return {
    order: { version: 1, kind: 'exercise', contract, account, action, quantity: units.toFixed(), override },
    worth,
  };
}

function worthOf(instrument: Instrument, { underlying, spot }: ExerciseFacts): ExerciseWorth {
  const { strike = 0, right, lastTradeDateOrContractMonth = '' } = instrument.details.contract;
  const gain = spot === undefined ? undefined : spot - strike;
  const isPut = String(right ?? '').startsWith('P');
  return {
    intrinsic: gain === undefined ? undefined : isPut ? -gain : gain,
    end: endOf(lastTradeDateOrContractMonth.slice(0, 8), underlying, instrument),
  };
}

function refused(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}
