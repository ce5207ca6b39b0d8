import type { Decimal } from 'decimal.js';

export interface PositionGreeks {
  readonly delta: number;
  readonly gamma: number;
  /** Per day. */
  readonly theta: number;
  /** Per percentage point of volatility. */
  readonly vega: number;
  /** Price of the underlying at which they hold. */
  readonly underlying: number;
}

/** A position as the analysis sees it. */
export interface Holding {
  readonly account: string;
  readonly conId: number;
  readonly contract: string;
  /** IB's security type. */
  readonly kind: string;
  readonly quantity: number;
  /** What one unit is worth more, in its currency, when its price rises by 1: multiplier over price magnifier. */
  readonly pointValue: number;
  readonly currency: string;
  /** Base currency per unit of `currency`. */
  readonly rate: number;
  /** Quantity × price × multiplier as IB computes it, in base currency; undefined where IB tells no value. */
  readonly worth: Decimal | undefined;
  readonly unrealized: Decimal | undefined;
  readonly sector: string;
  readonly country: string;
  /** What its price follows: of options and CFDs the underlying, of everything else itself. */
  readonly underlying: { readonly conId: number; readonly contract: string };
  /** Of options, where they are known. */
  readonly greeks?: PositionGreeks;
}

/** Cash and accruals of one currency, in base currency. */
export interface CurrencyFunds {
  readonly currency: string;
  readonly cash: Decimal;
  readonly accrued: Decimal;
}

/** What IB says about accounts in one base currency, in that currency. */
export interface Reported {
  readonly netLiquidation: Decimal;
  readonly cash: Decimal;
  readonly accrued: Decimal;
  readonly funds: readonly CurrencyFunds[];
}

const optionKinds: ReadonlySet<string> = new Set(['OPT', 'FOP', 'WAR']);
/** Their gains and amounts are in the cash already. */
const countedAsCash: ReadonlySet<string> = new Set(['FUT', 'CONTFUT', 'CFD', 'CASH']);

export function isOption({ kind }: Pick<Holding, 'kind'>): boolean {
  return optionKinds.has(kind);
}

export function isFuture({ kind }: Pick<Holding, 'kind'>): boolean {
  return kind === 'FUT' || kind === 'CONTFUT';
}

/** Whether a position's worth is a part of net liquidation besides the cash. */
export function isPaidFor({ kind }: Pick<Holding, 'kind'>): boolean {
  return !countedAsCash.has(kind);
}

/**
 * What moves with the market, in base currency: delta dollars of options, the worth of everything else. Undefined for
 * options without Greeks. An FX position mirrors cash balances and counts as nothing.
 */
export function exposureOf(holding: Holding): number | undefined {
  if (holding.kind === 'CASH') return 0;
  if (!isOption(holding)) return holding.worth?.toNumber();
  const { greeks } = holding;
  return greeks && unitsOf(holding) * greeks.delta * greeks.underlying;
}

/** Units of the underlying that an option is on, times the exchange rate. */
export function unitsOf({ quantity, pointValue, rate }: Holding): number {
  return quantity * pointValue * rate;
}
