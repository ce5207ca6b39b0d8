import { Decimal } from 'decimal.js';
import { exposureOf, type Holding, isPaidFor, type Reported } from './holdings.ts';

export interface Series {
  columns: string[];
  rows: (string | number)[][];
}

export interface ValuedHolding extends Holding {
  /** Its part of net liquidation, in whole cents. */
  readonly value: Decimal;
  readonly exposure: number | undefined;
}

const zero = new Decimal(0);
const cent = new Decimal('0.01');

export const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), zero);
export const cents = (value: Decimal.Value): Decimal => new Decimal(value).toDecimalPlaces(2);
/** An amount of base currency as results hold it. */
export const money = (value: Decimal.Value): number => cents(value).toNumber() + 0;

/**
 * Amounts in whole cents whose sum is that of the exact amounts, rounded: every one is rounded, and where the sum is
 * then off, those that were rounded hardest give way by a cent.
 */
export function apportion(amounts: readonly Decimal[]): Decimal[] {
  const parts = amounts.map(cents);
  let off = cents(sum(amounts)).minus(sum(parts));
  const step = off.isNegative() ? cent.neg() : cent;
  const lost = (index: number): Decimal => (amounts[index] ?? zero).minus(parts[index] ?? zero).mul(step);
  for (const index of [...amounts.keys()].sort((a, b) => lost(b).comparedTo(lost(a)))) {
    if (off.isZero()) break;
    parts[index] = (parts[index] ?? zero).plus(step);
    off = off.minus(step);
  }
  return parts;
}

/** The holdings with their parts of net liquidation. One without a known worth has none. */
export function valued(holdings: readonly Holding[]): ValuedHolding[] {
  const parts = apportion(holdings.map((holding) => (isPaidFor(holding) ? (holding.worth ?? zero) : zero)));
  return holdings.map((holding, index) => ({
    ...holding,
    value: parts[index] ?? zero,
    exposure: exposureOf(holding),
  }));
}

interface Part {
  value: Decimal;
  exposure: number;
}

/** Values added up under names, in the order of their size; then the rest that makes up net liquidation. */
class Allocation {
  readonly #parts = new Map<string, Part>();
  readonly #netLiquidation: Decimal;

  constructor(netLiquidation: Decimal) {
    this.#netLiquidation = netLiquidation;
  }

  add(name: string, value: Decimal, exposure = 0): void {
    const part = this.#parts.get(name) ?? { value: zero, exposure: 0 };
    this.#parts.set(name, { value: part.value.plus(value), exposure: part.exposure + exposure });
  }

  series(others: readonly (readonly [string, Decimal])[]): Series {
    const size = ({ value, exposure }: Part): number => Math.max(value.abs().toNumber(), Math.abs(exposure));
    const named = [...this.#parts].sort(([, a], [, b]) => size(b) - size(a));
    const shown = [...named, ...others.map(([name, value]): [string, Part] => [name, { value, exposure: 0 }])];
    const rest = this.#netLiquidation.minus(sum(shown.map(([, { value }]) => value)));
    return {
      columns: ['name', 'value', 'percent', 'exposure'],
      rows: [...shown, ['unexplained', { value: rest, exposure: 0 }] as const]
        .filter(([, { value, exposure }]) => !value.isZero() || exposure !== 0)
        .map(([name, { value, exposure }]) => [
          name,
          money(value),
          percentOf(value, this.#netLiquidation),
          money(exposure),
        ]),
    };
  }
}

/** Two decimals; empty where there is nothing to be a part of. */
export function percentOf(value: Decimal.Value, whole: Decimal.Value): number | '' {
  const all = new Decimal(whole);
  return all.isZero() ? '' : new Decimal(value).div(all).mul(100).toDecimalPlaces(2).toNumber() + 0;
}

/** Net liquidation by kind, sector, country and currency; each adds up to it, to the cent. */
export function allocationsOf(holdings: readonly ValuedHolding[], reported: Reported) {
  const others = [
    ['cash', cents(reported.cash)],
    ['accrued', cents(reported.accrued)],
  ] as const;
  const by = (name: (holding: ValuedHolding) => string): Series => {
    const allocation = allocated(holdings, reported, name);
    return allocation.series(others);
  };
  return {
    kind: by(({ kind }) => kind),
    sector: by(({ sector }) => sector),
    currency: byCurrency(holdings, reported),
    country: by(({ country }) => country),
  };
}

function allocated(
  holdings: readonly ValuedHolding[],
  reported: Reported,
  name: (holding: ValuedHolding) => string,
): Allocation {
  const allocation = new Allocation(cents(reported.netLiquidation));
  for (const holding of holdings) allocation.add(name(holding), holding.value, holding.exposure);
  return allocation;
}

/** Cash and accruals belong to their currencies. */
function byCurrency(holdings: readonly ValuedHolding[], reported: Reported): Series {
  const allocation = allocated(holdings, reported, ({ currency }) => currency);
  const amounts = apportion(reported.funds.map(({ cash, accrued }) => cash.plus(accrued)));
  for (const [index, { currency }] of reported.funds.entries()) allocation.add(currency, amounts[index] ?? zero);
  return allocation.series([]);
}

/** How net liquidation comes about. `unexplained` is what is left of it, so that the parts always add up. */
export function totalsOf(holdings: readonly ValuedHolding[], reported: Reported) {
  const positions = sum(holdings.map(({ value }) => value));
  const [netLiquidation, cash, accrued] = [reported.netLiquidation, reported.cash, reported.accrued].map(cents) as [
    Decimal,
    Decimal,
    Decimal,
  ];
  const exposures = holdings.flatMap(({ exposure }) => exposure ?? []);
  return {
    netLiquidation: money(netLiquidation),
    cash: money(cash),
    positions: money(positions),
    accrued: money(accrued),
    unexplained: money(netLiquidation.minus(cash).minus(positions).minus(accrued)),
    long: money(sum(holdings.map(({ value }) => Decimal.max(0, value)))),
    short: money(sum(holdings.map(({ value }) => Decimal.min(0, value)))),
    netExposure: money(exposures.reduce((total, exposure) => total + exposure, 0)),
    grossExposure: money(exposures.reduce((total, exposure) => total + Math.abs(exposure), 0)),
  };
}
