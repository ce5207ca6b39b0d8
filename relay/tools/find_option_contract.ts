import type { z } from 'zod';
import { parseExpiry } from '../../shared/contracts/index.ts';
import { ToolError } from '../../shared/errors.ts';
import { findOptionContract } from '../../shared/tools/find_option_contract.ts';
import type { Instrument } from '../gateway/contracts.ts';
import { present } from '../gateway/numbers.ts';
import type { OptionClass } from '../gateway/options.ts';
import {
  classesNamed,
  daysTo,
  isoDate,
  quoteOptions,
  resolveUnderlying,
  type Underlying,
  withoutPrice,
} from './options.ts';
import type { Quote } from './quote.ts';
import { executorOf, type ToolContext } from './tool.ts';

type Arguments = z.output<typeof findOptionContract.input>;

const defaultDays = 30;
/** Options whose delta is read in one round; each round halves what is left. */
const probes = 8;
const rounds = 3;

interface Series {
  readonly optionClass: OptionClass;
  readonly expiry: string;
}

interface Found {
  readonly option: Instrument;
  readonly quote: Quote | undefined;
}

export const findOptionContractExecutor = executorOf(findOptionContract, async (args, context) => {
  if (args.strike !== undefined && args.delta !== undefined) throw excluded('strike', 'delta');
  if (args.expiry !== undefined && args.days !== undefined) throw excluded('expiry', 'days');
  const underlying = await resolveUnderlying(args.contract, context);
  const classes = classesNamed(
    await context.gateway.options.classes(underlying.instrument, context.signal),
    args.trading_class,
  );
  const now = context.gateway.serverTime();
  const series = seriesOf(classes, underlying, args, now);
  const { optionClass, expiry } = series;
  const listed = (
    await context.gateway.options.listed(underlying.instrument, optionClass, expiry, context.signal)
  ).filter(({ details }) => String(details.contract.right) === args.right);
  if (listed.length === 0) throw noOptions(`of ${optionClass.tradingClass} for ${isoDate(expiry)}`);
  const { option, quote } =
    args.delta === undefined
      ? await nearestStrike(listed, args.strike, underlying, context)
      : await nearestDelta(listed, Math.abs(args.delta), underlying, context);
  return describe(option, quote, series, underlying, args, now);
});

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

/** The expiry that was asked for, in the class with most strikes where several have it. */
function seriesOf(classes: readonly OptionClass[], underlying: Underlying, args: Arguments, now: number): Series {
  const all = classes.flatMap((optionClass) => optionClass.expiries.map((expiry) => ({ optionClass, expiry })));
  const wanted = args.expiry === undefined ? undefined : parseExpiry(args.expiry.toUpperCase());
  if (args.expiry !== undefined) {
    // A month means its standard expiry, which is the one with most strikes.
    const fitting = all.filter(({ expiry }) => wanted !== undefined && expiry.startsWith(wanted));
    const [best] = fitting.toSorted(byStrikes);
    if (!best) throw noOptions(`expiring ${args.expiry}`);
    return best;
  }
  const distance = ({ expiry }: Series): number =>
    Math.abs(daysTo(expiry, underlying, now) - (args.days ?? defaultDays));
  const coming = all.filter(({ expiry }) => daysTo(expiry, underlying, now) >= 0);
  const [best] = coming.toSorted((a, b) => distance(a) - distance(b) || byStrikes(a, b));
  if (!best) throw noOptions('that have not expired');
  return best;
}

const byStrikes = (a: Series, b: Series): number =>
  b.optionClass.strikes.length - a.optionClass.strikes.length || (a.expiry < b.expiry ? 1 : -1);

const strikeOf = ({ details }: Instrument): number => details.contract.strike ?? 0;

async function nearestStrike(
  listed: readonly Instrument[],
  asked: number | undefined,
  underlying: Underlying,
  context: ToolContext,
): Promise<Found> {
  const strike = asked ?? underlying.price;
  if (strike === undefined) {
    throw withoutPrice(underlying, {
      code: 'no_data',
      message: 'The underlying has no price now, so there is no “at the money”.',
      nextStep: 'Give a strike.',
    });
  }
  const distance = (option: Instrument): number => Math.abs(strikeOf(option) - strike);
  const [option] = listed.toSorted((a, b) => distance(a) - distance(b));
  const [quote] = await quoteOptions(option ? [option] : [], context);
  return { option: option as Instrument, quote };
}

/** Reads deltas at a few strikes, then between the two around the wanted one, until neighbours are compared. */
async function nearestDelta(
  listed: readonly Instrument[],
  delta: number,
  underlying: Underlying,
  context: ToolContext,
): Promise<Found> {
  let range: readonly Instrument[] = listed;
  let best: Found | undefined;
  for (let round = 0; round < rounds && range.length > 0; round += 1) {
    const sample = spread(range, probes);
    const quotes = await quoteOptions(sample, context);
    const read = sample.flatMap((option, index) => {
      const seen = quotes[index]?.greeks?.delta;
      return seen === undefined ? [] : [{ option, quote: quotes[index], miss: Math.abs(seen) - delta }];
    });
    const [nearest] = read.toSorted((a, b) => Math.abs(a.miss) - Math.abs(b.miss));
    if (nearest && (!best || Math.abs(nearest.miss) < missOf(best, delta))) best = nearest;
    if (!nearest || sample.length === range.length) break;
    const at = range.indexOf(nearest.option);
    const step = Math.ceil(range.length / probes);
    range = range.slice(Math.max(0, at - step), at + step + 1);
  }
  if (best) return best;
  throw withoutPrice(underlying, {
    code: 'no_data',
    message: `IB gives no deltas for the options on ${underlying.instrument.name} now.`,
    nextStep: 'Give a strike instead, or try again while the market is open.',
  });
}

function missOf({ quote }: Found, delta: number): number {
  return Math.abs(Math.abs(quote?.greeks?.delta ?? Number.POSITIVE_INFINITY) - delta);
}

/** So many members at even distances, the first and the last among them. */
function spread<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)] as Item);
}

function describe(
  option: Instrument,
  quote: Quote | undefined,
  { optionClass, expiry }: Series,
  underlying: Underlying,
  args: Arguments,
  now: number,
) {
  const { instrument, price } = underlying;
  const days = daysTo(expiry, underlying, now);
  const asked = args.expiry === undefined && args.days !== undefined && args.days !== days;
  const { delta, gamma, theta, vega, iv } = quote?.greeks ?? {};
  return present({
    conId: option.conId,
    contract: option.name,
    underlying: present({ conId: instrument.conId, contract: instrument.name, price }),
    asOf: new Date(now).toISOString(),
    expiry: isoDate(expiry),
    days,
    strike: strikeOf(option),
    right: args.right,
    tradingClass: optionClass.tradingClass,
    multiplier: optionClass.multiplier,
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
    note: asked ? `No options expire in exactly ${args.days} days; these are the nearest.` : undefined,
  });
}
