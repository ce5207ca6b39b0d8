import { z } from 'zod';
import type { ErrorCode, ToolErrorData } from './errors.ts';

/** Values, arguments and members of results that several tools share, so that they look the same everywhere. */

/** Its grammar is in the server's instructions; the tools that people begin with show examples of it. */
export const contractArgument = z.string().trim().min(1).max(200);
export const contractExamples = 'AAPL, EUR.USD, ES 202612, SPY 20261218 C 600, conId';

export const accountArgument = z.string().trim().min(1).max(32).optional();

/** The code of a model portfolio, as the advisor has named it. */
export const modelArgument = z.string().trim().min(1).max(100).optional();

export const secTypes = [
  'STK',
  'OPT',
  'FUT',
  'CONTFUT',
  'CASH',
  'IND',
  'FOP',
  'WAR',
  'BOND',
  'FUND',
  'CMDTY',
  'CRYPTO',
  'CFD',
  'BAG',
  'NEWS',
] as const;

/** An instrument as every result names it; `contract` can be passed straight into the next call. */
export const contractFields = {
  conId: z.number().int(),
  contract: z.string(),
};

/** An instrument or a combination of some, which has no conId. */
export const contractOrComboFields = { ...contractFields, conId: contractFields.conId.optional() };

export const accountKind = z.enum(['paper', 'live']);

/** A moment, ISO 8601 with zone. */
export const instant = z.string();

export type ItemError = Omit<ToolErrorData, 'sent'> & { readonly contract: string };

/**
 * Failed items of a call that asks about several. The codes are those of shared/errors.ts; listing them all would cost
 * tokens. Whether an item was sent is in its message.
 */
export const itemErrors = z
  .array(
    z.object({
      contract: z.string(),
      code: z.string() as z.ZodType<ErrorCode>,
      message: z.string(),
      nextStep: z.string().optional(),
      ibCode: z.number().int().optional(),
      candidates: z.array(z.string()).optional(),
    } satisfies Record<keyof ItemError, z.ZodType>),
  )
  .optional();

/** Column-wise series: every row has one cell for each column. */
export const series = {
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.number(), z.string()]))),
};

/** How fresh the numbers are, as IB reports it for this instrument. */
export const dataType = z.enum(['live', 'frozen', 'delayed', 'delayed-frozen']);

export const barSizes = [
  '1 sec',
  '5 secs',
  '10 secs',
  '15 secs',
  '30 secs',
  '1 min',
  '2 mins',
  '3 mins',
  '5 mins',
  '10 mins',
  '15 mins',
  '20 mins',
  '30 mins',
  '1 hour',
  '2 hours',
  '3 hours',
  '4 hours',
  '8 hours',
  '1 day',
  '1 week',
  '1 month',
] as const;

export const performancePeriods = ['1d', 'wtd', '1w', 'mtd', '1m', 'qtd', 'ytd', '1y', 'all'] as const;

export const optionRight = z.enum(['C', 'P', 'CALL', 'PUT']).transform((right) => right.slice(0, 1) as 'C' | 'P');
export const expiryText = z.string().trim().min(4).max(12).describe('2026-12-18, 202612, DEC26');

/** The underlying with what it is worth, in which currency, of what kind of data, and of when where that is not now. */
export const underlyingFields = z.object({
  ...contractFields,
  price: z.number().optional(),
  currency: z.string().optional(),
  dataType: dataType.optional(),
  asOf: instant.optional(),
});

/** By IB's names; a text where IB gives no number. */
export const stockRatios = z.record(z.string(), z.union([z.number(), z.string()])).optional();
const amount = z.number().optional();
export const stockDividends = z
  .object({ past12Months: amount, next12Months: amount, nextDate: z.string().optional(), nextAmount: amount })
  .optional();

/** The object without its undefined members. */
export function omitUndefined<Fields extends object>(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Fields;
}
