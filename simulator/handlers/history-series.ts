import { type Bar, type BarRange, type BarSize, barsOf } from '../market/bars.ts';
import type { Instrument, Process, SecType } from '../market/instruments.ts';
import { volatilityProcess } from '../market/option-pricing.ts';
import type { PriceModel } from '../market/prices.ts';
import { moveByTicks, roundToTick } from '../market/rules.ts';
import { dayNumber } from '../market/zone.ts';
import { yieldPercent } from './bond-yield.ts';
import { midpointOf } from './tick-tape.ts';

/** A bar as it goes out: prices on their grid, −1 where a kind of data has no such value. */
export interface HistoryBar {
  readonly start: number;
  readonly day: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly wap: number;
  readonly count: number;
}

export const historyKinds = [
  'TRADES',
  'MIDPOINT',
  'BID',
  'ASK',
  'BID_ASK',
  'ADJUSTED_LAST',
  'HISTORICAL_VOLATILITY',
  'OPTION_IMPLIED_VOLATILITY',
  'FEE_RATE',
  'YIELD_BID',
  'YIELD_ASK',
  'YIELD_BID_ASK',
  'YIELD_LAST',
  'AGGTRADES',
] as const;

export type HistoryKind = (typeof historyKinds)[number];
type YieldKind = Extract<HistoryKind, `YIELD_${string}`>;
type RateKind = 'HISTORICAL_VOLATILITY' | 'OPTION_IMPLIED_VOLATILITY' | 'FEE_RATE';

export function isHistoryKind(text: string): text is HistoryKind {
  return (historyKinds as readonly string[]).includes(text);
}

const isYield = (kind: HistoryKind): kind is YieldKind => kind.startsWith('YIELD_');
const isRate = (kind: HistoryKind): kind is RateKind =>
  kind === 'HISTORICAL_VOLATILITY' || kind === 'OPTION_IMPLIED_VOLATILITY' || kind === 'FEE_RATE';

/** Instruments that trade by quotes alone, so that nobody knows the trades. */
const withoutTrades: readonly SecType[] = ['CASH', 'CMDTY', 'CFD'];

/** Whether this kind of data exists for an instrument: currencies have no trades, indices nothing else. */
export function isAvailable(kind: HistoryKind, { secType, bond }: Instrument): boolean {
  if (isYield(kind)) return bond !== undefined;
  switch (kind) {
    case 'TRADES':
      return !withoutTrades.includes(secType);
    case 'ADJUSTED_LAST':
    case 'FEE_RATE':
      return secType === 'STK';
    case 'AGGTRADES':
      return secType === 'CRYPTO';
    case 'HISTORICAL_VOLATILITY':
    case 'OPTION_IMPLIED_VOLATILITY':
      return secType === 'STK' || secType === 'IND';
    default:
      return secType !== 'IND' && secType !== 'FUND';
  }
}

const none = { volume: -1, wap: -1, count: -1 };
const rateDigits = 1e6;

/** A bar's times and its prices after a conversion. */
function pricesOf({ start, day, ...bar }: Bar, price: (raw: number) => number) {
  const [open, close] = [price(bar.open), price(bar.close)];
  // Where the ladder's steps change, so does the spread, and the bid at the low may not be the lowest.
  return {
    start,
    day,
    open,
    high: Math.max(open, close, price(bar.high)),
    low: Math.min(open, close, price(bar.low)),
    close,
  };
}

/** Bars of one kind of data within a range. */
export function seriesOf(
  model: PriceModel,
  instrument: Instrument,
  kind: HistoryKind,
  size: BarSize,
  range: BarRange,
): HistoryBar[] {
  if (isRate(kind)) return rateBars(model, instrument, kind, size, range);
  if (isYield(kind)) return yieldBars(model, instrument, kind, size, range);
  const bars = barsOf(model, instrument, size, range);
  const { rule, halfSpreadTicks } = instrument;
  const last = (raw: number): number => roundToTick(rule, raw);
  const bid = (raw: number): number => moveByTicks(rule, last(raw), -halfSpreadTicks);
  const ask = (raw: number): number => moveByTicks(rule, last(raw), halfSpreadTicks);
  const middle = (raw: number): number => midpointOf({ bid: bid(raw), ask: ask(raw) });
  switch (kind) {
    case 'MIDPOINT':
      return bars.map((bar) => ({ ...pricesOf(bar, middle), ...none }));
    case 'BID':
      return bars.map((bar) => ({ ...pricesOf(bar, bid), ...none }));
    case 'ASK':
      return bars.map((bar) => ({ ...pricesOf(bar, ask), ...none }));
    case 'BID_ASK':
      // By definition: average bid, highest ask, lowest bid, average ask.
      return bars.map((bar) => ({
        ...pricesOf(bar, last),
        open: bid(bar.open),
        high: pricesOf(bar, ask).high,
        low: pricesOf(bar, bid).low,
        close: ask(bar.close),
        ...none,
      }));
    default:
      return bars.map((bar) => ({
        ...pricesOf(bar, last),
        volume: bar.volume,
        wap: Math.round(Math.min(last(bar.high), Math.max(last(bar.low), bar.wap)) * 1e6) / 1e6,
        count: bar.trades,
      }));
  }
}

/** The process behind a rate that is not a price: a volatility as a fraction, or a borrow fee in percent. */
function rateProcess({ process }: Instrument, kind: RateKind, implied: Process): Process {
  switch (kind) {
    case 'OPTION_IMPLIED_VOLATILITY':
      return implied;
    case 'HISTORICAL_VOLATILITY':
      return { ...implied, path: `${implied.path}.HV`, volatility: 0.3 };
    case 'FEE_RATE':
      return { ...implied, path: `${process.path}.FEE`, base: Math.max(0.25, process.volatility ** 3 * 10), beta: 0 };
  }
}

function rateBars(
  model: PriceModel,
  instrument: Instrument,
  kind: RateKind,
  size: BarSize,
  range: BarRange,
): HistoryBar[] {
  const process = rateProcess(instrument, kind, volatilityProcess(instrument));
  const round = (raw: number): number => Math.round(raw * rateDigits) / rateDigits;
  return barsOf(model, { ...instrument, process }, size, range).map((bar) => ({
    start: bar.start,
    day: bar.day,
    open: round(bar.open),
    high: round(bar.high),
    low: round(bar.low),
    close: round(bar.close),
    ...none,
  }));
}

const pricesBehind = {
  YIELD_BID: 'BID',
  YIELD_ASK: 'ASK',
  YIELD_BID_ASK: 'BID_ASK',
  YIELD_LAST: 'TRADES',
} as const satisfies Record<YieldKind, HistoryKind>;

/** Yields in percent. Where the price is highest, the yield is lowest. */
function yieldBars(
  model: PriceModel,
  instrument: Instrument,
  kind: YieldKind,
  size: BarSize,
  range: BarRange,
): HistoryBar[] {
  return seriesOf(model, instrument, pricesBehind[kind], size, range).map(({ start, day, ...bar }) => {
    const percent = (price: number): number => yieldPercent(instrument, price, dayNumber(day));
    const [open, high, low, close] = [bar.open, bar.low, bar.high, bar.close].map(percent) as [
      number,
      number,
      number,
      number,
    ];
    return { start, day, open, high, low, close, ...none };
  });
}
