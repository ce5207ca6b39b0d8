import { z } from 'zod';
import { defineOperation } from '../operation.ts';
import { contractArgument, contractFields, itemErrors } from '../values.ts';

/** Which instruments contract strings mean: what Home asks before it keeps one. Not listed as a tool. */
export const resolveContracts = defineOperation({
  name: 'contracts.resolve',
  input: z.object({ contracts: z.array(contractArgument).min(1).max(50) }),
  output: z.object({
    instruments: z.array(
      z.object({
        ...contractFields,
        currency: z.string().optional(),
        secType: z.string().optional(),
        /** The last day on which it trades, `YYYY-MM-DD`, where there is one. */
        expires: z.string().optional(),
        /** As it was asked for. */
        given: z.string(),
      }),
    ),
    errors: itemErrors,
  }),
  timeoutMs: 30_000,
});
