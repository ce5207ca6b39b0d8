import type { z } from 'zod';
import { type ContractQuery, formatContract, parseContract } from '../../../shared/contracts/index.ts';
import { ToolError } from '../../../shared/errors.ts';
import { blackScholes, impliedVolatility } from '../../../shared/options/black-scholes.ts';
import type { calculateOption } from '../../../shared/tools/calculate_option.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { magnifierOf, pointValueOf } from '../../gateway/contracts/price-unit.ts';
import type { OptionComputation } from '../../gateway/options/option-calculator.ts';
import { becauseOf, daysTo, resolveUnderlying } from './options.ts';
import type { ToolContext } from './tool.ts';

export type CalculateArguments = z.output<typeof calculateOption.input>;

export const optionTypes: ReadonlySet<string> = new Set(['OPT', 'FOP', 'WAR']);
/** What options cost in interest where the caller names no rate. */
const usualRate = 0.04;
const usualMultiplier = 100;
const daysPerYear = 365;
/** Options are aged by whole days, from the middle of the day, so that one has value on its last day. */
const midday = 0.5;

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
  if (terms.days >= 0) return terms;
  throw wrong(`${terms.name} has expired.`, 'See the expiries to come with get_option_chain.');
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

export interface Computed extends OptionComputation {
  /** Who computed it. */
  readonly model: 'gateway' | 'black-scholes';
}

/** Refusals and silence of the gateway's calculators, as for logins without the market data they need. */
const notComputed: ReadonlySet<string> = new Set(['gateway_timeout', 'not_subscribed', 'ib_error']);

/**
 * Price, volatility and Greeks: by the gateway's calculators, or here for what is not listed, at a rate that the caller
 * names, and when the gateway does not compute.
 * @throws ToolError `no_data` when no volatility explains the price
 */
export async function compute(
  option: OptionTerms,
  circumstances: Circumstances,
  context: ToolContext,
): Promise<Computed> {
  const { listed } = option;
  if (!listed || circumstances.rate !== undefined) return computeHere(option, circumstances);
  try {
    return { ...(await computeThere(listed, circumstances, context)), model: 'gateway' };
  } catch (error) {
    if (error instanceof ToolError && notComputed.has(error.code)) return computeHere(option, circumstances);
    throw error;
  }
}

function computeThere(listed: Instrument, { spot, price, iv }: Circumstances, { gateway, signal }: ToolContext) {
  const { optionCalculator } = gateway;
  if (iv !== undefined) return optionCalculator.fromVolatility(listed, iv, spot, signal);
  return optionCalculator.fromPrice(listed, price ?? 0, spot, signal);
}

/** By Black and Scholes. */
function computeHere(option: OptionTerms, { spot, price, iv, rate }: Circumstances): Computed {
  const { strike, right, days, name } = option;
  const inputs = { spot, strike, right, ...modelInputs(option, days + midday, rate) };
  const volatility = iv ?? (price === undefined ? undefined : impliedVolatility(inputs, price));
  if (volatility !== undefined) {
    const values = blackScholes({ ...inputs, volatility });
    return { ...values, price: price ?? values.price, iv: volatility, model: 'black-scholes' };
  }
  throw new ToolError({
    code: 'no_data',
    message: `No volatility explains a price of ${price} for ${name} with the underlying at ${spot}.`,
    nextStep: 'Check both prices and the rate: an option is worth at least what exercising it brings.',
  });
}

/** What Black and Scholes take: European exercise, without dividends; on futures by Black (1976). */
export function modelInputs({ underlying }: OptionTerms, days: number, rate: number = usualRate) {
  return { years: days / daysPerYear, rate, yield: underlying?.secType === 'FUT' ? rate : 0 };
}

/** What to know about results that were computed here. */
export function modelNote(rate: number = usualRate): string {
  const percent = Number((rate * 100).toPrecision(6));
  return `Black–Scholes: European exercise, no dividends, interest ${percent} %.`;
}

export function namedUnderlying(underlying: Instrument | undefined, price: number | undefined) {
  return omitUndefined({ conId: underlying?.conId, contract: underlying?.name, price, currency: underlying?.currency });
}

/** Eight significant digits: binary noise is gone, everything that IB computes is kept. */
export function precise(value: number): number {
  return Number(value.toPrecision(8));
}
