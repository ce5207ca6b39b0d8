import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { findOptionContract } from '../../shared/tools/find_option_contract.ts';
import { omitUndefined } from '../../shared/values.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { priceUnitNote } from '../gateway/contracts/price-unit.ts';
import type { OptionClass } from '../gateway/options/options.ts';
import { isoInZone } from '../gateway/time/time-zones.ts';
import { nearestDelta } from './support/option-deltas.ts';
import { endOf, isAmerican, type OptionEnd, settlementOf } from './support/option-end.ts';
import { OptionQuotes } from './support/option-quotes.ts';
import { allSeries, byStrikes, type OptionSeries, seriesExpiring, standardSeries } from './support/option-series.ts';
import {
  becauseOf,
  classesNamed,
  daysTo,
  isoDate,
  notesOf,
  resolveUnderlying,
  shownUnderlying,
  strikeOf,
  timeOfQuotes,
  type Underlying,
} from './support/options.ts';
import type { Quote } from './support/quote.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

type Arguments = z.output<typeof findOptionContract.input>;

const defaultDays = 30;

export const findOptionContractExecutor = executorOf(findOptionContract, async (args, context) => {
  if (args.strike !== undefined && args.delta !== undefined) throw excluded('strike', 'delta');
  if (args.expiry !== undefined && args.days !== undefined) throw excluded('expiry', 'days');
  const underlying = await resolveUnderlying(args.contract, context);
  const classes = classesNamed(
    await context.gateway.options.classes(underlying.instrument, context.signal),
    args.trading_class,
  );
  const now = context.gateway.serverTime();
  const { living, ended } = await withoutEnded(classes, underlying, context);
  const { series, note } = seriesOf(living, ended, underlying, args, now);
  const { optionClass, expiry } = series;
  const listed = (
    await context.gateway.options.listed(underlying.instrument, optionClass, expiry, context.signal)
  ).filter(({ details }) => String(details.contract.right) === args.right);
  if (listed.length === 0) throw noOptions(`of ${optionClass.tradingClass} for ${isoDate(expiry)}`);
  const quotes = new OptionQuotes(context);
  const option =
    args.delta === undefined
      ? nearestStrike(listed, args.strike, underlying)
      : await byDelta(listed, Math.abs(args.delta), underlying, quotes);
  await quotes.read([option]);
  const found = describe(option, quotes.of(option), series, underlying, now);
  return omitUndefined({
    ...found,
    note: notesOf([
      endedNote(ended, args, series),
      note,
      otherStrike(option, args.strike),
      quotes.noteOf([option]),
      priceUnitNote(option),
    ]),
  });
});

function otherStrike(option: Instrument, asked: number | undefined): string | undefined {
  const strike = strikeOf(option);
  return asked === undefined || strike === asked ? undefined : `No strike is ${asked}; ${strike} is the nearest.`;
}

function excluded(one: string, other: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `\`${one}\` and \`${other}\` exclude each other.`,
    nextStep: 'Give one of them.',
  });
}

function noOptions(what: string): ToolError {
  return new ToolError({
    code: 'contract_not_found',
    message: `There are no such options ${what}.`,
    nextStep: 'See the expiries and classes with get_option_chain.',
  });
}

/** The options of a class whose last day is today, and over. */
interface EndedSeries extends OptionSeries {
  readonly end: OptionEnd;
}

const classOf = ({ optionClass, expiry }: OptionSeries): OptionClass => ({ ...optionClass, expiries: [expiry] });

const endText = ({ optionClass: { tradingClass }, end }: EndedSeries): string =>
  `${tradingClass} ${end.settled === 'AM' ? 'was settled at the open,' : 'ended'} ${isoInZone(end.zone, end.at).slice(0, 16)}`;

/** The classes with the expiries that are not over, and those of today that are. */
async function withoutEnded(
  classes: readonly OptionClass[],
  { instrument }: Underlying,
  { gateway, signal }: ToolContext,
): Promise<{ living: readonly OptionClass[]; ended: readonly EndedSeries[] }> {
  const now = gateway.serverTime();
  const today = allSeries(classes).filter(({ expiry }) => daysTo(expiry, { instrument }, now) === 0);
  const ends = await Promise.all(
    today.map(async (series) => {
      const [first] = await gateway.options.listed(instrument, series.optionClass, series.expiry, signal);
      return { ...series, end: endOf(series.expiry, instrument, first) };
    }),
  );
  const ended = ends.filter(({ end }) => end.at <= now);
  const living = classes.map((optionClass) => ({
    ...optionClass,
    expiries: optionClass.expiries.filter(
      (expiry) => !ended.some((series) => series.optionClass === optionClass && series.expiry === expiry),
    ),
  }));
  return { living, ended };
}

