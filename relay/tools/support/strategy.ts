import type { z } from 'zod';
import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { type HorizonLeg, horizonPayoff, profitAtHorizon } from '../../../shared/options/horizon.ts';
import type { Payoff } from '../../../shared/options/payoff.ts';
import type { calculateOption } from '../../../shared/tools/calculate_option.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { pointValueOf, priceUnitNote } from '../../gateway/contracts/price-unit.ts';
import { significant } from '../../gateway/numbers.ts';
import {
  type CalculateArguments,
  compute,
  horizonNote,
  modelInputs,
  namedUnderlying,
  type OptionTerms,
  optionNamed,
  optionTypes,
  wrong,
  yearMs,
} from './option-model.ts';
import { assumedNote, optionNow, type Spots, spotsOf } from './option-now.ts';
import { optional, optionalWithReason } from './optional.ts';
import { becauseOf, isoDate, notesOf, rounded, underlyingNamed } from './options.ts';
import type { ToolContext } from './tool.ts';

type Result = z.input<typeof calculateOption.output>;
type Strategy = NonNullable<Result['strategy']>;
type LegArgument = NonNullable<CalculateArguments['legs']>[number];

const usualPoints = 13;
const legPatienceMs = 25_000;
/** How far the usual table reaches below the lowest and above the highest of strikes and price. */
const margin = 0.2;
const legColumns = ['contract', 'conId', 'quantity', 'price', 'iv', 'delta', 'gamma', 'theta', 'vega'];
const greekNames = ['delta', 'gamma', 'theta', 'vega'] as const;

interface OptionLeg {
  readonly kind: 'option';
  readonly option: OptionTerms;
  readonly argument: LegArgument;
}

interface LinearLeg {
  readonly kind: 'underlying';
  readonly instrument: Instrument;
  readonly pointValue: number;
  readonly argument: LegArgument;
}

type Leg = OptionLeg | LinearLeg;

/** A leg with its price, and Greeks per unit where they are known. */
interface ValuedLeg {
  readonly leg: Leg;
  readonly premium: number;
  readonly iv?: number;
  readonly greeks?: Partial<Record<(typeof greekNames)[number], number>>;
  /** Its volatility is that of IB's model. */
  readonly assumed?: boolean;
  readonly notes?: readonly string[];
}

/** The day a payoff is of: that on which the first option ends. */
interface Horizon {
  /** `YYYYMMDD`. */
  readonly expiry: string;
  readonly end: OptionTerms['end'];
}

/** What a strategy of options on one underlying gives when the first of them expires, with its present Greeks. */
export async function strategyOf(args: CalculateArguments, context: ToolContext): Promise<Result> {
  const legs = await Promise.all((args.legs ?? []).map((leg) => resolveLeg(leg, context)));
  const first = assertOneStrategy(legs);
  const spots = await spotsOf(first, args.underlying_price, context);
  let done = 0;
  const valued = await Promise.all(
    legs.map(async (leg) => {
      const result = await valueLeg(leg, spots, args, context);
      done += 1;
      context.progress(done, legs.length, `${done} of ${legs.length} legs`);
      return result;
    }),
  );
  const horizon = horizonOf(valued);
  const payoffLegs = valued.map((leg) => payoffLegOf(leg, horizon, args));
  const payoff = horizonPayoff(payoffLegs);
  return omitUndefined({
    asOf: new Date(context.gateway.serverTime()).toISOString(),
    underlying: namedUnderlying(first.underlying, spots.asked),
    strategy: {
      ...describe(valued, payoff, horizon, first),
      payoff: tableOf(payoffLegs, spots.asked, payoff.cost - tiedUp(valued), args),
    },
    note: notesOf([noteOf(valued, horizon, args), unitNote(first)]),
  });
}

async function resolveLeg(argument: LegArgument, context: ToolContext): Promise<Leg> {
  const option = await optionNamed(argument.contract, context).catch(async (error: unknown) => {
    const instrument = await underlyingNamed(argument.contract, context).catch(() => undefined);
    if (!instrument || optionTypes.has(instrument.secType)) throw error;
    return instrument;
  });
  if ('strike' in option) return { kind: 'option', option, argument };
  return { kind: 'underlying', instrument: option, pointValue: pointValueOf(option.details), argument };
}

/** The first option. @throws ToolError `invalid_arguments` unless all legs belong together */
function assertOneStrategy(legs: readonly Leg[]): OptionTerms {
  const options = legs.flatMap((leg) => (leg.kind === 'option' ? [leg.option] : []));
  const [first] = options;
  if (!first) throw wrong('There is no option among the legs.', 'Name at least one, like SPY 20261218 C 600.');
  const symbolOf = ({ underlying, name }: OptionTerms): string => String(underlying?.conId ?? name.split(' ')[0]);
  const other = options.find((option) => symbolOf(option) !== symbolOf(first));
  const linear = legs.find((leg) => leg.kind === 'underlying' && leg.instrument.conId !== first.underlying?.conId);
  const stranger = other?.name ?? linear?.argument.contract;
  if (stranger === undefined) return first;
  const futures = other?.underlying?.secType === 'FUT' && first.underlying?.secType === 'FUT';
  const whose = futures ? ` (${other.underlying.name}, not ${first.underlying.name})` : '';
  throw wrong(`${stranger} has another underlying than ${first.name}${whose}.`, 'Calculate each underlying by itself.');
}

