import type { z } from 'zod';
import { parseExpiry } from '../../shared/contracts/index.ts';
import { ToolError } from '../../shared/errors.ts';
import { getOptionChain } from '../../shared/tools/get_option_chain.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { priceUnitNote } from '../gateway/contracts/price-unit.ts';
import type { OptionClass } from '../gateway/options/options.ts';
import { withinDeltas } from './support/option-deltas.ts';
import { endOf, isAmerican, settlementOf } from './support/option-end.ts';
import { OptionQuotes } from './support/option-quotes.ts';
import { type OptionSeries, seriesExpiring } from './support/option-series.ts';
import {
  type ChainPage,
  type ChainView,
  makeChainCursor,
  nearestFirst,
  readChainCursor,
  spanOf,
  withinSpan,
} from './support/option-view.ts';
import { optional } from './support/optional.ts';
import {
  aroundTheMoney,
  classesNamed,
  isoDate,
  notesOf,
  resolveUnderlying,
  rounded,
  shownUnderlying,
  strikeOf,
  timeOfQuotes,
  type Underlying,
} from './support/options.ts';
import type { Quote } from './support/quote.ts';
import { assertRange } from './support/range.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof getOptionChain.input>;

/** Series that one call looks into: expiries, of each class that has them. */
const maxExpiries = 8;
/** Options that one call reads to find deltas: it looks into no further series when those would take more. */
const maxProbed = 100;
/** Strikes on each side of the money, where neither strikes nor deltas are asked for. */
const usualStrikes = 10;
const quoteColumns = ['bid', 'ask', 'last', 'volume', 'openInterest', 'iv', 'delta', 'gamma', 'theta', 'vega'] as const;

export const getOptionChainExecutor = executorOf(getOptionChain, async (args, context) => {
  assertRange('strike', args.min_strike, args.max_strike);
  assertRange('delta', args.min_delta, args.max_delta);
  const underlying = await resolveUnderlying(args.contract, context);
  const { instrument } = underlying;
  const all = await context.gateway.options.classes(instrument, context.signal);
  const classes = classesNamed(all, args.trading_class);
  const head = {
    underlying: shownUnderlying(underlying),
    asOf: timeOfQuotes([underlying.quote], context.gateway.serverTime()),
  };
  const series = args.expiry === undefined ? [] : seriesOf(classes, args.expiry);
  const question = questionOf(args, series);
  const later = readChainCursor(question, args.cursor);
  if (args.expiry === undefined) return { ...head, classes: classes.map(outlineOf), ...overviewNote(args) };
  const page = later ?? (await firstPage(underlying, context));
  const { next, ...chain } = await chainOf(underlying, series, page, args, context);
  return { ...head, ...chain, ...(next && { next: makeChainCursor(question, next.view, next.offset) }) };
});

/** What a cursor belongs to: the same filters of the same series. */
function questionOf(
  { cursor: _cursor, limit: _limit, ...filters }: Arguments,
  series: readonly OptionSeries[],
): object {
  return { ...filters, series: series.map(({ optionClass, expiry }) => `${optionClass.tradingClass} ${expiry}`) };
}

const outlineOf = ({ tradingClass, exchange, multiplier, expiries, strikes }: OptionClass) => ({
  tradingClass,
  exchange,
  multiplier,
  expiries: expiries.map(isoDate),
  strikes: strikes.length,
});

function overviewNote({ quotes, ...args }: Arguments): { note?: string } {
  const ofRows = ['right', 'strikes', 'min_strike', 'max_strike', 'min_delta', 'max_delta'] as const;
  const wantsRows = quotes || ofRows.some((name) => args[name] !== undefined);
  return wantsRows ? { note: 'Name an expiry to see options.' } : {};
}

/** The series that a date or month means, soonest first. @throws ToolError `invalid_arguments` with the nearest there are */
function seriesOf(classes: readonly OptionClass[], text: string): OptionSeries[] {
  const series = seriesExpiring(classes, text);
  if (series.length > 0) return series.sort((a, b) => (a.expiry < b.expiry ? -1 : 1));
  const wanted = parseExpiry(text.toUpperCase());
  const known = [...new Set(classes.flatMap(({ expiries }) => expiries))].sort();
  const near = wanted === undefined ? known.slice(0, 6) : nearest(known, wanted);
  throw new ToolError({
    code: 'invalid_arguments',
    message: wanted === undefined ? `“${text}” is not an expiry.` : `No options expire on ${text}.`,
    nextStep: `Use one of: ${near.map(isoDate).join(', ')}; leave expiry out to see them all.`,
  });
}

