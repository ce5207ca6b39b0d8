import { z } from 'zod';
import { contractArgument, contractFields, expiryText, instant, optionRight, underlyingFields } from '../values.ts';
import { explainKinds } from './support/data-kinds.ts';
import { defineReadTool } from './support/define.ts';
import { facts, underlyingLine } from './support/render.ts';

const value = z.number().optional();

export const findOptionContract = defineReadTool({
  name: 'find_option_contract',
  toolset: 'options',
  title: 'Find an option',
  description:
    'The listed option nearest to a strike, a delta or the money, for an expiry or a number of days; with its quote and Greeks.',
  input: z.object({
    contract: contractArgument.describe('The underlying'),
    right: optionRight,
    expiry: expiryText.optional(),
    days: z.number().int().min(0).max(2_000).optional().describe('Days to expiry, the nearest; default 30'),
    strike: z.number().positive().optional(),
    delta: z.number().min(-1).max(1).optional().describe('0.30, sign ignored; without strike and delta: at the money'),
    trading_class: z.string().trim().max(20).optional(),
  }),
  output: z.object({
    ...contractFields,
    underlying: underlyingFields,
    asOf: instant,
    expiry: z.string(),
    days: z.number().int(),
    strike: z.number(),
    right: z.enum(['C', 'P']),
    tradingClass: z.string(),
    multiplier: z.number(),
    currency: z.string().optional(),
    exercise: z.enum(['American', 'European']),
    settlement: z.string(),
    dataType: z.string().optional(),
    bid: value,
    ask: value,
    last: value,
    volume: value,
    openInterest: value,
    iv: value,
    delta: value,
    gamma: value,
    theta: value,
    vega: value,
    note: z.string().optional(),
  }),
  timeoutMs: 90_000,
  render: ({ contract, conId, underlying, note, ...rest }) =>
    [`${contract} {${conId}}`, facts(rest), underlyingLine(underlying), note]
      .filter(Boolean)
      .concat(explainKinds([rest.dataType]))
      .join('\n'),
});
