import { z } from 'zod';
import {
  contractArgument,
  contractExamples,
  contractOrComboFields,
  dataType,
  instant,
  itemErrors,
  stockDividends,
  stockRatios,
} from '../values.ts';
import { explainKinds } from './support/data-kinds.ts';
import { defineReadTool } from './support/define.ts';
import { ratioLine } from './support/ratio-names.ts';
import { facts, renderItemErrors } from './support/render.ts';

const price = z.number().optional();
const size = z.number().optional();

export const getQuotes = defineReadTool({
  name: 'get_quotes',
  toolset: 'core',
  title: 'Quotes',
  description:
    'Current quotes for 1–50 instruments. Falls back to delayed data where live is not subscribed, and says so.',
  input: z.object({
    contracts: z.array(contractArgument.describe(contractExamples)).min(1).max(50),
    fields: z
      .enum(['basic', 'detailed', 'options', 'fundamentals'])
      .default('basic')
      .describe('detailed: + range, mark, halted, shortable; options: Greeks, IV; fundamentals: ratios, dividends'),
  }),
  output: z.object({
    quotes: z.array(
      z.object({
        ...contractOrComboFields,
        currency: z.string().optional(),
        /** Of the prices, where it is not the currency itself: `0.01 GBP`. */
        priceUnit: z.string().optional(),
        dataType,
        asOf: instant,
        bid: price,
        ask: price,
        last: price,
        bidSize: size,
        askSize: size,
        lastSize: size,
        close: price,
        /** The day of that close. */
        closeDate: z.string().optional(),
        /** Last (or mid) against the previous close, in price and in percent. */
        change: price,
        changePercent: z.number().optional(),
        volume: size,
        open: price,
        high: price,
        low: price,
        mark: price,
        /** Where the last trade is more than a minute older than the quote. */
        lastTime: instant.optional(),
        halted: z.boolean().optional(),
        shortable: z.enum(['available', 'locate', 'unavailable']).optional(),
        shortableShares: size,
        low52: price,
        high52: price,
        averageVolume: size,
        impliedVolatility: z.number().optional(),
        historicalVolatility: z.number().optional(),
        greeks: z
          .object({
            delta: z.number().optional(),
            gamma: z.number().optional(),
            theta: z.number().optional(),
            vega: z.number().optional(),
            iv: z.number().optional(),
            price: price,
            underlying: price,
          })
          .optional(),
        openInterest: size,
        ratios: stockRatios,
        dividends: stockDividends,
      }),
    ),
    errors: itemErrors,
  }),
  render: ({ quotes, errors }) =>
    [
      ...quotes.map(
        ({ conId, contract, greeks, ratios, dividends, asOf, close, closeDate, change, changePercent, ...values }) =>
          [
            conId === undefined ? contract : `${contract} {${conId}}`,
            facts({ ...values, close, change, changePercent, ...(close !== undefined && { 'close of': closeDate }) }),
            greeks && `Greeks: ${facts(greeks)}`,
            ratios && ratioLine(ratios, values.currency),
            dividends && `Dividends: ${facts(dividends)}`,
            `as of ${asOf}`,
          ]
            .filter(Boolean)
            .join('\n'),
      ),
      ...explainKinds(quotes.map(({ dataType }) => dataType)),
      ...renderItemErrors(errors),
    ].join('\n\n'),
});
