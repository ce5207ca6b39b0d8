import { barsOf, minutesBefore } from './bars.ts';
import type { TradingDay } from './calendar.ts';
import type { Instrument } from './instruments.ts';
import { hashText, mix, unit } from './noise.ts';
import { minuteMs, type PriceModel } from './prices.ts';
import { moveByTicks, roundToTick } from './rules.ts';
import { dayNumber } from './zone.ts';

/** What a quote line shows at an instant. Prices are on the instrument's ticks; sizes are units of the instrument, fractions for cryptocurrencies. */
export interface Quote {
  readonly open: boolean;
  /** Bid and ask are missing for indices. */
  readonly bid?: number;
  readonly ask?: number;
  readonly bidSize: number;
  readonly askSize: number;
  readonly last: number;
  readonly lastSize: number;
  /** When the last trade took place, epoch seconds. */
  readonly lastTime: number;
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly trades: number;
  readonly wap: number;
  readonly dayOpen: number;
  /** See `previousCloseAt`. */
  readonly close: number;
}

/** The trading day an instant belongs to and the last instant at which the market was open. */
export interface TradingSession {
  readonly tradingDay: TradingDay;
  readonly open: boolean;
  /** The end of what has been traded so far, exclusive, epoch milliseconds. */
  readonly until: number;
}

/** Where trading stands at an instant. */
export function sessionAt(model: PriceModel, instrument: Instrument, instant: number): TradingSession {
  const tradingDay = model.schedule(instrument).latest(instant);
  const begun = tradingDay.segments.filter(({ start }) => start <= instant);
  const end = begun.at(-1)?.end ?? instant;
  return { tradingDay, open: instant < end, until: Math.min(instant + 1, end) };
}

/** The end of an instrument's last session, epoch milliseconds: nothing of it is traded from then on. */
export function tradedUntil(model: PriceModel, instrument: Instrument): number {
  const { expiry, lastTradeDay, schedule, underlying } = instrument;
  const last = lastTradeDay ?? expiry;
  if (last === undefined) return Number.POSITIVE_INFINITY;
  // On their last day options on an index stop with it, not a quarter of an hour later; those settled in the morning do not.
  const stops = schedule === 'indexOptions' && underlying && lastTradeDay === undefined ? underlying : instrument;
  const { segments } = model.schedule(stops).previous(dayNumber(last));
  return segments.at(-1)?.end ?? Number.POSITIVE_INFINITY;
}

/** The unrounded last price at an instant, and the second it is from. */
export function lastPriceAt(
  model: PriceModel,
  instrument: Instrument,
  instant: number,
): { readonly price: number; readonly session: TradingSession; readonly volume: number } {
  const session = sessionAt(model, instrument, instant);
  const traded = model.day(instrument, session.tradingDay);
  const block = traded.blocks.findLast(({ segments }) => (segments[0]?.start ?? 0) < session.until);
  if (!block)
    throw new RangeError(`${instrument.localSymbol} has no trading before ${new Date(instant).toISOString()}`);
  const minutes = model.minutes(instrument, traded, block);
  const lastMoment = session.until - 1;
  const index = minutesBefore(minutes, lastMoment + 1) - 1;
  const second = Math.min(59, Math.floor((lastMoment - (minutes.starts[index] ?? 0)) / 1000));
  const seconds = minutes.seconds(index);
  return { price: seconds.close[second] as number, volume: seconds.volume[second] as number, session };
}

/** The last price on the instrument's ticks. */
export function markAt(model: PriceModel, instrument: Instrument, instant: number): number {
  return roundToTick(instrument.rule, lastPriceAt(model, instrument, instant).price);
}

/**
 * The regular close before the trading day that quotes are of: the last one that has begun, and from midnight on the day
 * that begins, so that all of a weekend still counts from the close before its Friday
 * (https://github.com/erdewit/ib_insync/issues/471, https://github.com/erdewit/ib_insync/issues/321).
 */
export function previousCloseAt(model: PriceModel, instrument: Instrument, instant: number): number {
  const schedule = model.schedule(instrument);
  const { tradingDay } = sessionAt(model, instrument, instant);
  const day = Math.max(tradingDay.day, schedule.previous(schedule.zone.day(instant)).day);
  return roundToTick(instrument.rule, model.closeOf(instrument, schedule.previous(day - 1).day));
}

/** Removes the binary dust that multiplying by a decimal lot leaves. */
const wholeSize = (size: number): number => Math.round(size * 1e8) / 1e8;

/** Of an option settled in the morning, what it showed when its trading ended the day before; nobody quotes it any more. */
export function quoteAt(model: PriceModel, instrument: Instrument, instant: number): Quote {
  const end = tradedUntil(model, instrument);
  const ended = instrument.lastTradeDay !== undefined && instant >= end;
  const { price, volume, session } = lastPriceAt(model, instrument, ended ? end - 1 : instant);
  const { rule, halfSpreadTicks } = instrument;
  const last = roundToTick(rule, price);
  const start = session.tradingDay.segments[0]?.start ?? 0;
  const range = { from: start, to: session.until };
  const dayBars = (regularOnly: boolean) =>
    barsOf(model, instrument, { unit: 'day', count: 1 }, { ...range, regularOnly }).at(-1);
  const day = dayBars(false);
  const second = Math.floor((session.until - 1) / 1000);
  const key = mix(hashText(instrument.localSymbol), second);
  const lot = instrument.quotedSize ?? instrument.suggestedSizeIncrement;
  const sized = (index: number): number => wholeSize(lot * (1 + Math.floor(12 * unit(key, index))));
  const isIndex = instrument.secType === 'IND';
  return {
    open: session.open && !ended,
    ...(isIndex || ended
      ? {}
      : { bid: moveByTicks(rule, last, -halfSpreadTicks), ask: moveByTicks(rule, last, halfSpreadTicks) }),
    bidSize: isIndex || ended ? 0 : sized(0),
    askSize: isIndex || ended ? 0 : sized(1),
    last,
    lastSize: isIndex ? 0 : Math.max(Math.min(lot, 1), Math.min(volume, sized(2))),
    lastTime: second,
    high: roundToTick(rule, day?.high ?? price),
    low: roundToTick(rule, day?.low ?? price),
    volume: day?.volume ?? 0,
    trades: day?.trades ?? 0,
    wap: day?.wap ?? price,
    dayOpen: roundToTick(rule, dayBars(true)?.open ?? day?.open ?? price),
    close: previousCloseAt(model, instrument, instant),
  };
}

/** Data older than this is what delayed subscriptions show. */
export const delayMs = 15 * minuteMs;
