import { type Bar, type BarRange, type BarSize, barsOf } from '../market/bars.ts';
import type { Instrument } from '../market/instruments.ts';
import { volatilityProcess } from '../market/option-pricing.ts';
import type { PriceModel } from '../market/prices.ts';
import { moveByTicks, roundToTick } from '../market/rules.ts';

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
] as const;

export type HistoryKind = (typeof historyKinds)[number];

export function isHistoryKind(text: string): text is HistoryKind {
  return (historyKinds as readonly string[]).includes(text);
}

/** Whether this kind of data exists for an instrument: currencies have no trades, indices nothing else. */
export function isAvailable(kind: HistoryKind, { secType }: Instrument): boolean {
  switch (kind) {
    case 'TRADES':
      return secType !== 'CASH';
    case 'ADJUSTED_LAST':
      return secType === 'STK';
    case 'HISTORICAL_VOLATILITY':
    case 'OPTION_IMPLIED_VOLATILITY':
      return secType === 'STK' || secType === 'IND';
    default:
      return secType !== 'IND';
  }
}

const NONE = { volume: -1, wap: -1, count: -1 };
const VOLATILITY_DIGITS = 1e6;

/** Bars of one kind of data within a range. */
export function seriesOf(
  model: PriceModel,
  instrument: Instrument,
  kind: HistoryKind,
  size: BarSize,
  range: BarRange,
): HistoryBar[] {
  if (kind === 'HISTORICAL_VOLATILITY' || kind === 'OPTION_IMPLIED_VOLATILITY') {
    return volatilityBars(model, instrument, kind, size, range);
  }
  const bars = barsOf(model, instrument, size, range);
  const { rule, halfSpreadTicks } = instrument;
  const prices = (bar: Bar, price: (raw: number) => number) => ({
    start: bar.start,
    day: bar.day,
    open: price(bar.open),
    high: price(bar.high),
    low: price(bar.low),
    close: price(bar.close),
  });
  const last = (raw: number): number => roundToTick(rule, raw);
  const bid = (raw: number): number => moveByTicks(rule, last(raw), -halfSpreadTicks);
  const ask = (raw: number): number => moveByTicks(rule, last(raw), halfSpreadTicks);
  switch (kind) {
    case 'MIDPOINT':
      return bars.map((bar) => ({ ...prices(bar, last), ...NONE }));
    case 'BID':
      return bars.map((bar) => ({ ...prices(bar, bid), ...NONE }));
    case 'ASK':
      return bars.map((bar) => ({ ...prices(bar, ask), ...NONE }));
    case 'BID_ASK':
      // By definition: average bid, highest ask, lowest bid, average ask.
      return bars.map((bar) => ({
        ...prices(bar, last),
        open: bid(bar.open),
        high: ask(bar.high),
        low: bid(bar.low),
        close: ask(bar.close),
        ...NONE,
      }));
    default:
      return bars.map((bar) => ({
        ...prices(bar, last),
        volume: bar.volume,
        wap: Math.round(Math.min(last(bar.high), Math.max(last(bar.low), bar.wap)) * 1e6) / 1e6,
        count: bar.trades,
      }));
  }
}

function volatilityBars(
  model: PriceModel,
  instrument: Instrument,
  kind: HistoryKind,
  size: BarSize,
  range: BarRange,
): HistoryBar[] {
  const implied = volatilityProcess(instrument);
  const process =
    kind === 'OPTION_IMPLIED_VOLATILITY' ? implied : { ...implied, path: `${implied.path}.HV`, volatility: 0.3 };
  const round = (raw: number): number => Math.round(raw * VOLATILITY_DIGITS) / VOLATILITY_DIGITS;
  return barsOf(model, { ...instrument, process }, size, range).map((bar) => ({
    start: bar.start,
    day: bar.day,
    open: round(bar.open),
    high: round(bar.high),
    low: round(bar.low),
    close: round(bar.close),
    ...NONE,
  }));
}
