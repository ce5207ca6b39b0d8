import { z } from 'zod';
import { defineReadTool } from './define.ts';
import { accountArgument, contractArgument, contractFields, instant, secTypes } from './fields.ts';
import { table } from './render.ts';

const money = z.number().optional();

export const getPositions = defineReadTool({
  name: 'get_positions',
  toolset: 'core',
  title: 'Positions',
  description: 'Quantity, cost, market value, P&L and weight of every position. Filter by account, contract or kind.',
  input: z.object({
    account: accountArgument,
    contract: contractArgument.optional(),
    sec_type: z.enum(secTypes).optional(),
    limit: z.number().int().min(1).max(500).default(100),
    cursor: z.string().max(200).optional(),
  }),
  output: z.object({
    asOf: instant,
    positions: z.array(
      z.object({
        account: z.string(),
        ...contractFields,
        secType: z.string(),
        quantity: z.number(),
        /** Per unit, multiplier included, as IB reports it. */
        averageCost: money,
        marketPrice: money,
        marketValue: money,
        currency: z.string(),
        dailyPnl: money,
        unrealizedPnl: money,
        realizedPnl: money,
        /** Market value in base currency as a percentage of net liquidation. */
        weight: money,
      }),
    ),
    total: z.number().int(),
    next: z.string().optional(),
  }),
  render: ({ positions, total, next }) =>
    total === 0
      ? 'No positions.'
      : [
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
          ...(next ? [`${positions.length} of ${total}; more with cursor ${next}`] : []),
        ].join('\n'),
});
