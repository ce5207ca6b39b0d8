import { type ToolErrorData, toToolErrorData } from '../../../shared/errors.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { optional } from './optional.ts';
import { type Quote, type QuoteFields, quoteOf } from './quote.ts';
import type { ToolContext } from './tool.ts';

/** Quotes under way at a time; each takes two messages of the forty a second. */
const quotesAtOnce = 30;
const quotePatienceMs = 15_000;

export interface QuotedInstrument {
  readonly instrument: Instrument;
  readonly quote: Quote;
}

/**
 * Quotes of many instruments, a few at a time, with progress; undefined where IB has none. Gateway failures end the call.
 * @param find looks up the instrument of an item
 * @param noun what the items are called in progress: “options”
 * @param missing receives why there is no quote, of each item that has none
 */
export async function quoteMany<Item>(
  items: readonly Item[],
  find: (item: Item, signal: AbortSignal) => Promise<Instrument>,
  fields: QuoteFields,
  noun: string,
  context: ToolContext,
  missing: ToolErrorData[] = [],
): Promise<(QuotedInstrument | undefined)[]> {
  const quoted: (QuotedInstrument | undefined)[] = new Array(items.length).fill(undefined);
  const waiting = items.entries();
  let done = 0;
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      quoted[index] = await optional(
        `quote ${index + 1} of ${items.length} ${noun}`,
        async (signal) => {
          try {
            const instrument = await find(item, signal);
            return { instrument, quote: await quoteOf(instrument, fields, { ...context, signal }) };
          } catch (error) {
            missing.push(toToolErrorData(error));
            throw error;
          }
        },
        context,
        quotePatienceMs,
      );
      done += 1;
      context.progress(done, items.length, `quotes of ${done} of ${items.length} ${noun}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(quotesAtOnce, items.length) }, worker));
  return quoted;
}

/** Why some have no quotes, by what is said most often; undefined when all have one. */
export function missingNote(missing: readonly ToolErrorData[], of: number, noun: string): string | undefined {
  const [most] = [...Map.groupBy(missing, ({ code, ibCode }) => `${code} ${ibCode}`).values()].sort(
    (a, b) => b.length - a.length,
  );
  const example = most?.[0];
  if (!example) return undefined;
  return [`${missing.length} of ${of} ${noun} have no quote.`, example.message, example.nextStep]
    .filter(Boolean)
    .join(' ');
}