/** Said where what is over would have been the answer. */
function endedNote(ended: readonly EndedSeries[], { days, expiry }: Arguments, chosen: OptionSeries) {
  const asked = expiry !== undefined || days === 0;
  return asked && ended.length > 0
    ? `${ended.map(endText).join(', ')}; this is ${chosen.optionClass.tradingClass}.`
    : undefined;
}

/** The expiry that was asked for, or the one nearest to the days; the note says what was taken instead of what. */
function seriesOf(
  classes: readonly OptionClass[],
  ended: readonly EndedSeries[],
  { instrument }: Underlying,
  args: Arguments,
  now: number,
): { readonly series: OptionSeries; readonly note?: string } {
  if (args.expiry !== undefined) {
    const standard = standardSeries(seriesExpiring(classes, args.expiry), instrument);
    if (!standard && ended.length > 0 && seriesExpiring(ended.map(classOf), args.expiry).length > 0) {
      throw noOptions(`expiring ${args.expiry} any more: ${ended.map(endText).join(', ')}`);
    }
    if (!standard) throw noOptions(`expiring ${args.expiry}`);
    return standard;
  }
  const days = ({ expiry }: OptionSeries): number => daysTo(expiry, { instrument }, now);
  const distance = (series: OptionSeries): number => Math.abs(days(series) - (args.days ?? defaultDays));
  const all = allSeries(classes);
  const [nearest] = all.toSorted((a, b) => distance(a) - distance(b) || byStrikes(a, b));
  const sameDay = all.filter(({ expiry }) => expiry === nearest?.expiry);
  const best = standardSeries(sameDay, instrument);
  if (!best) throw noOptions('that have not expired');
  if (args.days === undefined || days(best.series) === args.days) return best;
  const instead = `No options expire in exactly ${args.days} days; these are the nearest.`;
  return { ...best, note: [instead, best.note].filter(Boolean).join(' ') };
}

/** @throws ToolError when it has to be at the money and the gateway does not tell where that is */
function nearestStrike(listed: readonly Instrument[], asked: number | undefined, underlying: Underlying): Instrument {
  const strike = asked ?? underlying.price;
  if (strike === undefined) {
    throw becauseOf(underlying.refusal, {
      code: 'no_data',
      message: 'The underlying has no price now, so there is no “at the money”.',
      nextStep: 'Give a strike.',
    });
  }
  const distance = (option: Instrument): number => Math.abs(strikeOf(option) - strike);
  return listed.reduce((nearest, option) => (distance(option) < distance(nearest) ? option : nearest));
}

/** @throws ToolError when IB tells no deltas */
async function byDelta(
  listed: readonly Instrument[],
  delta: number,
  { instrument }: Underlying,
  quotes: OptionQuotes,
): Promise<Instrument> {
  const nearest = await nearestDelta(listed, delta, quotes);
  if (nearest) return nearest;
  throw becauseOf(quotes.refusal, {
    code: 'no_data',
    message: `IB gives no deltas for the options on ${instrument.name} now.`,
    nextStep: 'Give a strike instead.',
  });
}

function describe(
  option: Instrument,
  quote: Quote | undefined,
  { optionClass, expiry }: OptionSeries,
  underlying: Underlying,
  now: number,
) {
  const { delta, gamma, theta, vega, iv } = quote?.greeks ?? {};
  return {
    conId: option.conId,
    contract: option.name,
    currency: option.currency || undefined,
    underlying: shownUnderlying(underlying),
    asOf: timeOfQuotes([quote], now),
    expiry: isoDate(expiry),
    days: daysTo(expiry, underlying, now),
    strike: strikeOf(option),
    right: String(option.details.contract.right) as 'C' | 'P',
    tradingClass: optionClass.tradingClass,
    multiplier: optionClass.multiplier,
    exercise: isAmerican(underlying.instrument, optionClass.tradingClass)
      ? ('American' as const)
      : ('European' as const),
    settlement: settlementOf(endOf(expiry, underlying.instrument, option), underlying.instrument),
    dataType: quote?.dataType,
    bid: quote?.bid,
    ask: quote?.ask,
    last: quote?.last,
    volume: quote?.volume,
    openInterest: quote?.openInterest,
    iv,
    delta,
    gamma,
    theta,
    vega,
  };
}
