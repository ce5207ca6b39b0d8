import type { z } from 'zod';
import { type ContractQuery, formatContract, parseContract } from '../../../shared/contracts/index.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { CashDividend } from '../../../shared/options/lattice.ts';
import { exerciseValue, impliedBy, optionValues } from '../../../shared/options/values.ts';
import type { calculateOption } from '../../../shared/tools/calculate_option.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { magnifierOf, pointValueOf } from '../../gateway/contracts/price-unit.ts';
import type { OptionComputation } from '../../gateway/options/option-calculator.ts';
import { isoInZone, localToEpoch } from '../../gateway/time/time-zones.ts';
import { endOf, isAmerican, type OptionEnd } from './option-end.ts';
import { optional } from './optional.ts';
import { becauseOf, daysTo, isoDate, resolveUnderlying } from './options.ts';
import { quoteOf } from './quote.ts';
import type { ToolContext } from './tool.ts';

export type CalculateArguments = z.output<typeof calculateOption.input>;

export const optionTypes: ReadonlySet<string> = new Set(['OPT', 'FOP', 'WAR']);
/** What options cost in interest where the caller names no rate. */
const usualRate = 0.04;
const usualMultiplier = 100;
export const yearMs = 365 * 86_400_000;

/** An error of the caller with what to do about it. */
export function wrong(message: string, nextStep: string): ToolError {
  return new ToolError({ code: 'invalid_arguments', message, nextStep });
}

/** An option with its terms, whether it is listed or not. */
export interface OptionTerms {
  readonly name: string;
  /** Absent for an option that is not listed. */
  readonly listed?: Instrument;
  /** `YYYYMMDD`. */
  readonly expiry: string;
  readonly days: number;
  readonly end: OptionEnd;
  readonly american: boolean;
  readonly strike: number;
  readonly right: 'C' | 'P';
  readonly multiplier: number;
  /** What one contract is worth more when its price rises by 1: some prices are in hundredths of the currency. */
  readonly pointValue: number;
  /** Absent where nothing is known of it. */
  readonly underlying?: Instrument;
}

/**
 * The option that a contract string means; one that is not listed is taken by its terms.
 * @throws ToolError `invalid_arguments` when it is no option, has expired, or is neither listed nor fully described
 */
export async function optionNamed(text: string, context: ToolContext): Promise<OptionTerms> {
  const query = parseContract(text);
  const terms = await listedOption(text, context).catch((error: unknown) => {
    const unlisted = error instanceof ToolError && error.code === 'contract_not_found' && query.strike !== undefined;
    if (!unlisted) throw error;
    return unlistedOption(text, query, context);
  });
  if (terms.end.at > context.gateway.serverTime()) return terms;
  const how = terms.end.settled === 'AM' ? 'was settled at the open of' : 'ended at';
  const when = terms.days < -7 ? isoDate(terms.expiry) : isoInZone(terms.end.zone, terms.end.at).slice(0, 16);
  throw wrong(`${terms.name} has expired: it ${how} ${when}.`, 'See the expiries to come with get_option_chain.');
}

async function listedOption(text: string, context: ToolContext): Promise<OptionTerms> {
  const { contracts } = context.gateway;
  const listed = await contracts.resolve(text, context.signal);
  const { contract, underConId, realExpirationDate } = listed.details;
  const { strike, right } = contract;
  const expiry = (realExpirationDate || contract.lastTradeDateOrContractMonth || '').slice(0, 8);
  if (!optionTypes.has(listed.secType) || strike === undefined || !right || expiry.length < 8) {
    throw wrong(
      `${listed.name} is not an option.`,
      'Name one like SPY 20261218 C 600; find_option_contract finds them.',
    );
  }
  const underlying = underConId ? await contracts.resolve(String(underConId), context.signal) : undefined;
  return {
    name: listed.name,
    listed,
    expiry,
    days: daysTo(expiry, { instrument: underlying ?? listed }, context.gateway.serverTime()),
    end: endOf(expiry, underlying, listed),
    american: isAmerican(underlying, contract.tradingClass),
    strike,
    right: right as 'C' | 'P',
    multiplier: Number(contract.multiplier) || usualMultiplier,
    pointValue: pointValueOf(listed.details, usualMultiplier),
    ...(underlying ? { underlying } : {}),
  };
}

