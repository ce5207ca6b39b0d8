import { type Bar, barsOf } from './bars.ts';
import { borrowOf, shortabilityOf } from './borrow.ts';
import { dividendSummary, dividendsPaid } from './dividends.ts';
import type { Instrument } from './instruments.ts';
import { hashText, unit } from './noise.ts';
import { volatilityProcess } from './option-pricing.ts';
import type { PriceModel } from './prices.ts';
import type { Quote } from './quotes.ts';
import { roundToTick } from './rules.ts';
import { dayMs } from './zone.ts';

/** One value of a market data line, before it becomes a message. */
export type Tick =
  | { kind: 'price'; type: number; value: number; size?: number; attributes?: number }
  | { kind: 'size' | 'generic'; type: number; value: number }
  | { kind: 'string'; type: number; value: string };

interface Subject {
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly quote: Quote;
  readonly instant: number;
}

const tradingDaysPerYear = 252;
const regularMinutesPerDay = 390;

function dailyBars({ model, instrument, instant }: Subject, days: number): Bar[] {
  // Whole days only, so that the answer does not change with every tick.
  const to = Math.floor(instant / dayMs) * dayMs;
  return barsOf(model, instrument, { unit: 'day', count: 1 }, { from: to - days * dayMs, to, regularOnly: true });
}

function* extremes(subject: Subject): Generator<Tick> {
  const year = dailyBars(subject, 364);
  const { rule } = subject.instrument;
  for (const [weeks, lowType, highType] of [
    [13, 15, 16],
    [26, 17, 18],
    [52, 19, 20],
  ] as const) {
    const bars = year.filter(({ start }) => start >= subject.instant - weeks * 7 * dayMs);
    yield { kind: 'price', type: lowType, value: roundToTick(rule, Math.min(...bars.map(({ low }) => low))) };
    yield { kind: 'price', type: highType, value: roundToTick(rule, Math.max(...bars.map(({ high }) => high))) };
  }
  const recent = year.slice(-63);
  const volume = recent.reduce((sum, bar) => sum + bar.volume, 0) / Math.max(1, recent.length);
  yield { kind: 'size', type: 21, value: Math.round(volume) };
}

/** Annualized standard deviation of the last thirty daily returns. */
function historicalVolatility(subject: Subject): number {
  const closes = dailyBars(subject, 45).map(({ close }) => close);
  const returns = closes.slice(1).map((close, index) => Math.log(close / (closes[index] as number)));
  const variance = returns.reduce((sum, value) => sum + value * value, 0) / Math.max(1, returns.length);
  return Math.sqrt(variance * tradingDaysPerYear);
}

/** A plausible whole number that stays the same for a day. */
function daily({ instrument, instant }: Subject, name: string, scale: number): number {
  return Math.round(scale * (0.5 + unit(hashText(`${instrument.localSymbol} ${name}`), Math.floor(instant / dayMs))));
}

const price = (type: number, value: number): Tick => ({ kind: 'price', type, value });
const size = (type: number, value: number): Tick => ({ kind: 'size', type, value });
const generic = (type: number, value: number): Tick => ({ kind: 'generic', type, value });
const text = (type: number, value: string): Tick => ({ kind: 'string', type, value });

/** `price;size;time;volume;average;single` with the time in milliseconds. */
const timeAndSales = ({ last, lastSize, lastTime, volume, wap }: Quote): string =>
  `${last};${lastSize};${lastTime * 1000};${volume};${wap.toFixed(4)};true`;

/** The ticks a generic tick id stands for. */
const genericTicks: Readonly<Record<string, (subject: Subject) => Iterable<Tick>>> = {
  100: (subject) => [size(29, daily(subject, 'call volume', 4e5)), size(30, daily(subject, 'put volume', 3e5))],
  101: (subject) => [size(27, daily(subject, 'call interest', 2e6)), size(28, daily(subject, 'put interest', 16e5))],
  104: (subject) => [generic(23, historicalVolatility(subject))],
  105: (subject) => [size(87, daily(subject, 'average option volume', 7e5))],
  106: ({ model, instrument, instant }) => [
    generic(24, model.levelOf(volatilityProcess(instrument), model.schedule(instrument).latest(instant).day)),
  ],
  165: extremes,
  221: ({ quote }) => [price(37, quote.last)],
  225: ({ quote }) => [size(34, 0), price(35, quote.last), size(36, 0)],
  232: ({ quote }) => [price(37, quote.last)],
  233: (subject) => (subject.quote.volume > 0 ? [text(48, timeAndSales(subject.quote))] : []),
  236: shortable,
  258: ratios,
  292: () => [],
  293: ({ quote }) => [generic(54, quote.trades)],
  294: ({ quote }) => [generic(55, Math.round(quote.trades / regularMinutesPerDay))],
  295: ({ quote }) => [generic(56, Math.round(quote.volume / regularMinutesPerDay))],
  318: ({ quote }) => [price(57, quote.last)],
  375: (subject) => (subject.quote.volume > 0 ? [text(77, timeAndSales(subject.quote))] : []),
  411: (subject) => [generic(58, historicalVolatility(subject))],
  456: dividends,
  588: (subject) =>
    subject.instrument.secType.endsWith('FUT') ? [size(86, daily(subject, 'open interest', 2e6))] : [],
};

/** Fundamental ratios as `KEY=value;…`, those that the market itself gives and two of a company’s. Newer gateways have none any more. */
function ratios(subject: Subject): Tick[] {
  const { instrument, quote, model, instant } = subject;
  if (instrument.secType !== 'STK') return [];
  const year = dailyBars(subject, 364);
  const { conId } = instrument;
  // Invented, but of one company: what it earns and its shares stay while its price moves.
  const earned = (year[0]?.open ?? quote.last) / (12 + (conId % 24));
  const millionShares = 500 + (conId % 4_000);
  const paid = dividendsPaid(instrument, model.schedule(instrument).zone.day(instant));
  const values = {
    NPRICE: quote.last,
    NHIG: Math.max(...year.map(({ high }) => high)),
    NLOW: Math.min(...year.map(({ low }) => low)),
    BETA: instrument.process.beta,
    TTMDIVSHR: paid,
    YIELD: (100 * paid) / quote.last,
    PEEXCLXOR: quote.last / earned,
    MKTCAP: quote.last * millionShares,
  };
  const pairs = Object.entries(values).map(([key, value]) => `${key}=${value.toFixed(5)}`);
  return [text(47, pairs.join(';'))];
}

function shortable({ model, instrument, instant }: Subject): Tick[] {
  const borrow = borrowOf(model, instrument, instant);
  return instrument.secType === 'STK' ? [generic(46, shortabilityOf(borrow)), size(89, borrow.shares)] : [];
}

function dividends({ model, instrument, instant }: Subject): Tick[] {
  const summary = dividendSummary(instrument, model.schedule(instrument).zone.day(instant));
  return summary === undefined ? [] : [text(59, summary)];
}

/** Generic ticks made of daily bars, which change once a day and are dear to compute. */
const dailyTickIds = new Set(['104', '165', '258', '411']);

export function changesDaily(id: string): boolean {
  return dailyTickIds.has(id);
}

/** Every generic tick id that can be asked for. */
export const genericTickIds: readonly string[] = Object.keys(genericTicks);

export function isGenericTick(id: string): boolean {
  return id in genericTicks;
}

export function* genericTicksFor(ids: readonly string[], subject: Subject): Generator<Tick> {
  for (const id of ids) yield* genericTicks[id]?.(subject) ?? [];
}
