import { z } from 'zod';
import type { ErrorCode, ToolErrorData } from '../../errors.ts';

/** Argument and result fields that several tools share, so that they look the same everywhere. */

/** Its grammar is in the server's instructions; the tools that people begin with show examples of it. */
export const contractArgument = z.string().trim().min(1).max(200);
export const contractExamples = 'AAPL, EUR.USD, ES 202612, SPY 20261218 C 600, conId';

export const accountArgument = z.string().trim().min(1).max(32).optional();

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

/** Failed items of a call that asks about several. The codes are those of shared/errors.ts; listing them all would cost tokens. */
export const itemErrors = z
  .array(
    z.object({
      contract: z.string(),
      code: z.string() as z.ZodType<ErrorCode>,
      message: z.string(),
      nextStep: z.string().optional(),
      ibCode: z.number().int().optional(),
      candidates: z.array(z.string()).optional(),
    } satisfies Record<keyof ToolErrorData | 'contract', z.ZodType>),
  )
  .optional();

/** Column-wise series: every row has one cell for each column. */
export const series = {
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.number(), z.string()]))),
};

/** How fresh the numbers are, as IB reports it for this instrument. */
export const dataType = z.enum(['live', 'frozen', 'delayed', 'delayed-frozen']);
