import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { type Circumstances, type Computed, compute, type OptionTerms, underlyingPrice } from './option-model.ts';
import { optional, optionalWithReason } from './optional.ts';
import { priceIn, type Quote, quoteOf } from './quote.ts';
import type { ToolContext } from './tool.ts';

const quotePatienceMs = 15_000;

/** Where the underlying stands: where the caller asks about, and now. */
export interface Spots {
  readonly asked: number;
  readonly now: number;
}

/** @param asked what the caller names; what the underlying is worth now without it */
export async function spotsOf(option: OptionTerms, asked: number | undefined, context: ToolContext): Promise<Spots> {
  if (asked === undefined) {
    const now = await underlyingPrice(option, context);
    return { asked: now, now };
  }
  const read = (signal: AbortSignal) => underlyingPrice(option, { ...context, signal });
  return { asked, now: (await optional('price of the underlying', read, context)) ?? asked };
}

export interface OptionNow {
  /** What the option costs now; undefined when it has no price. */
  readonly market: number | undefined;
  /** Why IB does not tell its price. */
  readonly refusal?: ToolErrorData | undefined;
  /** Undefined when neither its price nor IB tells a volatility. */
  readonly computed: Computed | undefined;
  /** No volatility explains the price, so that the one of IB's model stands in. */
  readonly assumed: boolean;
}

/** A listed option with the volatility that it has now, at the price of the underlying that is asked about. */
export async function optionNow(
  option: OptionTerms & { readonly listed: Instrument },
  { asked, now }: Spots,
  rate: number | undefined,
  context: ToolContext,
): Promise<OptionNow> {
  const read = (signal: AbortSignal) => quoteOf(option.listed, 'options', { ...context, signal });
  const { value: quote, refusal } = await optionalWithReason(`quote of ${option.name}`, read, context, quotePatienceMs);
  const market = quote && middleOf(quote);
  if (market === undefined) return { market, refusal, computed: undefined, assumed: false };
  const explaining = await explained(option, { spot: now, price: market, rate }, context);
  const exact = explaining?.iv === undefined ? undefined : explaining;
  if (exact && asked === now) return { market, computed: exact, assumed: false };
  const iv = exact?.iv ?? quote?.greeks?.iv;
  if (iv === undefined) return { market, computed: asked === now ? explaining : undefined, assumed: false };
  const computed = await compute(option, { spot: asked, iv, rate }, context);
  const price = asked === now ? market : computed.price;
  return { market, computed: { ...computed, price }, assumed: exact === undefined };
}

/** The middle of bid and ask, else what the option was worth last. */
function middleOf(quote: Quote): number | undefined {
  return quote.bid !== undefined && quote.ask !== undefined ? (quote.bid + quote.ask) / 2 : priceIn(quote);
}

/** Undefined when no volatility explains the price. */
async function explained(option: OptionTerms, circumstances: Circumstances, context: ToolContext) {
  try {
    return await compute(option, circumstances, context);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'no_data') return undefined;
    throw error;
  }
}

/** What to know about a volatility that was assumed. */
export const assumedNote = 'No volatility explains the price; that of IB’s model is used.';
