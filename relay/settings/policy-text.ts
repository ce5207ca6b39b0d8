import { parse } from 'yaml';
import { z } from 'zod';
import { type Policy, policySchema } from '../../shared/orders/policy-fields.ts';
import { hintFor } from '../../shared/tools/support/nearest-name.ts';

/**
 * Reads the owner's policy, YAML or JSON. Strict: a slip of the pen must not silently lift a limit.
 * @throws Error with one sentence
 */
export function readPolicy(text: string): Policy {
  let given: unknown;
  try {
    given = parse(text, { uniqueKeys: true, maxAliasCount: 0 });
  } catch (error) {
    throw new Error(`is neither YAML nor JSON: ${(error as Error).message.split('\n')[0]}`);
  }
  const { data, error } = policySchema.safeParse(given ?? {});
  if (data) return data;
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    throw new Error(`has no field “${name.slice(0, 40)}”.${hintFor(name, Object.keys(policySchema.shape))}`);
  }
  throw new Error(`is wrong at ${issue?.path.join('.') || 'its beginning'}: ${issue?.message ?? 'not readable'}`);
}

/** The text of a policy as a setting's value. */
export const policyText = z
  .string()
  .max(100_000)
  .transform((text, context) => {
    try {
      return readPolicy(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: (error as Error).message });
      return z.NEVER;
    }
  });