async function valueLeg(leg: Leg, spots: Spots, args: CalculateArguments, context: ToolContext): Promise<ValuedLeg> {
  if (leg.kind === 'underlying') {
    return { leg, premium: leg.argument.price ?? spots.asked, greeks: { delta: 1, gamma: 0, theta: 0, vega: 0 } };
  }
  const { option, argument } = leg;
  const { volatility: iv, rate } = args;
  // Greeks are those of now, whatever the leg was bought at.
  const { value: now, refusal } = await optionalWithReason(
    `computation of ${option.name}`,
    async (signal) => listedNow(option, spots, rate, { ...context, signal }),
    context,
    legPatienceMs,
  );
  const price = now?.market ?? argument.price;
  if (price === undefined && iv === undefined) throw unpriced(option, refusal ?? now?.refusal);
  const given = { spot: spots.asked, rate, ...(iv === undefined ? { price } : { iv }) };
  const compared = (signal: AbortSignal) => compute(option, given, { ...context, signal });
  const computed =
    now && iv === undefined
      ? now.computed
      : await optional(`Greeks of ${option.name}`, compared, context, legPatienceMs);
  const premium = argument.price ?? now?.market ?? computed?.price;
  if (premium === undefined) throw wrong(`${option.name} cannot be computed.`, 'Give the leg a `price`.');
  return omitUndefined({
    leg,
    premium,
    iv: computed?.iv,
    greeks: computed,
    assumed: now?.assumed,
    notes: computed?.notes,
  });
}

function unpriced({ name, listed }: OptionTerms, refusal: ToolErrorData | undefined): ToolError {
  const nextStep = 'Give the leg a `price`, or a `volatility` for all.';
  if (!listed) return wrong(`${name} has no price, as it is not listed.`, nextStep);
  return becauseOf(refusal, { code: 'no_data', message: `${name} has no price now.`, nextStep });
}

async function listedNow(
  { listed, ...option }: OptionTerms,
  spots: Spots,
  rate: number | undefined,
  context: ToolContext,
) {
  return listed ? optionNow({ ...option, listed }, spots, rate, context) : undefined;
}

/** What the position gains for each point that the leg's price rises. */
function unitsOf({ leg }: ValuedLeg): number {
  return leg.argument.quantity * (leg.kind === 'option' ? leg.option.pointValue : leg.pointValue);
}

/** When the first option ends; the legs have one at least. */
function horizonOf(legs: readonly ValuedLeg[]): Horizon {
  const options = legs.flatMap(({ leg }) => (leg.kind === 'option' ? [leg.option] : []));
  return options.reduce((nearest, option) => (option.expiry < nearest.expiry ? option : nearest));
}

const outlives = ({ leg }: ValuedLeg, { expiry }: Horizon): boolean =>
  leg.kind === 'option' && leg.option.expiry > expiry;

/** @throws ToolError `no_data` when nothing tells what a leg is worth that outlives the horizon */
function payoffLegOf(valued: ValuedLeg, horizon: Horizon, args: CalculateArguments): HorizonLeg {
  const { leg, premium } = valued;
  const held = { units: unitsOf(valued), premium };
  if (leg.kind === 'underlying') return { ...held, kind: leg.kind, strike: 0 };
  const { right: kind, strike, end, name } = leg.option;
  if (!outlives(valued, horizon)) return { ...held, kind, strike };
  const volatility = args.volatility ?? valued.iv;
  if (volatility !== undefined) {
    const remaining = { ...modelInputs(leg.option, (end.at - horizon.end.at) / yearMs, args.rate), volatility };
    return { ...held, kind, strike, remaining };
  }
  throw new ToolError({
    code: 'no_data',
    message: `${name} outlives ${isoDate(horizon.expiry)}, and has no volatility now by which to value it then.`,
    nextStep: 'Give `volatility`.',
  });
}

/** What futures are agreed at: it is neither paid nor received. */
function tiedUp(legs: readonly ValuedLeg[]): number {
  return legs
    .filter(({ leg }) => leg.kind === 'underlying' && leg.instrument.secType === 'FUT')
    .reduce((sum, valued) => sum + unitsOf(valued) * valued.premium, 0);
}

