import { z } from 'zod';
import { accountArgument, contractArgument, contractFields, instant, modelArgument, secTypes } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { table } from './support/render.ts';

const money = z.number().optional();

export const getPositions = defineReadTool({
  name: 'get_positions',
  toolset: 'core',
  title: 'Positions',
  description:
    'Quantity, cost, market value, P&L and weight of every position. Filter by account, FA model, contract or kind.',
  input: z.object({
    account: accountArgument,
    model: modelArgument,
    contract: contractArgument.optional().describe('With its options'),
    sec_type: z.enum(secTypes).optional(),
    limit: z.number().int().min(1).max(500).default(100),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({
    asOf: instant,
    positions: z.array(
      z.object({
        account: z.string(),
        /** Only where a model was asked for: what the account holds in it. */
        model: z.string().optional(),
        ...contractFields,
        secType: z.string(),
        quantity: z.number(),
        /** Per unit, multiplier included, in the currency itself, as IB reports it. */
        averageCost: money,
        /** In the currency itself, as IB's account window has it, where quotes may be in hundredths of it. */
        marketPrice: money,
        /** Where IB has it in a part of the currency all the same: `0.01 GBP`. */
        priceUnit: z.string().optional(),
        marketValue: money,
        currency: z.string(),
        dailyPnl: money,
        unrealizedPnl: money,
        realizedPnl: money,
        /** Market value in base currency as a percentage of the account's net liquidation. */
        weight: money,
      }),
    ),
    total: z.number().int(),
    /** Of an advisor's accounts: the models in which they hold positions. */
    models: z.array(z.string()).optional(),
    next: z.string().optional(),
    /** From where daily gains count. */
    note: z.string().optional(),
  }),
  render: ({ asOf, positions, total, models, next, note }) =>
    total === 0
      ? 'No positions.'
      : [
          `As of ${asOf}`,
          ...new Set(positions.flatMap(({ model }) => (model === undefined ? [] : [`In the model ${model}:`]))),
          table(
            ['account', 'contract', 'quantity', 'avg cost', 'price', 'value', 'cur', 'daily', 'unrealized', '%'],
            positions.map((p) => [
              p.account,
              p.contract,
              p.quantity,
              p.averageCost,
              p.marketPrice,
              p.marketValue,
              p.currency,
              p.dailyPnl,
              p.unrealizedPnl,
              p.weight,
            ]),
          ),
          ...(models ? [`Models: ${models.join(', ')}`] : []),
          ...(note ? [note] : []),
          ...(next ? [`${positions.length} of ${total}; more with cursor ${next}`] : []),
        ].join('\n'),
});
