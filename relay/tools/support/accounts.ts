import { ToolError } from '../../../shared/errors.ts';
import type { ToolContext } from './tool.ts';

/**
 * The accounts a call may read: the one it names, else all that the owner allows.
 * @throws ToolError `account_not_found` for one that does not exist or is not allowed; the two look the same
 */
export function readableAccounts(context: Pick<ToolContext, 'gateway' | 'config'>, named?: string): readonly string[] {
  const { gateway, config } = context;
  gateway.assertReady();
  const allowed = config.allowedAccounts;
  const readable = gateway.status().accounts.filter((account) => allowed === undefined || allowed.includes(account));
  if (named === undefined) return readable;
  const match = readable.find((account) => account.toUpperCase() === named.toUpperCase());
  if (match !== undefined) return [match];
  throw new ToolError({
    code: 'account_not_found',
    message: `There is no account “${named}” here.`,
    nextStep: readable.length > 0 ? `Use one of: ${readable.slice(0, 20).join(', ')}.` : 'The relay allows no account.',
  });
}