async function unlistedOption(text: string, query: ContractQuery, context: ToolContext): Promise<OptionTerms> {
  const { symbol, currency, expiry, strike, right } = query;
  if (symbol === undefined || strike === undefined || strike <= 0 || right === undefined || expiry?.length !== 8) {
    throw wrong(
      `“${text.slice(0, 60)}” is not listed, and its terms are not complete.`,
      'Name a day, a right and a strike, like SPY 20261218 C 600.',
    );
  }
  const underlying = await underlyingOf({ symbol, currency }, context);
  return {
    name: formatContract(query),
    expiry,
    days: daysTo(expiry, { instrument: underlying ?? { zone: 'UTC' } }, context.gateway.serverTime()),
    end: endOf(expiry, underlying),
    american: isAmerican(underlying, query.tradingClass),
    strike,
    right,
    multiplier: usualMultiplier,
    pointValue: usualMultiplier / magnifierOf(underlying?.details ?? {}),
    ...(underlying ? { underlying } : {}),
  };
}

/** The stock of a symbol, else the index; undefined when there is neither. */
async function underlyingOf(
  { symbol, currency }: Pick<ContractQuery, 'symbol' | 'currency'>,
  { gateway, signal }: ToolContext,
): Promise<Instrument | undefined> {
  const suffix = currency === undefined ? '' : `.${currency}`;
  for (const secType of ['STK', 'IND']) {
    try {
      return await gateway.contracts.resolve(`${symbol}${suffix}:${secType}`, signal);
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== 'contract_not_found') throw error;
    }
  }
  return undefined;
}

/** What the underlying is worth now. @throws ToolError `no_data` when the gateway does not tell */
export async function underlyingPrice({ underlying, name }: OptionTerms, context: ToolContext): Promise<number> {
  const found = underlying && (await resolveUnderlying(String(underlying.conId), context));
  if (found?.price !== undefined) return found.price;
  const missing = {
    code: 'no_data',
    message: `The underlying of ${name} has no price now.`,
    nextStep: 'Give `underlying_price`.',
  } as const;
  throw becauseOf(found?.refusal, missing);
}

/** What is known besides the option: one of a price and a volatility, and where the underlying stands. */
export interface Circumstances {
  readonly spot: number;
  readonly price?: number | undefined;
  readonly iv?: number | undefined;
  /** Computes here instead of at the gateway. */
  readonly rate?: number | undefined;
}

export interface Computed extends Omit<OptionComputation, 'iv'> {
  /** Absent where the price has no time value: then no volatility can be told from it. */
  readonly iv?: number;
  /** Who computed it. */
  readonly model: 'gateway' | 'black-scholes' | 'american';
  /** What to know about it. */
  readonly notes: readonly string[];
}

/** Refusals and silence of the gateway's calculators, as for logins without the market data they need. */
const notComputed: ReadonlySet<string> = new Set(['gateway_timeout', 'not_subscribed', 'ib_error']);

/**
 * Price, volatility and Greeks: by the gateway's calculators, or here for what is not listed, at a rate that the caller
 * names, for a price without time value, and when the gateway does not compute.
 * @throws ToolError `no_data` when no volatility explains the price
 */
export async function compute(
  option: OptionTerms,
  circumstances: Circumstances,
  context: ToolContext,
): Promise<Computed> {
  const { listed, american, strike, right } = option;
  const { spot, price, rate } = circumstances;
  const worth = exerciseValue({ spot, strike, right });
  const isExercise = american && price !== undefined && worth > 0 && Math.abs(price - worth) < 1e-6;
  if (!listed || rate !== undefined || isExercise) return computeHere(option, circumstances, context);
  try {
    return { ...(await computeThere(listed, circumstances, context)), model: 'gateway', notes: [] };
  } catch (error) {
    if (!(error instanceof ToolError) || !notComputed.has(error.code)) throw error;
    const here = await computeHere(option, circumstances, context);
    return { ...here, notes: ['IB did not compute it.', ...here.notes] };
  }
}

function computeThere(listed: Instrument, { spot, price, iv }: Circumstances, { gateway, signal }: ToolContext) {
  const { optionCalculator } = gateway;
  if (iv !== undefined) return optionCalculator.fromVolatility(listed, iv, spot, signal);
  return optionCalculator.fromPrice(listed, price ?? 0, spot, signal);
}

