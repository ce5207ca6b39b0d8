import { Decimal } from 'decimal.js';
import type { OrderTerms, PlannedModification } from '../../../shared/orders/order.ts';
import type { PreparedOrder } from '../../../shared/orders/preview.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { pointValueOf } from '../../gateway/contracts/price-unit.ts';
import { baseCurrency } from '../../tools/support/currencies.ts';
import type { LimitUse } from '../model.ts';
import type { PositionEffect } from '../planning/position-effect.ts';
import { borrowedAfter } from './borrowing.ts';
import { type CashAfter, inBase, netLiquidation, orderUnits, type RealizedGain } from './money.ts';
import { entryOf, expectedPrice, marketPrice, type Scene } from './scene.ts';
import { leavesUncovered, optionsTraded } from './uncovered.ts';
import { distancePercent } from './warnings-market.ts';

/** What rules need to know of an order. */
export type Measures = PreparedOrder['measures'];

/** What is worked out of a scene before. */
export interface Worked {
  readonly effects: readonly PositionEffect[];
  readonly cash: readonly CashAfter[];
  readonly gain: RealizedGain | undefined;
  /** Base currency. */
  readonly notional: Decimal | undefined;
}

/** Kinds in which below zero is no short sale: options are judged by what covers them, and a pair has two sides. */
const neverShort: ReadonlySet<string> = new Set(['OPT', 'FOP', 'WAR', 'CASH']);

export function measuresOf(scene: Scene, { effects, cash, gain, notional }: Worked): Measures {
  const { order, instrument, values, market } = scene;
  const { contract } = order;
  const kinds = new Map((contract.legs ?? [contract]).map(({ conId, secType }) => [conId, secType]));
  const symbols = new Set((contract.legs ?? [contract]).map(({ symbol }) => symbol));
  const units = orderUnits(scene);
  const ratio = contract.legs?.reduce((sum, leg) => sum + leg.ratio, 0) ?? 1;
  const loss = gain?.amount.isNegative() ? inBase(gain.amount.abs(), instrument.currency, values) : undefined;
  return omitUndefined({
    secType: [...new Set([contract.secType, ...kinds.values()])].join(','),
    symbol: [...symbols].join(','),
    currency: contract.currency,
    side: entryOf(order)?.side ?? 'BUY',
    quantity: units?.mul(ratio).toNumber(),
    notional: notional?.toNumber(),
    positionPercent: percentOf(largestPosition(scene, effects), values),
    borrowingPercent: percentOf(borrowedAfter(scene, cash), values),
    reduces: effects.length > 0 && effects.every(({ reduces }) => reduces),
    short: effects.some(
      ({ conId, change, after, working }) =>
        change.isNegative() && after.minus(working).isNegative() && !neverShort.has(kinds.get(conId) ?? ''),
    ),
    uncoveredOption: leavesUncovered(effects, scene.positions, optionsTraded(contract, optionDetails(instrument))),
    distancePercent: collarDistance(scene),
    regularHours: market.state === 'unknown' ? undefined : market.state === 'regular',
    realizedLoss: loss?.toNumber(),
  });
}

/** How far its price is from the market; an order without a price of its own takes what the market gives. */
function collarDistance(scene: Scene): number | undefined {
  const terms = entryOf(scene.order);
  const distance = distancePercent(scene);
  if (distance !== undefined || !terms) return distance && Math.abs(distance);
  const own = terms.limitPrice ?? terms.stopPrice ?? terms.trailStopPrice;
  return (own === undefined || Number(own) === 0) && marketPrice(scene.quote, terms.side) !== undefined ? 0 : undefined;
}

function percentOf(amount: Decimal | undefined, values: Scene['values']): number | undefined {
  const equity = netLiquidation(values);
  return amount === undefined || equity === undefined ? undefined : amount.div(equity).mul(100).toNumber();
}

/** The largest position that the order can lead to, with working orders of its direction filled; base currency. */
function largestPosition(scene: Scene, effects: readonly PositionEffect[]): Decimal | undefined {
  const { instrument, values } = scene;
  const price = expectedPrice(scene);
  const [effect] = effects;
  if (!effect || instrument.legs || instrument.secType === 'BOND' || price === undefined) return undefined;
  if (baseCurrency(values) === undefined) return undefined;
  const worst = effect.after.plus(effect.change.isNegative() ? effect.working.neg() : effect.working);
  const units = Decimal.max(worst.abs(), effect.after.abs());
  return inBase(units.mul(Math.abs(price)).mul(pointValueOf(instrument.details)), instrument.currency, values);
}

function optionDetails(instrument: Instrument): ReadonlyMap<number, { expiry: string; right: 'C' | 'P' }> {
  return new Map(
    (instrument.legs ?? [instrument]).flatMap(({ conId, details: { contract } }) => {
      const right = String(contract.right ?? '').slice(0, 1);
      const expiry = (contract.lastTradeDateOrContractMonth ?? '').slice(0, 8);
      return right === 'C' || right === 'P' ? [[conId, { expiry, right }] as const] : [];
    }),
  );
}

/**
 * What an order takes of the day's limits. A bracket counts its entry; what can only reduce a position takes its size and
 * the loss that it realizes, and a change only what it adds.
 */
export function usesOf(scene: Scene, { notional }: Worked, measures: Measures): LimitUse {
  const { order } = scene;
  const nothing = { notional: '0', orders: 0, quantity: '0', loss: '0' };
  if (order.kind === 'exercise' && order.action === 'lapse') return nothing;
  const added = order.kind === 'modify' ? addedPart(order) : new Decimal(1);
  const part = (amount: Decimal.Value | undefined) => new Decimal(amount ?? 0).mul(added).toDecimalPlaces(12).toFixed();
  // A loss is realized by what reduces: it stops nothing that reduces, but counts against what opens later.
  const always = { quantity: part(measures.quantity), loss: part(measures.realizedLoss) };
  if (measures.reduces) return { ...nothing, ...always };
  return { ...always, notional: part(notional), orders: order.kind === 'modify' ? 0 : 1 };
}

/** How much of a changed order is new: more units, or units at a higher price. */
function addedPart({ before, entry }: PlannedModification): Decimal {
  const size = ({ quantity, limitPrice, stopPrice }: OrderTerms): Decimal =>
    new Decimal(quantity ?? 0).mul(new Decimal(limitPrice ?? stopPrice ?? 1).abs());
  const [old, now] = [size(before), size(entry)];
  // From or to an order without a price of its own nothing can be compared: all of it counts again.
  const comparable = (before.limitPrice ?? before.stopPrice) !== undefined;
  return now.isZero() || !comparable ? new Decimal(1) : Decimal.max(0, now.minus(old)).div(now);
}
