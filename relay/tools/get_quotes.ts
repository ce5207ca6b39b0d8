import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { itemError } from './support/item-error.ts';
import { quoteOf } from './support/quote.ts';
import { executorOf } from './support/tool.ts';

export const getQuotesExecutor = executorOf(getQuotes, async (args, context) => {
  const settled = await Promise.all(
    args.contracts.map(async (text) => {
      try {
        return {
          quote: await quoteOf(await context.gateway.contracts.resolveAny(text, context.signal), args.fields, context),
        };
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
