import { z } from 'zod';
import { contractArgument, contractFields } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts } from './support/render.ts';

const price = z.number().optional();

export const getMarketRules = defineReadTool({
  name: 'get_market_rules',
  toolset: 'market',
  title: 'Price and size rules',
  description:
    'Which prices and sizes an order may have: price increments by exchange and price band, sizes; with a price, the nearest legal ones.',
  input: z.object({
    contract: contractArgument,
    exchange: z.string().trim().min(1).max(20).optional().describe('One exchange only'),
    price: z.number().min(-1e9).max(1e9).optional(),
  }),
  output: z.object({
    ...contractFields,
    currency: z.string(),
    /** Each with the exchanges that share it; first that of the exchange to which orders go if none is named. */
    rules: z.array(
      z.object({
        marketRule: z.number().int(),
        exchanges: z.array(z.string()),
        /** From the price `from` upwards, prices are whole multiples of `increment`. */
        increments: z.array(z.object({ from: z.number(), increment: z.number() })),
        /** Legal prices around the one that was given; `at` is that itself, where it is legal. */
        nearest: z.object({ below: price, at: price, above: z.number() }).optional(),
      }),
    ),
    /** The smallest increment of all. */
    minTick: price,
    minSize: price,
    sizeIncrement: price,
    suggestedSizeIncrement: price,
    /** Prices are in so many parts of the currency: 100 where a price of 230 means 2.30. */
    priceMagnifier: z.number().int().optional(),
    note: z.string().optional(),
  }),
  render: ({ contract, conId, currency, rules, note, ...sizes }) =>
    [
      `${contract} {${conId}} in ${currency}`,
      facts({
        'min tick': sizes.minTick,
        'min size': sizes.minSize,
        'size increment': sizes.sizeIncrement,
        'suggested size increment': sizes.suggestedSizeIncrement,
        'price magnifier': sizes.priceMagnifier === 1 ? undefined : sizes.priceMagnifier,
      }),
      ...rules.flatMap(({ marketRule, exchanges, increments, nearest }) => [
        `Rule ${marketRule}, at ${exchanges.join(' ')}: ${increments.map(({ from, increment }) => `from ${from} by ${increment}`).join(', ')}`,
        ...(nearest ? [`  ${facts({ below: nearest.below, 'at (legal)': nearest.at, above: nearest.above })}`] : []),
      ]),
      ...(note ? [note] : []),
    ]
      .filter(Boolean)
      .join('\n'),
});
