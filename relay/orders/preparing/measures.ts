import { Decimal } from 'decimal.js';
import type { PreparedOrder } from '../../../shared/orders/preview.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { pointValueOf } from '../../gateway/contracts/price-unit.ts';
import { baseCurrency } from '../../tools/support/currencies.ts';
import { borrowedAfter, type CashAfter, inBase, netLiquidation, orderUnits, type RealizedGain } from './money.ts';
import type { PositionEffect } from '../planning/position-effect.ts';
import { entryOf, expectedPrice, type Scene } from './scene.ts';
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
    secType: contract.secType,
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
    distancePercent: distancePercent(scene),
    regularHours: market.state === 'unknown' ? undefined : market.state === 'regular',
    realizedLoss: loss?.toNumber(),
  });
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
