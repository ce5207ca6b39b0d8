import { Decimal } from 'decimal.js';
import type { PlannedExercise } from '../../../shared/orders/order.ts';
import type { AccountValues } from '../../gateway/accounts/account-values.ts';
import { pointValueOf } from '../../gateway/contracts/price-unit.ts';
import { parseNumber } from '../../gateway/numbers.ts';
import { baseCurrency, exchangeRates } from '../../tools/support/currencies.ts';
import { type PositionEffect, positionEffects, unitsOf } from '../planning/position-effect.ts';
import { entryOf, expectedPrice, heldIn, type Scene } from './scene.ts';
import { moneyText, sizeText } from './words.ts';

/** Kinds that are paid in full when they are bought; of the others only gains and losses move cash. */
export const paidInFull: ReadonlySet<string> = new Set(['STK', 'OPT', 'FOP', 'WAR', 'FUND', 'CRYPTO', 'CMDTY', 'BAG']);

/** The units of the order that leaves first; undefined where an amount of money has no price to be divided by. */
export function orderUnits(scene: Scene): Decimal | undefined {
  const { order, instrument } = scene;
  if (order.kind === 'exercise') return new Decimal(order.quantity);
  const price = expectedPrice(scene);
  // The amount of an FX order is of the second currency: its price is that of one unit.
  return unitsOf(order.entry, price === undefined ? undefined : price * pointValueOf(instrument.details));
}

/** What the order does to each position that it touches; empty where its size is not known. */
export function effectsIn(scene: Scene): readonly PositionEffect[] {
  const { order, open } = scene;
  if (order.kind === 'exercise') return exerciseEffects(order, scene);
  const terms = entryOf(order);
  const units = orderUnits(scene);
  if (!terms || units === undefined) return [];
  const held = heldIn(scene);
  return positionEffects(order.contract, terms.side, units, held, open);
}

/** An exercise ends options, and buys or sells what they are on, unless that is an index. */
function exerciseEffects({ contract, quantity, action }: PlannedExercise, scene: Scene): PositionEffect[] {
  const { details } = scene.instrument;
  const held = heldIn(scene);
  const units = new Decimal(quantity);
  const ends = positionEffects(contract, 'SELL', units, held, scene.open);
  const { underConId, underSecType, underSymbol = contract.symbol } = details;
  if (action === 'lapse' || !underConId || underSecType === 'IND') return ends;
  const on = { ...contract, conId: underConId, secType: underSecType ?? 'STK', name: underSymbol };
  const side = contract.right === 'P' ? 'SELL' : 'BUY';
  return [...ends, ...positionEffects(on, side, units.mul(contract.multiplier ?? 1), held, scene.open)];
}

/** What closing a position realizes, in the contract's currency, before costs. */
export interface RealizedGain {
  readonly amount: Decimal;
  readonly text: string;
}

/** Undefined for what closes nothing, for combinations and bonds, and without a price or an average cost. */
export function realizedGain(scene: Scene, effects: readonly PositionEffect[]): RealizedGain | undefined {
  const { instrument, positions } = scene;
  const [effect] = effects;
  const price = expectedPrice(scene);
  if (!effect || instrument.legs || instrument.secType === 'BOND' || price === undefined) return undefined;
  const { before, change, conId } = effect;
  if (before.isZero() || before.isPositive() === change.isPositive()) return undefined;
  const held = positions.filter(({ contract, averageCost }) => contract.conId === conId && averageCost !== undefined);
  const units = held.reduce((sum, { quantity }) => sum.plus(quantity), new Decimal(0));
  if (units.isZero()) return undefined;
  const paid = held.reduce(
    (sum, { quantity, averageCost = 0 }) => sum.plus(new Decimal(averageCost).mul(quantity)),
    new Decimal(0),
  );
  const cost = paid.div(units);
  const worth = new Decimal(price).mul(pointValueOf(instrument.details));
  const closed = Decimal.min(change.abs(), before.abs());
  const amount = worth
    .minus(cost)
    .mul(closed)
    .mul(before.isPositive() ? 1 : -1);
  const verb = amount.isNegative() ? 'a loss of' : 'a gain of';
  const { currency } = instrument;
  const text = `Closing ${sizeText(closed)} of ${sizeText(before.abs())} realizes ${verb} about ${moneyText(amount.abs(), currency)} before costs (at ${price}, average cost ${moneyText(cost, currency)} a unit).`;
  return { amount, text };
}

/** Cash by currency as the order leaves it. */
export interface CashAfter {
  readonly currency: string;
  readonly before: Decimal;
  readonly after: Decimal;
}

/** The cash of every currency that the order pays or gets; empty for kinds that pay no price, and without one. */
export function cashAfter(scene: Scene): CashAfter[] {
  const { instrument, values, order } = scene;
  const terms = entryOf(order);
  const units = orderUnits(scene);
  const price = expectedPrice(scene);
  if (!terms || !values || units === undefined || price === undefined) return [];
  const sign = terms.side === 'BUY' ? -1 : 1;
  const paid = (currency: string, amount: Decimal): CashAfter => {
    const before = cashIn(values, currency);
    return { currency, before, after: before.plus(amount) };
  };
  if (instrument.secType === 'CASH') {
    const first = order.contract.symbol;
    return [paid(first, units.mul(-sign)), paid(instrument.currency, units.mul(price).mul(sign))];
  }
  if (!paidInFull.has(instrument.secType)) return [];
  // A combination is priced by one unit of it, so its legs' multiplier counts once.
  const pointValue = pointValueOf(instrument.legs?.[0]?.details ?? instrument.details);
  return [paid(instrument.currency, units.mul(price).mul(pointValue).mul(sign))];
}

function cashIn(values: AccountValues, currency: string): Decimal {
  const text = values.get('TotalCashBalance')?.get(currency) ?? values.get('CashBalance')?.get(currency);
  return new Decimal(parseNumber(text) ?? 0);
}

/** The cash that goes below zero, or further below, in words; undefined when none does. */
export function debitText(cash: readonly CashAfter[]): string | undefined {
  const owed = cash.filter(({ before, after }) => after.isNegative() && after.lt(before));
  if (owed.length === 0) return undefined;
  const parts = owed.map(
    ({ currency, before, after }) => `from ${moneyText(before, currency)} to ${moneyText(after, currency)}`,
  );
  return `Cash goes ${parts.join(' and ')}: the difference below zero is borrowed, and IB charges interest on it.`;
}

/** One amount in base currency; undefined where IB does not tell the rate. */
export function inBase(amount: Decimal, currency: string, values: AccountValues | undefined): Decimal | undefined {
  const rate = exchangeRates(values).get(currency);
  return rate === undefined ? undefined : amount.mul(rate);
}

/** In base currency. */
export function netLiquidation(values: AccountValues | undefined): Decimal | undefined {
  const value = parseNumber(values?.get('NetLiquidation')?.get(baseCurrency(values) ?? ''));
  return value === undefined || value <= 0 ? undefined : new Decimal(value);
}
