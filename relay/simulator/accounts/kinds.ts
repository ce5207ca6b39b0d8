import type { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';

/**
 * How a position turns into money. `paid`: the whole price when it is traded. `daily`: the change of price, every evening.
 * `closing`: the change of price when it is closed. `exchanged`: one currency against another.
 */
export type Settlement = 'paid' | 'daily' | 'closing' | 'exchanged';

/** The line of the ledger that a position's value is counted in. */
export type Bucket =
  | 'stocks'
  | 'options'
  | 'futureOptions'
  | 'bonds'
  | 'treasuryBonds'
  | 'treasuryBills'
  | 'funds'
  | 'moneyMarketFunds'
  | 'crypto'
  | 'warrants'
  | 'issuerOptions';

/** Amounts are kept to this many decimals: finer than any price times any quantity, so that nothing is lost. */
const AMOUNT_PLACES = 8;
/** Bonds are counted in pieces of 1,000 and quoted in percent of them. */
const BOND_POINT = 10;

/** An amount of money on the grid that all bookkeeping happens on. */
export const amountOf = (value: Decimal): Decimal => value.toDecimalPlaces(AMOUNT_PLACES);

/** What one unit is worth more when its price rises by 1, in the instrument's currency. */
export function pointValue({ secType, multiplier }: Instrument): number {
  const kind: string = secType;
  return multiplier ?? (kind === 'BOND' ? BOND_POINT : 1);
}

/** Quantity × price × point value, to the grid. */
export function valueAt(instrument: Instrument, quantity: Decimal, price: Decimal.Value): Decimal {
  return amountOf(quantity.mul(pointValue(instrument)).mul(price));
}

export function settlementOf({ secType }: Instrument): Settlement {
  const kind: string = secType;
  if (kind === 'FUT' || kind === 'CONTFUT') return 'daily';
  if (kind === 'CFD') return 'closing';
  return kind === 'CASH' ? 'exchanged' : 'paid';
}

/** True for what is held in the commodities segment of the account. */
export function isCommodity({ secType }: Instrument): boolean {
  const kind: string = secType;
  return kind === 'FUT' || kind === 'CONTFUT' || kind === 'FOP';
}

const BUCKETS: Readonly<Record<string, Bucket>> = {
  STK: 'stocks',
  CMDTY: 'stocks',
  IND: 'stocks',
  OPT: 'options',
  FOP: 'futureOptions',
  WAR: 'warrants',
  IOPT: 'issuerOptions',
  CRYPTO: 'crypto',
};

/** Where the value of a position is counted; undefined when only its gains are, and those as cash. */
export function bucketOf(instrument: Instrument): Bucket | undefined {
  if (settlementOf(instrument) !== 'paid') return undefined;
  const kind: string = instrument.secType;
  if (kind === 'FUND') return /money market/i.test(instrument.longName) ? 'moneyMarketFunds' : 'funds';
  if (kind === 'BOND') return bondBucket(instrument);
  return BUCKETS[kind] ?? 'stocks';
}

function bondBucket({ symbol, longName }: Instrument): Bucket {
  const name = `${symbol} ${longName}`;
  if (/\bbills?\b/i.test(name)) return 'treasuryBills';
  return isTreasury(name) ? 'treasuryBonds' : 'bonds';
}

const isTreasury = (name: string): boolean => /treasury|\bUS-T\b/i.test(name);

/** The class of underlying that derivatives are margined together with. */
export const underlyingOf = (instrument: Instrument): Instrument => instrument.underlying ?? instrument;