async function computeHere(option: OptionTerms, given: Circumstances, context: ToolContext): Promise<Computed> {
  const { spot, price, iv, rate } = given;
  const { strike, right, name, american } = option;
  const now = context.gateway.serverTime();
  const dividends = await dividendsBefore(option, now, context);
  const years = (option.end.at - now) / yearMs;
  const inputs = { spot, strike, right, american, dividends, ...modelInputs(option, years, rate) };
  const notes = [modelNote(option, dividends, now, rate)];
  const model = american ? 'american' : 'black-scholes';
  const implied = iv === undefined ? impliedBy(inputs, price ?? 0) : { volatility: iv };
  if ('volatility' in implied) {
    const { volatility } = implied;
    const values = optionValues({ ...inputs, volatility });
    return { ...values, price: price ?? values.price, iv: volatility, model, notes };
  }
  if ('noTimeValue' in implied) {
    const { atMost } = implied;
    const bound =
      atMost === undefined
        ? 'interest alone makes the model worth more'
        : `any up to ${percent(atMost)} gives it, within half a cent`;
    const note = `At this price it has no time value, so that its volatility cannot be known: ${bound}. Greeks are those of exercising it.`;
    const greeks = { delta: right === 'C' ? 1 : -1, gamma: 0, theta: 0, vega: 0 };
    return { price: price ?? 0, ...greeks, model, notes: [note, ...notes] };
  }
  throw new ToolError({
    code: 'no_data',
    message: `No volatility explains a price of ${price} for ${name} with the underlying at ${spot}.`,
    nextStep:
      implied.impossible === 'low'
        ? 'Check both prices and the rate: it is less than the option is worth without any volatility.'
        : 'Check both prices and the rate: it is more than any volatility makes it.',
  });
}

const percent = (part: number): string => `${Number((part * 100).toPrecision(3))} %`;

/** The next dividend of a stock, where IB tells it and it comes before the end. */
async function dividendsBefore(
  { underlying, end }: OptionTerms,
  now: number,
  context: ToolContext,
): Promise<CashDividend[]> {
  if (underlying?.secType !== 'STK') return [];
  const read = (signal: AbortSignal) => quoteOf(underlying, 'fundamentals', { ...context, signal });
  const { nextDate, nextAmount } =
    (await optional('next dividend', read, context, dividendPatienceMs))?.dividends ?? {};
  if (nextDate === undefined || nextAmount === undefined || nextAmount <= 0) return [];
  const [year = 0, month = 1, day = 1] = nextDate.split('-').map(Number);
  const goesEx = localToEpoch(underlying.zone, { year, month, day, hour: 9, minute: 30 });
  return goesEx > now && goesEx < end.at ? [{ years: (goesEx - now) / yearMs, amount: nextAmount }] : [];
}

const dividendPatienceMs = 5_000;

/** What the models take besides prices; on futures by Black (1976). */
export function modelInputs({ underlying }: OptionTerms, years: number, rate: number = usualRate) {
  return { years, rate, yield: underlying?.secType === 'FUT' ? rate : 0 };
}

/** What to know about results that were computed here. */
export function modelNote(
  { american, end, underlying }: OptionTerms,
  dividends: readonly CashDividend[],
  now: number,
  rate: number = usualRate,
): string {
  const model = american ? 'American exercise by finite differences' : 'Black–Scholes, European exercise';
  const paid = dividends.map(
    ({ years, amount }) => `${amount} on ${isoInZone(end.zone, now + years * yearMs).slice(0, 10)}`,
  );
  const told = paid.length > 0 ? `the next dividend, ${paid.join()}` : 'no dividends';
  const what = underlying?.secType === 'STK' || paid.length > 0 ? `, ${told}` : '';
  const until = `${end.settled === 'AM' ? 'settlement at the open, ' : ''}${isoInZone(end.zone, end.at).slice(0, 16)}${end.usual ? ' (the usual time)' : ''}`;
  return `${model}${what}, interest ${Number((rate * 100).toPrecision(6))} %, time until ${until} ${end.zone}.`;
}

/** What to know about legs that are valued when the first option ends. */
export function horizonNote(rate: number = usualRate): string {
  return `Black–Scholes then: European exercise, no dividends, interest ${Number((rate * 100).toPrecision(6))} %.`;
}

export function namedUnderlying(underlying: Instrument | undefined, price: number | undefined) {
  return omitUndefined({ conId: underlying?.conId, contract: underlying?.name, price, currency: underlying?.currency });
}

/** Eight significant digits: binary noise is gone, everything that IB computes is kept. */
export function precise(value: number): number {
  return Number(value.toPrecision(8));
}

/** What two prices differ by, to six decimals: what is left of the binary fractions beyond is noise. */
export function difference(price: number, other: number): number {
  return Number((price - other).toFixed(6)) + 0;
}

export { exerciseValue };
