import { z } from 'zod';
import { contractArgument, contractFields, instant, series, underlyingFields } from '../values.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table, underlyingLine } from './support/render.ts';

const number = z.number().optional();
const positive = z.number().positive();
/** Amounts of theta are per day, of vega per percentage point of volatility. */
const greeks = { delta: number, gamma: number, theta: number, vega: number };
const limit = z.union([z.number(), z.literal('unlimited')]);

export const calculateOption = defineReadTool({
  name: 'calculate_option',
  toolset: 'options',
  title: 'Option calculator',
  description:
    'Volatility from a price, or price and Greeks from a volatility; or payoff of legs at the nearest expiry. Unlisted ones too.',
  input: z.object({
    contract: contractArgument.describe('An option').optional(),
    price: positive.optional().describe('Default: mid'),
    volatility: positive.max(10).optional().describe('0.25 is 25 %'),
    underlying_price: positive.optional(),
    rate: z.number().min(-0.1).max(1).optional().describe('Own model; default 0.04'),
    legs: z
      .array(
        z.strictObject({
          contract: contractArgument.describe('Or stock, future'),
          quantity: z.number().refine((quantity) => quantity !== 0, 'must not be 0'),
          price: z.number().nonnegative().optional(),
        }),
      )
      .min(1)
      .max(12)
      .optional(),
    min_price: z.number().nonnegative().optional(),
    max_price: positive.optional(),
    points: z.number().int().min(2).max(101).optional(),
  }),
  output: z.object({
    asOf: instant,
    underlying: underlyingFields.partial(),
    option: z
      .object({
        /** Without conId: an option that is not listed. */
        conId: contractFields.conId.optional(),
        contract: z.string(),
        expiry: z.string(),
        days: z.number().int(),
        strike: z.number(),
        right: z.string(),
        multiplier: z.number(),
        price: z.number(),
        currency: z.string().optional(),
        /** Absent for a price without time value. */
        iv: number,
        ...greeks,
        intrinsic: z.number(),
        timeValue: z.number(),
        exercise: z.enum(['American', 'European']),
        settlement: z.string(),
        /** Who computed it. */
        model: z.enum(['gateway', 'black-scholes', 'american']),
      })
      .optional(),
    strategy: z
      .object({
        currency: z.string().optional(),
        expiry: z.string().optional(),
        /** Instead, when legs outlive it: they are valued then by a model. */
        nearestExpiry: z.string().optional(),
        legs: z.object(series),
        /** Paid when positive, received when negative. */
        netDebit: z.number(),
        maxProfit: limit,
        /** Negative for a loss. */
        maxLoss: limit,
        breakEvens: z.array(z.number()),
        /** Of the whole position: units times Greeks. */
        greeks: z.object(greeks).optional(),
        /** Value and gain at the expiry by price of the underlying. */
        payoff: z.object(series),
      })
      .optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 90_000,
  render: ({ asOf, underlying, option, strategy, note }) =>
    [
      `${underlyingLine(underlying)} · as of ${asOf}`,
      ...(option ? [facts(option)] : []),
      ...(strategy
        ? [
            table(strategy.legs.columns, strategy.legs.rows),
            facts({
              ...(strategy.netDebit < 0 ? { 'net credit': -strategy.netDebit } : { 'net debit': strategy.netDebit }),
              'max profit': strategy.maxProfit,
              'max loss': strategy.maxLoss,
              'break-evens': strategy.breakEvens.join(' ') || 'none',
              currency: strategy.currency,
            }),
            ...(strategy.greeks ? [facts(strategy.greeks)] : []),
            table(strategy.payoff.columns, strategy.payoff.rows),
          ]
        : []),
      ...(note ? [note] : []),
    ].join('\n'),
});
