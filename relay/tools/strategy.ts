import type { z } from 'zod';
import { type PayoffLeg, payoffOf, profitAtExpiry } from '../../shared/options/payoff.ts';
import type { calculateOption } from '../../shared/tools/calculate_option.ts';
import type { Instrument } from '../gateway/contracts.ts';
import { present } from '../gateway/numbers.ts';
import { ifTold } from './enrich.ts';
import {
  type CalculateArguments,
  type Computed,
  compute,
  modelNote,
  namedUnderlying,
  type OptionTerms,
  optionNamed,
  optionTypes,
  preciseIf,
  wrong,
} from './option-model.ts';
import { assumedNote, optionNow, type Spots, spotsOf } from './option-now.ts';
import { isoDate, rounded } from './options.ts';
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
  readonly multiplier: number;
  readonly argument: LegArgument;
}

type Leg = OptionLeg | LinearLeg;

/** A leg with its price, and Greeks per unit where they are known. */
interface ValuedLeg {
  readonly leg: Leg;
  readonly premium: number;
  readonly iv?: number;
  readonly greeks?: Partial<Record<(typeof greekNames)[number], number>>;
  readonly model?: Computed['model'];
  /** Its volatility is that of IB's model. */
  readonly assumed?: boolean;
}

/** What a strategy of options on one underlying with one expiry gives, with its present Greeks. */
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
  const payoffLegs = valued.map(payoffLegOf);
  return present({
    asOf: new Date(context.gateway.serverTime()).toISOString(),
    underlying: namedUnderlying(first.underlying, spots.asked),
    strategy: {
      ...describe(valued, payoffLegs, first),
      payoff: tableOf(payoffLegs, spots.asked, tiedUp(valued), args),
    },
    note: noteOf(valued, args.rate),
  });
}

async function resolveLeg(argument: LegArgument, context: ToolContext): Promise<Leg> {
  const option = await optionNamed(argument.contract, context).catch(async (error: unknown) => {
    const instrument = await context.gateway.contracts
      .resolve(argument.contract, context.signal)
      .catch(() => undefined);
    if (!instrument || optionTypes.has(instrument.secType)) throw error;
    return instrument;
  });
  if ('strike' in option) return { kind: 'option', option, argument };
  const multiplier = Number(option.details.contract.multiplier) || 1;
  return { kind: 'underlying', instrument: option, multiplier, argument };
}

/** The first option. @throws ToolError `invalid_arguments` unless all legs belong together */
function assertOneStrategy(legs: readonly Leg[]): OptionTerms {
  const options = legs.flatMap((leg) => (leg.kind === 'option' ? [leg.option] : []));
  const [first] = options;
  if (!first) throw wrong('There is no option among the legs.', 'Name at least one, like SPY 20261218 C 600.');
  const symbolOf = ({ underlying, name }: OptionTerms): string => String(underlying?.conId ?? name.split(' ')[0]);
  const stranger =
    options.find((option) => symbolOf(option) !== symbolOf(first))?.name ??
    legs.find((leg) => leg.kind === 'underlying' && leg.instrument.conId !== first.underlying?.conId)?.argument
      .contract;
  if (stranger !== undefined) {
    throw wrong(`${stranger} has another underlying than ${first.name}.`, 'Calculate each underlying by itself.');
  }
  const other = options.find(({ expiry }) => expiry !== first.expiry);
  if (!other) return first;
  throw wrong(
    `${first.name} and ${other.name} expire on different days, so that there is no payoff at expiry.`,
    'Calculate each expiry by itself.',
  );
}

async function valueLeg(leg: Leg, spots: Spots, args: CalculateArguments, context: ToolContext): Promise<ValuedLeg> {
  if (leg.kind === 'underlying') {
    return { leg, premium: leg.argument.price ?? spots.asked, greeks: { delta: 1, gamma: 0, theta: 0, vega: 0 } };
  }
  const { option, argument } = leg;
  const { volatility: iv, rate } = args;
  // Greeks are those of now, whatever the leg was bought at.
  const now = await ifTold(
    `computation of ${option.name}`,
    async (signal) => listedNow(option, spots, rate, { ...context, signal }),
    context,
    legPatienceMs,
  );
  const price = now?.market ?? argument.price;
  if (price === undefined && iv === undefined) {
    throw wrong(
      `${option.name} has no price${option.listed ? ' now' : ', as it is not listed'}.`,
      'Give the leg a `price`, or a `volatility` for all.',
    );
  }
  const given = { spot: spots.asked, rate, ...(iv === undefined ? { price } : { iv }) };
  const compared = (signal: AbortSignal) => compute(option, given, { ...context, signal });
  const computed =
    now && iv === undefined ? now.computed : await ifTold(`Greeks of ${option.name}`, compared, context, legPatienceMs);
  const premium = argument.price ?? now?.market ?? computed?.price;
  if (premium === undefined) throw wrong(`${option.name} cannot be computed.`, 'Give the leg a `price`.');
  return present({ leg, premium, iv: computed?.iv, greeks: computed, model: computed?.model, assumed: now?.assumed });
}

