import { Decimal } from 'decimal.js';
import type { OrderContract } from '../../../shared/orders/order.ts';
import type { Position } from '../../gateway/accounts/position.ts';
import type { PositionEffect } from '../planning/position-effect.ts';

/** Options of one underlying and one right as they stand after an order. */
interface OptionSide {
  readonly symbol: string;
  readonly currency: string;
  readonly right: 'C' | 'P';
}

interface HeldOption extends OptionSide {
  readonly conId: number;
  readonly expiry: string;
  readonly units: Decimal;
  /** Of the underlying for each contract. */
  readonly multiplier: number;
}

/** What is known of an option that is traded and not held yet, by conId. */
export type OptionsTraded = ReadonlyMap<number, Omit<HeldOption, 'units' | 'conId'>>;

const isOption = (secType: unknown): boolean => secType === 'OPT' || secType === 'FOP';

/**
 * Whether an order leaves, or makes larger, a written option that nothing held covers: a call needs its underlying or a
 * call that lives as long, a put needs a short underlying or such a put. Cash covers nothing here.
 */
export function leavesUncovered(
  effects: readonly PositionEffect[],
  positions: readonly Position[],
  traded: OptionsTraded,
): boolean {
  const after = heldAfter(effects, positions, traded);
  return effects.some((effect) => {
    const written = after.find(({ conId }) => conId === effect.conId);
    if (!written || !effect.change.isNegative() || !withWorking(effect).isNegative()) return false;
    const side = after.filter((other) => isSame(other, written));
    const short = side.filter(({ units }) => units.isNegative()).reduce((sum, one) => sum.plus(one.units.abs()), zero);
    const long = side
      .filter(({ units, expiry }) => units.gt(0) && expiry >= written.expiry)
      .reduce((sum, one) => sum.plus(one.units), zero);
    return short.gt(long.plus(byUnderlying(written, positions)));
  });
}

const zero = new Decimal(0);

const withWorking = ({ after, working }: PositionEffect): Decimal => after.minus(working);

const isSame = (one: OptionSide, other: OptionSide): boolean =>
  one.symbol === other.symbol && one.currency === other.currency && one.right === other.right;

function heldAfter(
  effects: readonly PositionEffect[],
  positions: readonly Position[],
  traded: OptionsTraded,
): HeldOption[] {
  const held = new Map<number, HeldOption>();
  for (const { contract, quantity } of positions) {
    if (!isOption(contract.secType)) continue;
    const conId = contract.conId ?? 0;
    const units = (held.get(conId)?.units ?? zero).plus(quantity);
    held.set(conId, {
      conId,
      symbol: contract.symbol ?? '',
      currency: contract.currency ?? '',
      right: String(contract.right ?? '').startsWith('P') ? 'P' : 'C',
      expiry: (contract.lastTradeDateOrContractMonth ?? '').slice(0, 8),
      multiplier: Number(contract.multiplier) || 100,
      units,
    });
  }
  for (const effect of effects) {
    const terms = traded.get(effect.conId) ?? held.get(effect.conId);
    if (terms)
      held.set(effect.conId, {
        ...terms,
        conId: effect.conId,
        units: effect.change.isNegative() ? withWorking(effect) : effect.after,
      });
  }
  return [...held.values()];
}

/** Contracts that the underlying itself covers: long for calls, short for puts. */
function byUnderlying({ symbol, currency, right, multiplier }: HeldOption, positions: readonly Position[]): Decimal {
  const units = positions
    .filter(
      ({ contract }) => contract.secType === 'STK' && contract.symbol === symbol && contract.currency === currency,
    )
    .reduce((sum, { quantity }) => sum.plus(quantity), zero);
  const cover = right === 'C' ? units : units.neg();
  return cover.gt(0) ? cover.divToInt(multiplier) : zero;
}

/** The options that an order trades: itself, or legs of a combination. */
export function optionsTraded(
  contract: OrderContract,
  details: ReadonlyMap<number, { readonly expiry: string; readonly right: 'C' | 'P' }>,
): OptionsTraded {
  const parts = contract.legs ?? [contract];
  return new Map(
    parts.flatMap((part) => {
      const known = details.get(part.conId);
      if (!isOption(part.secType) || !known) return [];
      const { symbol, currency, multiplier } = part;
      return [[part.conId, { symbol, currency, ...known, multiplier: Number(multiplier) || 100 }] as const];
    }),
  );
}
