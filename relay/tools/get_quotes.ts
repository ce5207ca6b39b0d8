import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { itemError } from './support/item-error.ts';
import { optional } from './support/optional.ts';
import { type Quote, type QuoteFields, quoteOf, sessionsPatienceMs } from './support/quote.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

export const getQuotesExecutor = executorOf(getQuotes, async (args, context) => {
  const settled = await Promise.all(
    args.contracts.map(async (text) => {
      try {
        return { quote: await datedQuote(text, args.fields, context) };
      } catch (error) {
        return { failed: itemError(text, error, context) };
      }
    }),
  );
  const errors = settled.flatMap((item) => (item.failed ? [item.failed] : []));
  return {
    quotes: settled.flatMap((item) => item.quote ?? []),
    ...(errors.length > 0 ? { errors } : {}),
  };
});

/** A quote with the day of the close that its change counts from. */
async function datedQuote(text: string, fields: QuoteFields, context: ToolContext): Promise<Quote> {
  const { gateway, signal } = context;
  const instrument = await gateway.contracts.resolveAny(text, signal);
  const read = (patience: AbortSignal) => gateway.sessions.closeDay(instrument, patience);
  const [quote, closeDate] = await Promise.all([
    quoteOf(instrument, fields, context),
    optional('past sessions', read, context, sessionsPatienceMs),
  ]);
  return closeDate === undefined || quote.close === undefined ? quote : { ...quote, closeDate };
}
