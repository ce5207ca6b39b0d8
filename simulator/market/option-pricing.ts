import { blackScholes, impliedVolatility, type OptionValues } from '../../shared/options/black-scholes.ts';
import type { Schedule } from './calendar.ts';
import type { Candle, Parts } from './candle.ts';
import type { Instrument, Process, Right } from './instruments.ts';
import { interestRate } from './interest.ts';
import { dayNumber } from './zone.ts';

const daysPerYear = 365;
/** Options are aged by whole days, from the middle of the day: their value then depends on the underlying price alone all day long. */
const midday = 0.5;

/** What an option's terms take from the prices of its underlying. */
export interface UnderlyingPrices {
  closeOf(instrument: Instrument, day: number): number;
  levelOf(process: Process, day: number): number;
  schedule(instrument: Instrument): Schedule;
}

/** An option on one trading day: what it is worth for any price of its underlying. */
export interface OptionTerms {
  readonly years: number;
  readonly volatility: number;
  /** 1 at the money, falling off to either side. */
  readonly popularity: number;
  value(spot: number): number;
  /** Price and Greeks, at the model's volatility unless another one is given. */
  greeks(spot: number, volatility?: number): OptionValues;
  /** The volatility implied by a price other than the model's. */
  impliedBy(price: number, spot: number): number | undefined;
  candle(underlying: Candle, volume: number, trades: number): Candle;
  /** The option's parts from its underlying's, with the activity of `active`. */
  parts(underlying: Parts, active: Parts): Parts;
}

/** The implied volatility of an underlying's options as a process in its own right. */
export function volatilityProcess(instrument: Instrument): Process {
  return {
    path: `${instrument.process.path}.IV`,
    base: Math.max(0.05, instrument.process.volatility * 1.05),
    volatility: 0.6,
    beta: -2,
    drift: 0,
    volume: 0,
    octaves: 6,
    gap: 0.2,
  };
}

/** Volatility over strikes: higher for distant ones, more so below the money. */
function smile(atTheMoney: number, strike: number, reference: number): number {
  const moneyness = Math.max(-0.7, Math.min(0.7, Math.log(strike / reference)));
  return atTheMoney * (1 - 0.25 * moneyness + 0.8 * moneyness * moneyness);
}

/** What holding the underlying earns: a future costs nothing to hold, as its price has the interest in it. */
const yieldOf = ({ secType }: Instrument): number => (secType === 'FUT' ? interestRate : 0);

/** The terms of an option on a day. @throws {TypeError} when the instrument is not an option */
export function optionTerms(option: Instrument, day: number, model: UnderlyingPrices): OptionTerms {
  const { underlying, strike, right, expiry } = option;
  if (!underlying || !strike || !right || !expiry) throw new TypeError(`${option.localSymbol} is not an option`);
  const reference = model.closeOf(underlying, model.schedule(underlying).previous(day - 1).day);
  const years = (Math.max(0, dayNumber(expiry) - day) + midday) / daysPerYear;
  const volatility = smile(model.levelOf(volatilityProcess(underlying), day), strike, reference);
  const inputs = { strike, years, rate: interestRate, right, yield: yieldOf(underlying) };
  const value = (spot: number): number => blackScholes({ ...inputs, spot, volatility }).price;
  return {
    years,
    volatility,
    popularity: Math.exp(-8 * Math.abs(Math.log(strike / reference))),
    value,
    greeks: (spot, other = volatility) => blackScholes({ ...inputs, spot, volatility: other }),
    impliedBy: (price, spot) => impliedVolatility({ ...inputs, spot }, price),
    candle: (base, volume, trades) => ({ ...orient(base, right, value), volume, trades }),
    parts: (base, active) => {
      const [upper, lower] = right === 'C' ? [base.high, base.low] : [base.low, base.high];
      return {
        length: base.length,
        open: base.open.map(value),
        high: upper.map(value),
        low: lower.map(value),
        close: base.close.map(value),
        volume: active.volume,
        trades: active.trades,
      };
    },
  };
}

/** A put is worth most when its underlying is lowest. */
function orient(base: Candle, right: Right, value: (spot: number) => number): Omit<Candle, 'volume' | 'trades'> {
  const [upper, lower] = right === 'C' ? [base.high, base.low] : [base.low, base.high];
  return { open: value(base.open), high: value(upper), low: value(lower), close: value(base.close) };
}