function nearest(days: readonly string[], wanted: string): string[] {
  const distance = (day: string): number => Math.abs(Number(day) - Number(wanted.padEnd(8, '0')));
  return days
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, 6)
    .sort();
}

type Sides = readonly (readonly Instrument[])[];

async function chainOf(
  underlying: Underlying,
  series: readonly OptionSeries[],
  { view, offset, note, reason }: Page,
  args: Arguments,
  context: ToolContext,
) {
  const byDelta = isByDelta(args);
  const quotes = new OptionQuotes(context);
  const found = await listedIn(underlying, series.slice(view.from, view.from + maxExpiries), context);
  const spans = view.spans ?? (byDelta ? await spansOf(found, view.price, args, quotes) : undefined);
  const listed = spans ? found.slice(0, spans.length / rightsOf(args).length) : found;
  const windows = sidesOf(listed, args).map((side) => windowed(side, view.price, args));
  const sides = spans ? windows.map((side, index) => withinSpan(side, spans[index])) : windows;
  const total = sides.flat().length;
  const shown = new Set(nearestFirst(sides, view.price).slice(offset, offset + args.limit));
  const options = listed.flat().filter((option) => shown.has(option));
  if (args.quotes || byDelta) await quotes.read(options);
  const end = offset + options.length;
  const later = view.from + listed.length;
  return omitUndefined({
    ...tableOf(options.filter(hasDeltaWithin(args, quotes)), args.quotes || byDelta ? quotes : undefined),
    currency: options[0]?.currency || undefined,
    asOf: timeOfQuotes(
      args.quotes || byDelta ? options.map((option) => quotes.of(option)) : [underlying.quote],
      context.gateway.serverTime(),
    ),
    total,
    next: end < total ? { view: { ...view, spans }, offset: end } : pageFrom(later, series, view),
    note: notesOf([
      partNote(series, view.from, later),
      note,
      total === 0 ? emptyNote(windows, listed, args) : undefined,
      // Most often both lack for the same reason.
      quotes.noteOf(total === 0 ? windows.flat() : options) ?? reason,
      priceUnitNote(options[0] ?? underlying.instrument),
      stylesOf(series.slice(view.from, later), listed, underlying.instrument, context.gateway.serverTime()),
    ]),
  });
}

/** How the options of each class are exercised and settled, and which of the series have ended. */
function stylesOf(
  series: readonly OptionSeries[],
  listed: readonly (readonly Instrument[])[],
  underlying: Instrument,
  now: number,
): string | undefined {
  const told = series.flatMap(({ optionClass, expiry }, index) => {
    const [option] = listed[index] ?? [];
    if (!option) return [];
    const end = endOf(expiry, underlying, option);
    const exercise = isAmerican(underlying, optionClass.tradingClass) ? 'American' : 'European';
    const style = `${optionClass.tradingClass}: ${exercise} exercise, settled ${settlementOf(end, underlying)}.`;
    return end.at > now ? [style] : [style, `Its series of ${isoDate(expiry)} has ended.`];
  });
  return told.length > 0 ? [...new Set(told)].join(' ') : undefined;
}

function listedIn({ instrument }: Underlying, series: readonly OptionSeries[], { gateway, signal }: ToolContext) {
  return Promise.all(
    series.map(({ optionClass, expiry }) => gateway.options.listed(instrument, optionClass, expiry, signal)),
  );
}

/** The page of the series that were not looked into; undefined when there are none. */
function pageFrom(later: number, series: readonly OptionSeries[], { price }: ChainView): ChainPage | undefined {
  return later < series.length ? { view: { from: later, price }, offset: 0 } : undefined;
}

function partNote(series: readonly OptionSeries[], from: number, to: number): string | undefined {
  if (to - from === series.length) return undefined;
  const days = series.slice(from, to).map(({ expiry }) => isoDate(expiry));
  return `These are of ${days[0]} to ${days.at(-1)}: series ${from + 1} to ${to} of ${series.length}.`;
}

interface Page extends ChainPage {
  /** What stands for the money, where that is not known. */
  readonly note?: string;
  /** Why the gateway does not tell what the underlying is worth. */
  readonly reason?: string | undefined;
}