async function listedNow(
  { listed, ...option }: OptionTerms,
  spots: Spots,
  rate: number | undefined,
  context: ToolContext,
) {
  return listed ? optionNow({ ...option, listed }, spots, rate, context) : undefined;
}

function unitsOf({ leg }: ValuedLeg): number {
  return leg.argument.quantity * (leg.kind === 'option' ? leg.option.multiplier : leg.multiplier);
}

function payoffLegOf(valued: ValuedLeg): PayoffLeg {
  const { leg, premium } = valued;
  const terms =
    leg.kind === 'option' ? { kind: leg.option.right, strike: leg.option.strike } : { kind: leg.kind, strike: 0 };
  return { ...terms, units: unitsOf(valued), premium };
}

/** What futures are agreed at: it is neither paid nor received. */
function tiedUp(legs: readonly ValuedLeg[]): number {
  return legs
    .filter(({ leg }) => leg.kind === 'underlying' && leg.instrument.secType === 'FUT')
    .reduce((sum, valued) => sum + unitsOf(valued) * valued.premium, 0);
}

function describe(legs: readonly ValuedLeg[], payoffLegs: readonly PayoffLeg[], first: OptionTerms) {
  const { cost, maxProfit, maxLoss, breakEvens } = payoffOf(payoffLegs);
  return present({
    currency: (first.listed ?? first.underlying)?.currency,
    expiry: isoDate(first.expiry),
    legs: { columns: legColumns, rows: legs.map(legRow) },
    netDebit: amount(cost - tiedUp(legs)),
    maxProfit: maxProfit === undefined ? ('unlimited' as const) : amount(maxProfit),
    maxLoss: maxLoss === undefined ? ('unlimited' as const) : amount(maxLoss),
    breakEvens: [...breakEvens],
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
  const greeks = present(Object.fromEntries(greekNames.map((greek) => [greek, preciseIf(net(greek))])));
  return Object.keys(greeks).length > 0 ? greeks : undefined;
}

/** The payoff at even distances and at the strikes between. */
function tableOf(legs: readonly PayoffLeg[], spot: number, agreed: number, args: CalculateArguments) {
  const strikes = legs.filter(({ kind }) => kind !== 'underlying').map(({ strike }) => strike);
  const low = args.min_price ?? nice(Math.min(spot, ...strikes) * (1 - margin));
  const high = args.max_price ?? nice(Math.max(spot, ...strikes) * (1 + margin));
  if (low >= high) throw wrong('`min_price` is not below `max_price`.', 'Correct them, or leave both out.');
  const points = args.points ?? usualPoints;
  const even = Array.from({ length: points }, (_, index) => nice(low + ((high - low) * index) / (points - 1)));
  const within = strikes.filter((strike) => strike > low && strike < high);
  const prices = [...new Set([...even, ...within])].sort((a, b) => a - b);
  const { cost } = payoffOf(legs);
  const rows = prices.map((price) => {
    const profit = profitAtExpiry(legs, price);
    return [price, amount(profit + cost - agreed), amount(profit)];
  });
  return { columns: ['price', 'value', 'profit'], rows };
}

/** Four decimals are as fine as prices of underlyings are. */
const nice = (price: number): number => Number(price.toFixed(4));
const amount = (value: number): number => Number(value.toFixed(6)) + 0;

function noteOf(legs: readonly ValuedLeg[], rate: number | undefined): string {
  const options = legs.flatMap(({ leg, greeks }) => (leg.kind === 'option' ? [{ option: leg.option, greeks }] : []));
  const unlisted = options.filter(({ option }) => !option.listed).map(({ option }) => option.name);
  const unknown = options.filter(({ greeks }) => !greeks).map(({ option }) => option.name);
  const here = legs.some(({ model }) => model === 'black-scholes');
  return [
    'At expiry, before commissions; the underlying is taken to stay above 0.',
    ...(unlisted.length > 0 ? [`Not listed, a multiplier of 100 is assumed: ${unlisted.join(', ')}.`] : []),
    ...(unknown.length > 0 ? [`No Greeks: ${unknown.join(', ')}.`] : []),
    ...(legs.some(({ assumed }) => assumed) ? [assumedNote] : []),
    ...(here ? [modelNote(rate)] : []),
  ].join(' ');
}
