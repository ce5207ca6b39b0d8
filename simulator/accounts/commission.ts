import { Decimal } from 'decimal.js';
import type { Instrument } from '../market/instruments.ts';
import { valueAt } from './kinds.ts';

/** What an order costs: so much per unit or of its value, within bounds. */
interface Tariff {
  readonly perUnit?: number;
  /** Part of the trade's value. */
  readonly ofValue?: number;
  readonly least?: number;
  /** Upper bound as a part of the trade's value; it wins over the lower bound. */
  readonly mostOfValue?: number;
}

const commissionPlaces = 4;

/** Fixed prices per share or of the value, by currency. */
const stocks: Readonly<Record<string, Tariff>> = {
  USD: { perUnit: 0.005, least: 1, mostOfValue: 0.01 },
  CAD: { perUnit: 0.01, least: 1, mostOfValue: 0.005 },
  EUR: { ofValue: 0.0005, least: 3 },
  GBP: { ofValue: 0.0005, least: 3 },
  CHF: { ofValue: 0.0005, least: 5 },
  SEK: { ofValue: 0.0005, least: 30 },
  NOK: { ofValue: 0.0005, least: 30 },
  DKK: { ofValue: 0.0005, least: 30 },
  HKD: { ofValue: 0.0008, least: 18 },
  JPY: { ofValue: 0.0008, least: 80 },
  SGD: { ofValue: 0.0008, least: 2.5 },
  AUD: { ofValue: 0.0008, least: 6 },
};
const otherStocks: Tariff = { ofValue: 0.001 };

/** US options cost less when the premium is small. */
const usOptionSteps: readonly (readonly [premiumBelow: number, perContract: number])[] = [
  [0.05, 0.25],
  [0.1, 0.5],
  [Number.POSITIVE_INFINITY, 0.65],
];
const options: Readonly<Record<string, Tariff>> = {
  EUR: { perUnit: 1.1 },
  GBP: { perUnit: 1.7 },
  CHF: { perUnit: 1.5 },
  HKD: { perUnit: 15, least: 15 },
  JPY: { ofValue: 0.0024, least: 230 },
};

/** Per contract, exchange and regulatory fees included. */
const futures: Readonly<Record<string, number>> = {
  ES: 2.25,
  NQ: 2.25,
  RTY: 2.25,
  YM: 2.25,
  MES: 0.62,
  MNQ: 0.62,
  M2K: 0.62,
  MYM: 0.62,
  CL: 2.36,
  MCL: 0.77,
  NG: 2.36,
  GC: 2.47,
  MGC: 0.77,
  SI: 2.47,
  HG: 2.47,
  ZB: 1.72,
  ZN: 1.67,
  ZF: 1.52,
  ZT: 1.52,
  '6E': 2.47,
  VX: 2.42,
  FDAX: 3.02,
  DAX: 3.02,
  FESX: 2.07,
  ESTX50: 2.07,
  ZC: 2.97,
  ZW: 2.97,
  ZS: 2.97,
};
const otherFutures: Readonly<Record<string, number>> = { USD: 2.25, EUR: 2, GBP: 1.7, HKD: 30, JPY: 500 };

/** Two dollars' worth, in the currency that is paid with. */
const fxLeast: Readonly<Record<string, number>> = {
  USD: 2,
  EUR: 1.7,
  GBP: 1.5,
  CHF: 1.6,
  CAD: 2.8,
  AUD: 3,
  JPY: 310,
  HKD: 15.6,
  SEK: 19,
  NOK: 20,
};

const crypto: Tariff = { ofValue: 0.0018, least: 1.75, mostOfValue: 0.01 };
const fund: Tariff = { least: 14.95, mostOfValue: 0.03 };
const metal: Tariff = { ofValue: 0.000015, least: 2 };
const indexCfd: Tariff = { ofValue: 0.0001, least: 1 };
/** Bonds: ten basis points of the first 10,000 face, two and a half of the rest. */
const bond = { firstFace: 10_000, first: 0.001, rest: 0.00025, least: 1 } as const;
const bondFace = 1000;

/**
 * What the broker has charged an order once `quantity` of it is filled at `price` on average: never negative, to four
 * decimals, in the instrument's currency.
 */
export function commissionOf(instrument: Instrument, quantity: Decimal, price: number): Decimal {
  const size = quantity.abs();
  if (size.isZero()) return new Decimal(0);
  const kind: string = instrument.secType;
  const value = valueAt(instrument, size, price).abs();
  if (kind === 'BOND') return bondCommission(size);
  return charge(tariffOf(instrument, price), size, value);
}

function charge({ perUnit = 0, ofValue = 0, least = 0, mostOfValue }: Tariff, size: Decimal, value: Decimal): Decimal {
  const plain = size.mul(perUnit).plus(value.mul(ofValue));
  const raised = Decimal.max(plain, least);
  const capped = mostOfValue === undefined ? raised : Decimal.min(raised, value.mul(mostOfValue));
  return capped.toDecimalPlaces(commissionPlaces);
}

function bondCommission(size: Decimal): Decimal {
  const face = size.mul(bondFace);
  const first = Decimal.min(face, bond.firstFace).mul(bond.first);
  const rest = Decimal.max(face.minus(bond.firstFace), 0).mul(bond.rest);
  return Decimal.max(first.plus(rest), bond.least).toDecimalPlaces(commissionPlaces);
}

function tariffOf(instrument: Instrument, price: number): Tariff {
  const { currency } = instrument;
  const kind: string = instrument.secType;
  switch (kind) {
    case 'OPT':
    case 'WAR':
    case 'IOPT':
      return optionTariff(currency, price);
    case 'FUT':
    case 'CONTFUT':
      return futureTariff(instrument);
    case 'FOP':
      return futureTariff(instrument.underlying ?? instrument);
    case 'CASH':
      return { ofValue: 0.00002, least: fxLeast[currency] ?? 2 };
    case 'CRYPTO':
      return crypto;
    case 'FUND':
      return fund;
    case 'CMDTY':
      return metal;
    case 'CFD':
      return (instrument.underlying?.secType ?? 'STK') === 'IND' ? indexCfd : cfdTariff(currency);
    default:
      return stocks[currency] ?? otherStocks;
  }
}

const futureTariff = ({ symbol, tradingClass, currency }: Instrument): Tariff => ({
  perUnit: futures[tradingClass] ?? futures[symbol] ?? otherFutures[currency] ?? 2.25,
});

function optionTariff(currency: string, premium: number): Tariff {
  if (currency !== 'USD') return options[currency] ?? { perUnit: 1.5 };
  const perUnit = usOptionSteps.find(([below]) => premium < below)?.[1] ?? 0.65;
  return { perUnit, least: 1 };
}

/** Share CFDs cost what the shares do, without a cap. */
function cfdTariff(currency: string): Tariff {
  const { mostOfValue: _, ...tariff } = stocks[currency] ?? otherStocks;
  return tariff;
}
