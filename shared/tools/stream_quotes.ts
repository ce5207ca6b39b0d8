import { z } from 'zod';
import { contractArgument, contractOrComboFields, instant, itemErrors } from '../values.ts';
import { explainKinds } from './support/data-kinds.ts';
import { defineReadTool } from './support/define.ts';
import { facts, renderItemErrors } from './support/render.ts';

const price = z.number().optional();

export const streamQuotes = defineReadTool({
  name: 'stream_quotes',
  toolset: 'market',
  title: 'Live quotes',
  description:
    'Watches quotes live for up to a minute, each change as progress, then what happened: first, last, range, VWAP.',
  input: z.object({
    contracts: z.array(contractArgument).min(1).max(10),
    seconds: z.number().int().min(1).max(60).default(10),
    updates: z.number().int().min(1).max(10_000).optional().describe('Stop after so many'),
  }),
  output: z.object({
    from: instant,
    to: instant,
    quotes: z.array(
      z.object({
        ...contractOrComboFields,
        /** Of the prices, where it is not the currency itself: `0.01 GBP`. */
        priceUnit: z.string().optional(),
        currency: z.string().optional(),
        updates: z.number().int(),
        dataType: z.string(),
        bid: price,
        ask: price,
        halted: z.boolean().optional(),
        /** Of trades; of the middle of bid and ask where nothing is traded. */
        first: price,
        last: price,
        high: price,
        low: price,
        change: price,
        /** Number and volume of the trades that were seen, and their average price. */
        trades: z.number().int(),
        volume: price,
        vwap: price,
      }),
    ),
    errors: itemErrors,
  }),
  timeoutMs: 90_000,
  render: ({ from, to, quotes, errors }) =>
    [
      `${from} to ${to}`,
      ...quotes.map(
        ({ contract, conId, ...rest }) => `${conId === undefined ? contract : `${contract} {${conId}}`} ${facts(rest)}`,
      ),
      ...explainKinds(quotes.map(({ dataType }) => dataType)),
      ...renderItemErrors(errors),
    ].join('\n'),
});
