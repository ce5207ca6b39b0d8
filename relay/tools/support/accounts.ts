import { accountsMeant } from '../../../shared/accounts.ts';
import { ToolError } from '../../../shared/errors.ts';
import { accountKind } from '../../gateway/index.ts';
import type { ToolContext } from './tool.ts';

/**
 * The accounts a call may read: the one it names, else all that the owner allows. An account is named by its id, by its
 * last digits, or as the only one that is paper or live.
 * @throws ToolError `account_not_found` for one that does not exist or is not allowed; the two look the same
 */
export function readableAccounts(context: Pick<ToolContext, 'gateway' | 'config'>, named?: string): readonly string[] {
  const { gateway, config } = context;
  gateway.assertReady();
  const allowed = config.allowedAccounts;
  const readable = gateway.status().accounts.filter((account) => allowed === undefined || allowed.includes(account));
  if (named === undefined) return readable;
  const fitting = accountsMeant(
    named,
    readable.map((account) => ({ account, kind: accountKind(account) })),
  ).map(({ account }) => account);
  const [match] = fitting;
  if (match !== undefined && fitting.length === 1) return [match];
  throw new ToolError({
    code: 'account_not_found',
    message: match ? `“${named}” means several accounts.` : `There is no account “${named}” here.`,
    nextStep:
      readable.length > 0
        ? `Use one of: ${(match ? fitting : readable).slice(0, 20).join(', ')}.`
        : 'The relay allows no account.',
  });
}
