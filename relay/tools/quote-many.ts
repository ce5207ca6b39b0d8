import type { Instrument } from '../gateway/contracts.ts';
import { ifTold } from './enrich.ts';
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
 */
export async function quoteMany<Item>(
  items: readonly Item[],
  find: (item: Item, signal: AbortSignal) => Promise<Instrument>,
  fields: QuoteFields,
  noun: string,
  context: ToolContext,
): Promise<(QuotedInstrument | undefined)[]> {
  const quoted: (QuotedInstrument | undefined)[] = new Array(items.length).fill(undefined);
  const waiting = items.entries();
  let done = 0;
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      quoted[index] = await ifTold(
        `quote ${index + 1} of ${items.length} ${noun}`,
        async (signal) => {
          const instrument = await find(item, signal);
          return { instrument, quote: await quoteOf(instrument, fields, { ...context, signal }) };
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
