import { Decimal } from 'decimal.js';
import { accruedInterest } from '../market/bonds.ts';
import { type Instrument, pointValueOf } from '../market/instruments.ts';
import { dayNumber } from '../market/zone.ts';

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
const amountPlaces = 10;
const usGovernment = 'US GOVT';
const daysOfABill = 366;
/** What funds are called that hold money market paper. */
const moneyMarket = '001';

/** An amount of money on the grid that all bookkeeping happens on. */
export const amountOf = (value: Decimal): Decimal => value.toDecimalPlaces(amountPlaces);

export const pointValue = pointValueOf;

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

const buckets: Readonly<Record<string, Bucket>> = {
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
  if (kind === 'FUND') return instrument.fund?.assetType === moneyMarket ? 'moneyMarketFunds' : 'funds';
  if (kind === 'BOND') return bondBucket(instrument);
  return buckets[kind] ?? 'stocks';
}

/** Treasury bills live a year at most. */
function bondBucket({ bond }: Instrument): Bucket {
  if (bond?.bondType !== usGovernment) return 'bonds';
  return dayNumber(bond.maturity) - dayNumber(bond.issued) <= daysOfABill ? 'treasuryBills' : 'treasuryBonds';
}

/** Interest that comes with a quantity of bonds on a day, which a buyer pays besides the price; 0 for everything else. */
export function accruedCoupon(instrument: Instrument, quantity: Decimal, day: number): Decimal {
  return instrument.bond ? valueAt(instrument, quantity, accruedInterest(instrument, day)) : new Decimal(0);
}

/** The class of underlying that derivatives are margined together with. */
export const underlyingOf = (instrument: Instrument): Instrument => instrument.underlying ?? instrument;
