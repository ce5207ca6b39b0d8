import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import { bucketOf, pointValue } from './kinds.ts';
import type { Requirement, ValuedHolding } from './valued.ts';

export const nothing: Requirement = { initial: new Decimal(0), maintenance: new Decimal(0) };

const rates = (initial: string, maintenance: string): Requirement => ({
  initial: new Decimal(initial),
  maintenance: new Decimal(maintenance),
});

/** Regulation T: half of a position to open it, a quarter to keep it, somewhat more when it is short. */
const stockLong = rates('0.5', '0.25');
const stockShortInitial = new Decimal('0.5');
const paidInFull = rates('1', '1');
/** Shares that move this much in a year are not lent against. */
const wildVolatility = 0.9;

/** Maintenance of short shares by price: a part of their value, or an amount per share. */
const shortSteps: readonly (readonly [priceAbove: number, kind: 'part' | 'perShare', amount: string])[] = [
  [16.67, 'part', '0.3'],
  [5, 'perShare', '5'],
  [2.5, 'part', '1'],
  [0, 'perShare', '2.5'],
];

const worthless = [0, 'part', '1'] as const;
/** From this annual fee on, shares are hard to borrow and take this part of their value, and more as the fee rises. */
const hardToBorrowFee = 0.02;
const scarceBase = 0.4;
const scarcePerFee = 2;

/** Per contract, in the contract's currency, overnight. */
const futures: Readonly<Record<string, number>> = {
  ES: 22_350,
  NQ: 33_400,
  RTY: 9_350,
  YM: 15_200,
  MES: 2_235,
  MNQ: 3_340,
  M2K: 935,
  MYM: 1_520,
  CL: 6_450,
  MCL: 645,
  NG: 4_350,
  GC: 19_800,
  MGC: 1_980,
  SI: 24_200,
  HG: 8_800,
  ZB: 4_400,
  ZN: 2_200,
  ZF: 1_540,
  ZT: 1_265,
  '6E': 2_900,
  VX: 9_500,
  FDAX: 42_000,
  DAX: 42_000,
  FESX: 3_900,
  ESTX50: 3_900,
  '10Y': 340,
  ZC: 1_100,
  ZW: 1_900,
  ZS: 2_050,
};
const otherFuturesPart = new Decimal('0.1');
/** The exchange's own margin is what it takes to keep a contract; a tenth more to open it. */
const futuresInitial = new Decimal('1.1');

const cfdShare = rates('0.25', '0.2');
const cfdIndex = rates('0.0625', '0.05');
const metal = rates('0.125', '0.1');
const fund = rates('0.5', '0.25');
const corporateBond = rates('0.25', '0.2');
const treasuryBond = rates('0.06', '0.05');
const treasuryBill = rates('0.0125', '0.01');

/** Part of a borrowed currency's value, opened and kept alike. */
const currencyParts: Readonly<Record<string, string>> = {
  USD: '0.025',
  EUR: '0.025',
  GBP: '0.03',
  CHF: '0.03',
  JPY: '0.03',
  CAD: '0.025',
  AUD: '0.03',
  NZD: '0.03',
  SEK: '0.03',
  NOK: '0.03',
  DKK: '0.025',
  SGD: '0.05',
  HKD: '0.05',
};

/** What borrowing a currency takes, as a part of the loan. */
export const currencyPart = (currency: string): Decimal => new Decimal(currencyParts[currency] ?? '0.2');

/** What one contract of a future takes to keep, in its currency. */
export function futureMaintenance(instrument: Instrument, price: Decimal): Decimal {
  const { symbol, tradingClass } = instrument;
  const listed = futures[tradingClass] ?? futures[symbol];
  return listed === undefined ? price.abs().mul(pointValue(instrument)).mul(otherFuturesPart) : new Decimal(listed);
}

const scaled = ({ initial, maintenance }: Requirement, value: Decimal): Requirement => ({
  initial: value.mul(initial),
  maintenance: value.mul(maintenance),
});

/**
 * What a position takes by itself, in its currency. Options depend on more than themselves and take nothing here.
 */
export function requirementOf({ holding, price, marketValue: value, borrowFee = 0 }: ValuedHolding): Requirement {
  const { instrument, quantity } = holding;
  const kind: string = instrument.secType;
  switch (kind) {
    case 'OPT':
    case 'FOP':
    case 'CASH':
      return nothing;
    case 'WAR':
    case 'IOPT':
      // Their value is not equity to borrow against: what was paid for them is gone already.
      return nothing;
    case 'FUT':
    case 'CONTFUT':
      return futureRequirement(instrument, quantity, price);
    case 'CFD':
      return scaled(instrument.underlying?.secType === 'IND' ? cfdIndex : cfdShare, value.abs());
    case 'CRYPTO':
      return scaled(paidInFull, value.abs());
    case 'CMDTY':
      return scaled(metal, value.abs());
    case 'FUND':
      return scaled(fund, value.abs());
    case 'BOND':
      return scaled(bondRates(instrument), value.abs());
    default:
      if (quantity.isNegative())
        return shortRequirement(quantity.abs(), price.mul(pointValue(instrument)), value.abs(), borrowFee);
      return scaled(instrument.process.volatility >= wildVolatility ? paidInFull : stockLong, value);
  }
}

function bondRates(instrument: Instrument): Requirement {
  const bucket = bucketOf(instrument);
  if (bucket === 'treasuryBills') return treasuryBill;
  return bucket === 'treasuryBonds' ? treasuryBond : corporateBond;
}

function futureRequirement(instrument: Instrument, quantity: Decimal, price: Decimal): Requirement {
  const maintenance = futureMaintenance(instrument, price).mul(quantity.abs());
  return { initial: maintenance.mul(futuresInitial), maintenance };
}

/** Shares that are hard to borrow may be called back: they take more, up to all of their value. */
function shortRequirement(size: Decimal, price: Decimal, value: Decimal, borrowFee: number): Requirement {
  const [, kind, amount] = shortSteps.find(([above]) => price.greaterThanOrEqualTo(above)) ?? worthless;
  const usual = kind === 'part' ? value.mul(amount) : size.mul(amount);
  const scarce = value.mul(Math.min(1, borrowFee < hardToBorrowFee ? 0 : scarceBase + scarcePerFee * borrowFee));
  const maintenance = Decimal.max(usual, scarce);
  return { initial: Decimal.max(value.mul(stockShortInitial), maintenance), maintenance };
}
