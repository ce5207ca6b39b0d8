import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import type { OptionClass } from '../../gateway/options/options.ts';
import { isoInZone } from '../../gateway/time/time-zones.ts';
import { optionalWithReason } from './optional.ts';
import { priceIn, type Quote, quoteOf } from './quote.ts';
import { quoteMany } from './quote-many.ts';
import type { ToolContext } from './tool.ts';

const dayMs = 86_400_000;

/** An underlying with what it is worth now, where the gateway tells that. */
export interface Underlying {
  readonly instrument: Instrument;
  readonly price: number | undefined;
  /** What tells it. */
  readonly quote?: Quote | undefined;
  /** Why the gateway does not tell it. */
  readonly refusal?: ToolErrorData;
}

export async function resolveUnderlying(text: string, context: ToolContext): Promise<Underlying> {
  const instrument = await underlyingNamed(text, context);
  const read = (signal: AbortSignal) => quoteOf(instrument, 'basic', { ...context, signal });
  const { value: quote, refusal } = await optionalWithReason('price of the underlying', read, context);
  return { instrument, price: quote && priceIn(quote), quote, ...(refusal && { refusal }) };
}

/** An underlying as results show it. */
export function shownUnderlying({ instrument, price, quote }: Underlying) {
  const { dataType, asOf } = price === undefined ? {} : (quote ?? {});
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    price,
    currency: instrument.currency || undefined,
    dataType,
    asOf: isFrozen(dataType) ? asOf : undefined,
  });
}

const isFrozen = (kind: string | undefined): boolean => kind === 'frozen' || kind === 'delayed-frozen';

/** Of when an answer with these quotes is: now, or where all of them are of a closed market, of the newest. */
export function timeOfQuotes(quotes: readonly (Quote | undefined)[], now: number): string {
  const known = quotes.filter((quote) => quote !== undefined);
  const newest = known.map(({ asOf }) => asOf).sort((a, b) => Date.parse(b) - Date.parse(a))[0];
  return newest !== undefined && known.every(({ dataType }) => isFrozen(dataType))
    ? newest
    : new Date(now).toISOString();
}

/** What a contract string means as an underlying: of a continuous future, which has no options, the front month. */
export async function underlyingNamed(
  text: string,
  { gateway, signal }: Pick<ToolContext, 'gateway' | 'signal'>,
): Promise<Instrument> {
  const instrument = await gateway.contracts.resolve(text, signal);
  return instrument.secType === 'CONTFUT' ? gateway.contracts.resolve(String(instrument.conId), signal) : instrument;
}

/** The error of what cannot be done without data that IB does not give: why it does not, and what helps in any case. */
export function becauseOf(
  refusal: ToolErrorData | undefined,
  error: ToolErrorData & { readonly nextStep: string },
): ToolError {
  if (!refusal) return new ToolError(error);
  return new ToolError({
    ...refusal,
    message: `${error.message} ${refusal.message}`,
    nextStep: [refusal.nextStep, error.nextStep].filter(Boolean).join(' '),
  });
}

/** `YYYY-MM-DD` of `YYYYMMDD`. */
export function isoDate(day: string): string {
  return `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6, 8)}`;
}

/** Whole days from today, as the underlying's exchange counts it, to an expiry (`YYYYMMDD`). */
export function daysTo(
  expiry: string,
  { instrument }: { readonly instrument: Pick<Instrument, 'zone'> },
  now: number,
): number {
  const today = isoInZone(instrument.zone, now).slice(0, 10);
  return Math.round((Date.parse(isoDate(expiry)) - Date.parse(today)) / dayMs);
}

/** The classes to look at: the one that is named, else all. @throws ToolError `invalid_arguments` naming those that exist */
export function classesNamed(classes: readonly OptionClass[], name: string | undefined): readonly OptionClass[] {
  if (name === undefined) return classes;
  const found = classes.filter(({ tradingClass }) => tradingClass.toUpperCase() === name.toUpperCase());
  if (found.length > 0) return found;
  throw new ToolError({
    code: 'invalid_arguments',
    message: `There is no trading class “${name}” here.`,
    nextStep: `Use one of: ${[...new Set(classes.map(({ tradingClass }) => tradingClass))].slice(0, 20).join(', ')}.`,
  });
}

/** The strikes nearest to the money: `each` at or below and `each` above, all of them without a price. */
export function aroundTheMoney(
  strikes: readonly number[],
  price: number | undefined,
  each: number,
): ReadonlySet<number> {
  if (price === undefined) {
    const middle = Math.floor(strikes.length / 2);
    return new Set(strikes.slice(Math.max(0, middle - each), middle + each));
  }
  const below = strikes.filter((strike) => strike <= price).slice(-each);
  const above = strikes.filter((strike) => strike > price).slice(0, each);
  return new Set([...below, ...above]);
}

/** Options quotes with Greeks, with progress; undefined where IB has none. Gateway failures end the call. */
export async function quoteOptions(
  options: readonly Instrument[],
  context: ToolContext,
): Promise<(Quote | undefined)[]> {
  const quoted = await quoteMany(options, async (option) => option, 'options', 'options', context);
  return quoted.map((option) => option?.quote);
}

export function strikeOf({ details }: Instrument): number {
  return details.contract.strike ?? 0;
}

/** What there is to know, as one text; undefined when there is nothing. */
export function notesOf(notes: readonly (string | undefined)[]): string | undefined {
  return notes.filter(Boolean).join(' ') || undefined;
}

/** Four significant digits: what a Greek is worth reading to where many stand in rows. */
export function rounded(value: number | undefined): number | '' {
  return value === undefined ? '' : Number(value.toPrecision(4));
}
