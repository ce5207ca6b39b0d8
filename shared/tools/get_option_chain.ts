import { z } from 'zod';
import { contractArgument, expiryText, instant, optionRight, series, underlyingFields } from '../values.ts';
import { explainKinds } from './support/data-kinds.ts';
import { defineReadTool } from './support/define.ts';
import { facts, table, underlyingLine } from './support/render.ts';

export const getOptionChain = defineReadTool({
  name: 'get_option_chain',
  toolset: 'options',
  title: 'Option chain',
  description:
    'Without expiry: the expiries by trading class. With one: options that exist around the money, with quotes, Greeks and open interest if asked.',
  input: z.object({
    contract: contractArgument.describe('The underlying: stock, index or future'),
    expiry: expiryText.optional(),
    right: optionRight.optional(),
    strikes: z.number().int().min(1).max(100).optional().describe('On each side of the money; default 10'),
    min_strike: z.number().nonnegative().optional(),
    max_strike: z.number().nonnegative().optional(),
    min_delta: z.number().min(0).max(1).optional().describe('Absolute'),
    max_delta: z.number().min(0).max(1).optional(),
    trading_class: z.string().trim().max(20).optional().describe('SPX or SPXW'),
    quotes: z.boolean().default(false),
    limit: z.number().int().min(1).max(100).default(40),
    cursor: z.string().max(600).optional(),
  }),
  output: z.object({
    underlying: underlyingFields,
    asOf: instant,
    classes: z
      .array(
        z.object({
          tradingClass: z.string(),
          exchange: z.string(),
          multiplier: z.number(),
          expiries: z.array(z.string()),
          strikes: z.number().int(),
        }),
      )
      .optional(),
    columns: series.columns.optional(),
    /** A cell without a value is an empty text. */
    rows: series.rows.optional(),
    /** Options that fit, of the expiries that are shown; those nearest the money come first. */
    total: z.number().int().optional(),
    next: z.string().optional(),
    /** How fresh quotes are; a column of its own where they differ. */
    dataType: z.string().optional(),
    currency: z.string().optional(),
    note: z.string().optional(),
  }),
  timeoutMs: 120_000,
  render: ({ underlying, asOf, classes, columns, rows, total, next, dataType, currency, note }) =>
    [
      underlyingLine(underlying),
      facts({ 'as of': asOf, data: dataType, currency }),
      ...(classes ?? []).map(
        (c) =>
          `${c.tradingClass} (${c.exchange}, ×${c.multiplier}, ${c.strikes} strikes): ${c.expiries.join(' ') || 'none'}`,
      ),
      ...(columns && rows ? [table(columns, rows)] : []),
      ...(rows && (next || total !== rows.length)
        ? [`${rows.length} of ${total} options${next ? `; more with cursor ${next}` : ''}`]
        : []),
      ...explainKinds([underlying.dataType, dataType]),
      ...(note ? [note] : []),
    ].join('\n'),
});
