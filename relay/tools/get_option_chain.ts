import type { z } from 'zod';
import { parseExpiry } from '../../shared/contracts/index.ts';
import { ToolError } from '../../shared/errors.ts';
import { getOptionChain } from '../../shared/tools/get_option_chain.ts';
import type { Instrument } from '../gateway/contracts.ts';
import type { OptionClass } from '../gateway/options.ts';
import {
  aroundTheMoney,
  classesNamed,
  isoDate,
  quoteOptions,
  resolveUnderlying,
  rounded,
  type Underlying,
} from './options.ts';
import type { Quote } from './quote.ts';
import { assertRange } from './range.ts';
import { executorOf, type ToolContext } from './tool.ts';

type Arguments = z.output<typeof getOptionChain.input>;

/** Expiries that one call looks into. */
const maxExpiries = 8;
const quoteColumns = ['bid', 'ask', 'last', 'volume', 'openInterest', 'iv', 'delta', 'gamma', 'theta', 'vega'] as const;

export const getOptionChainExecutor = executorOf(getOptionChain, async (args, context) => {
  assertRange('strike', args.min_strike, args.max_strike);
  assertRange('delta', args.min_delta, args.max_delta);
  const underlying = await resolveUnderlying(args.contract, context);
  const { instrument, price } = underlying;
  const all = await context.gateway.options.classes(instrument, context.signal);
  const classes = classesNamed(all, args.trading_class);
  const head = {
    underlying: { conId: instrument.conId, contract: instrument.name, ...(price === undefined ? {} : { price }) },
    asOf: new Date(context.gateway.serverTime()).toISOString(),
  };
  if (args.expiry === undefined) return { ...head, classes: classes.map(outlineOf), ...overviewNote(args) };
  return { ...head, ...(await chainOf(underlying, seriesOf(classes, args.expiry), args, context)) };
});

const outlineOf = ({ tradingClass, exchange, multiplier, expiries, strikes }: OptionClass) => ({
  tradingClass,
  exchange,
  multiplier,
  expiries: expiries.map(isoDate),
  strikes: strikes.length,
});

function overviewNote({ quotes, right, min_delta, max_delta }: Arguments): { note?: string } {
  const wantsRows = quotes || right !== undefined || min_delta !== undefined || max_delta !== undefined;
  return wantsRows ? { note: 'Name an expiry to see options.' } : {};
}

interface Series {
  readonly optionClass: OptionClass;
  /** `YYYYMMDD`. */
  readonly expiry: string;
}

/** The expiries that a date or month means. @throws ToolError `invalid_arguments` with the nearest ones that exist */
function seriesOf(classes: readonly OptionClass[], text: string): Series[] {
  const wanted = parseExpiry(text.toUpperCase());
  const series = classes.flatMap((optionClass) =>
    optionClass.expiries
      .filter((expiry) => wanted !== undefined && expiry.startsWith(wanted))
      .map((expiry) => ({ optionClass, expiry })),
  );
  if (series.length > 0) return series.sort((a, b) => (a.expiry < b.expiry ? -1 : 1));
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

async function chainOf(underlying: Underlying, series: readonly Series[], args: Arguments, context: ToolContext) {
  const looked = series.slice(0, maxExpiries);
  const listed = await Promise.all(
    looked.map(({ optionClass, expiry }) =>
      context.gateway.options.listed(underlying.instrument, optionClass, expiry, context.signal),
    ),
  );
  const byDelta = args.min_delta !== undefined || args.max_delta !== undefined;
  const candidates = listed.flatMap((options) => windowed(options, underlying.price, args));
  const asked = byDelta ? nearMoney(candidates, underlying.price) : candidates.slice(0, args.limit);
  const quotes = args.quotes || byDelta ? await quoteOptions(asked, context) : undefined;
  const kept = asked
    .map((option, index) => ({ option, quote: quotes?.[index] }))
    .filter(({ quote }) => !byDelta || hasDelta(quote, args));
  const rows = kept.slice(0, args.limit);
  const notes = [
    ...(series.length > looked.length ? [`Only the first ${maxExpiries} of ${series.length} expiries were read.`] : []),
    ...(underlying.price === undefined
      ? [...refusalOf(underlying), 'The underlying has no price now, so the window is the middle of the strikes.']
      : []),
    ...(byDelta && candidates.length > asked.length
      ? [`Delta was read for the ${asked.length} options nearest the money.`]
      : []),
  ];
  const types = new Set(rows.flatMap(({ quote }) => (quote ? [quote.dataType] : [])));
  return {
    columns: ['contract', 'conId', 'right', 'strike', ...(quotes ? quoteColumns : [])],
    rows: rows.map(({ option, quote }) => [...identityOf(option), ...(quotes ? cellsOf(quote) : [])]),
    total: byDelta ? kept.length : candidates.length,
    ...(types.size === 1 ? { dataType: [...types].join() } : {}),
    ...(notes.length > 0 ? { note: notes.join(' ') } : {}),
  };
}

/** What to know about quotes that are missing because the login may not see them. */
function refusalOf({ refusal }: Underlying): string[] {
  return refusal ? [refusal.message, ...(refusal.nextStep ? [refusal.nextStep] : [])] : [];
}

function windowed(options: readonly Instrument[], price: number | undefined, args: Arguments): Instrument[] {
  const bounded = args.min_strike !== undefined || args.max_strike !== undefined;
  const sided = options.filter(
    ({ details }) => args.right === undefined || String(details.contract.right) === args.right,
  );
  const strikes = [...new Set(sided.map(strikeOf))];
  // Bounds that are given take the place of the window around the money.
  const near = bounded ? new Set(strikes) : aroundTheMoney(strikes, price, args.strikes);
  return sided.filter((option) => {
    const strike = strikeOf(option);
    return (
      near.has(strike) && strike >= (args.min_strike ?? 0) && strike <= (args.max_strike ?? Number.POSITIVE_INFINITY)
    );
  });
}

const strikeOf = ({ details }: Instrument): number => details.contract.strike ?? 0;

const mostQuotes = 100;

/** The hundred options nearest the money, in their order. */
function nearMoney(options: readonly Instrument[], price: number | undefined): Instrument[] {
  if (options.length <= mostQuotes) return [...options];
  const centre = price ?? strikeOf(options[Math.floor(options.length / 2)] as Instrument);
  const near = new Set(
    options.toSorted((a, b) => Math.abs(strikeOf(a) - centre) - Math.abs(strikeOf(b) - centre)).slice(0, mostQuotes),
  );
  return options.filter((option) => near.has(option));
}

function hasDelta(quote: Quote | undefined, { min_delta: min = 0, max_delta: max = 1 }: Arguments): boolean {
  const delta = quote?.greeks?.delta;
  return delta !== undefined && Math.abs(delta) >= min && Math.abs(delta) <= max;
}

function identityOf(option: Instrument): (string | number)[] {
  return [option.name, option.conId, String(option.details.contract.right ?? ''), strikeOf(option)];
}

function cellsOf(quote: Quote | undefined): (string | number)[] {
  const { bid, ask, last, volume, openInterest, greeks } = quote ?? {};
  const plain = [bid, ask, last, volume, openInterest].map((value) => value ?? '');
  return [...plain, ...[greeks?.iv, greeks?.delta, greeks?.gamma, greeks?.theta, greeks?.vega].map(rounded)];
}
