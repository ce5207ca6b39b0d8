import { networkOf } from '../edge/attempts.ts';
import type { PageContext } from '../page-context.ts';

/** Who presses a button, and from where, for the audit. */
export function ownerHere({ req }: PageContext): string {
  const from = networkOf(req.raw);
  return `the owner, on the dashboard${from === undefined ? '' : `, from ${from}`}`;
}