function describe(legs: readonly ValuedLeg[], payoff: Payoff, horizon: Horizon, first: OptionTerms) {
  const { cost, maxProfit, maxLoss, breakEvens } = payoff;
  const modelled = legs.some((leg) => outlives(leg, horizon));
  const limit = (value: number | undefined) => {
    if (value === undefined) return 'unlimited' as const;
    return modelled ? cents(value) : amount(value);
  };
  const day = isoDate(horizon.expiry);
  return omitUndefined({
    currency: (first.listed ?? first.underlying)?.currency,
    expiry: modelled ? undefined : day,
    nearestExpiry: modelled ? day : undefined,
    legs: { columns: legColumns, rows: legs.map(legRow) },
    netDebit: amount(cost - tiedUp(legs)),
    maxProfit: limit(maxProfit),
    maxLoss: limit(maxLoss),
    breakEvens: modelled ? breakEvens.map(nice) : [...breakEvens],
    greeks: netGreeks(legs),
  });
}

function legRow({ leg, premium, iv, greeks }: ValuedLeg): (string | number)[] {
  const [name, conId] =
    leg.kind === 'option'
      ? [leg.option.name, leg.option.listed?.conId ?? '']
      : [leg.instrument.name, leg.instrument.conId];
  return [
    name,
    conId,
    leg.argument.quantity,
    amount(premium),
    rounded(iv),
    ...greekNames.map((greek) => rounded(greeks?.[greek])),
  ];
}

/** Of the whole position; none unless those of every leg are known. */
function netGreeks(legs: readonly ValuedLeg[]): Strategy['greeks'] {
  const net = (greek: (typeof greekNames)[number]) =>
    legs.reduce<number | undefined>((sum, valued) => {
      const each = valued.greeks?.[greek];
      return sum === undefined || each === undefined ? undefined : sum + unitsOf(valued) * each;
    }, 0);
  const greeks = omitUndefined(Object.fromEntries(greekNames.map((greek) => [greek, significant(net(greek))])));
  return Object.keys(greeks).length > 0 ? greeks : undefined;
}

/** The payoff at even distances and at the strikes between. `paid` is what the value has to make up for. */
function tableOf(legs: readonly HorizonLeg[], spot: number, paid: number, args: CalculateArguments) {
  const strikes = legs.filter(({ kind }) => kind !== 'underlying').map(({ strike }) => strike);
  const low = args.min_price ?? nice(Math.min(spot, ...strikes) * (1 - margin));
  const high = args.max_price ?? nice(Math.max(spot, ...strikes) * (1 + margin));
  if (low >= high) throw wrong('`min_price` is not below `max_price`.', 'Correct them, or leave both out.');
  const points = args.points ?? usualPoints;
  const even = Array.from({ length: points }, (_, index) => nice(low + ((high - low) * index) / (points - 1)));
  const within = strikes.filter((strike) => strike > low && strike < high);
  const prices = [...new Set([...even, ...within])].sort((a, b) => a - b);
  const round = legs.some(({ remaining }) => remaining) ? cents : amount;
  const rows = prices.map((price) => {
    const profit = profitAtHorizon(legs, price);
    return [price, round(profit + paid), round(profit)];
  });
  return { columns: ['price', 'value', 'profit'], rows };
}

/** Four decimals are as fine as prices of underlyings are. */
const nice = (price: number): number => Number(price.toFixed(4));
const amount = (value: number): number => Number(value.toFixed(6)) + 0;
/** What a model says is no finer. */
const cents = (value: number): number => Number(value.toFixed(2)) + 0;

function noteOf(legs: readonly ValuedLeg[], horizon: Horizon, { rate, volatility }: CalculateArguments): string {
  const options = legs.flatMap(({ leg, greeks }) => (leg.kind === 'option' ? [{ option: leg.option, greeks }] : []));
  const unlisted = options.filter(({ option }) => !option.listed).map(({ option }) => option.name);
  const unknown = options.filter(({ greeks }) => !greeks).map(({ option }) => option.name);
  const modelled = legs.some((leg) => outlives(leg, horizon));
  const beginning = modelled ? modelledNote(horizon, volatility) : 'At expiry, before commissions';
  return [
    `${beginning}; the underlying is taken to stay above 0.`,
    ...(unlisted.length > 0 ? [`Not listed, a multiplier of 100 is assumed: ${unlisted.join(', ')}.`] : []),
    ...(unknown.length > 0 ? [`No Greeks: ${unknown.join(', ')}.`] : []),
    ...(legs.some(({ assumed }) => assumed) ? [assumedNote] : []),
    ...new Set(legs.flatMap(({ notes = [] }) => notes)),
    ...(modelled ? [horizonNote(rate)] : []),
  ].join(' ');
}

function unitNote({ listed, underlying }: OptionTerms): string | undefined {
  const instrument = listed ?? underlying;
  const note = instrument && priceUnitNote(instrument);
  return note && `${note.slice(0, -1)}, amounts in ${instrument.currency}.`;
}

function modelledNote({ expiry }: Horizon, given: number | undefined): string {
  const volatility = given === undefined ? 'their volatility of now' : 'the volatility that is given';
  const day = `At the nearest expiry, ${isoDate(expiry)}, before commissions`;
  return `${day}: legs that live longer are valued then by the model at ${volatility}, so that payoff, limits and break-evens are its estimates`;
}