/** It lies around the price of the underlying, else around its last daily close. */
async function firstPage({ instrument, price, refusal }: Underlying, context: ToolContext): Promise<Page> {
  if (price !== undefined) return { view: { from: 0, price }, offset: 0 };
  const { gateway } = context;
  const daily = { contract: instrument.contract, barSize: '1 day', data: 'TRADES', regularHoursOnly: true } as const;
  const read = (signal: AbortSignal) =>
    gateway.history.fetch(
      daily,
      { to: gateway.serverTime(), duration: '5 D' },
      { latest: false, until: context.deadline, onWait: () => undefined },
      signal,
    );
  const close = (await optional('last close of the underlying', read, context))?.at(-1)?.close;
  const instead = close === undefined ? 'the middle of the strikes' : `its last daily close, ${close},`;
  const note = `The underlying has no price now, so ${instead} stands for the money.`;
  return { view: { from: 0, price: close }, offset: 0, note, reason: notesOf([refusal?.message, refusal?.nextStep]) };
}

/** The options of each expiry and right, lowest strike first. */
function sidesOf(listed: Sides, args: Arguments): Sides {
  return listed.flatMap((options) =>
    rightsOf(args).map((each) => options.filter(({ details }) => String(details.contract.right) === each)),
  );
}

function rightsOf({ right }: Arguments): readonly string[] {
  return right === undefined ? ['C', 'P'] : [right];
}

/** The options within the strikes that are asked for, or around the money where none are and no deltas either. */
function windowed(side: readonly Instrument[], price: number | undefined, args: Arguments): readonly Instrument[] {
  const { min_strike: min, max_strike: max = Number.POSITIVE_INFINITY, strikes } = args;
  const bounded = side.filter((option) => strikeOf(option) >= (min ?? 0) && strikeOf(option) <= max);
  const isBounded = min !== undefined || args.max_strike !== undefined;
  if (strikes === undefined && (isBounded || isByDelta(args))) return bounded;
  const near = aroundTheMoney([...new Set(bounded.map(strikeOf))], price, strikes ?? usualStrikes);
  return bounded.filter((option) => near.has(strikeOf(option)));
}

function isByDelta({ min_delta, max_delta }: Arguments): boolean {
  return min_delta !== undefined || max_delta !== undefined;
}

/** The strikes whose deltas fit, of each side of the first series: of so many as `maxProbed` allows, of one at least. */
async function spansOf(listed: Sides, price: number | undefined, args: Arguments, quotes: OptionQuotes) {
  const range = { min: args.min_delta, max: args.max_delta };
  const spans: ReturnType<typeof spanOf>[] = [];
  for (const [done, options] of listed.entries()) {
    if (done > 0 && quotes.size * (1 + 1 / done) > maxProbed) break;
    const windows = sidesOf([options], args).map((side) => windowed(side, price, args));
    spans.push(...(await withinDeltas(windows, range, quotes)).map(spanOf));
  }
  return spans;
}

/** Deltas between the first and the last that fit may have moved since those were read. */
function hasDeltaWithin({ min_delta: min = 0, max_delta: max = 1 }: Arguments, quotes: OptionQuotes) {
  return (option: Instrument): boolean => {
    const delta = quotes.delta(option);
    return delta === undefined || (delta >= min && delta <= max);
  };
}

function emptyNote(windows: Sides, listed: Sides, args: Arguments): string {
  const all = listed.flat().length;
  if (all === 0) return 'IB lists no options of this expiry here.';
  const asked = windows.flat().length;
  if (!isByDelta(args) || asked === 0) return `None of the ${all} options listed lies within these strikes.`;
  const further = args.strikes === undefined ? '' : ' Leave strikes out to look further.';
  return `None of ${asked} options is known to have such a delta.${further}`;
}

/** Rows with quotes where those were read; how fresh each is, where they differ. */
function tableOf(options: readonly Instrument[], quotes: OptionQuotes | undefined) {
  const types = new Set(options.flatMap((option) => quotes?.of(option)?.dataType ?? []));
  const mixed = types.size > 1;
  return {
    columns: ['contract', 'conId', 'right', 'strike', ...(quotes ? quoteColumns : []), ...(mixed ? ['dataType'] : [])],
    rows: options.map((option) => [
      ...identityOf(option),
      ...(quotes ? cellsOf(quotes.of(option)) : []),
      ...(mixed ? [quotes?.of(option)?.dataType ?? ''] : []),
    ]),
    dataType: types.size > 0 ? [...types].join(', ') : undefined,
  };
}

function identityOf(option: Instrument): (string | number)[] {
  return [option.name, option.conId, String(option.details.contract.right ?? ''), strikeOf(option)];
}

function cellsOf(quote: Quote | undefined): (string | number)[] {
  const { bid, ask, last, volume, openInterest, greeks } = quote ?? {};
  const plain = [bid, ask, last, volume, openInterest].map((value) => value ?? '');
  return [...plain, ...[greeks?.iv, greeks?.delta, greeks?.gamma, greeks?.theta, greeks?.vega].map(rounded)];
}
