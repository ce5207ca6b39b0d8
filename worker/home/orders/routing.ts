import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import type { HomeTradingState } from '../../../shared/orders/home-model.ts';
import type { RelayView } from '../relays/status.ts';

/** Which relay an order goes to: one that certainly is the right one, or none. */

/**
 * The relay that trades an account, or the only one there is.
 * @param account as the tool was given it; absent where it may be implied
 * @param relays those that are paired
 * @throws ToolError where none trades, or several might be meant
 */
export function tradingRelay(
  { relays: trading, owners }: Pick<HomeTradingState, 'relays' | 'owners'>,
  relays: readonly RelayView[],
  account: string | undefined,
): RelayView {
  const able = relays.filter(({ id }) => trading.get(id)?.status !== undefined);
  if (able.length === 0) throw new ToolError(noneTrades(relays));
  const accounts = able.flatMap(({ id }) => trading.get(id)?.status?.accounts ?? []);
  if (account === undefined) {
    const [only] = able;
    if (only && able.length === 1 && new Set(accounts).size <= 1) return only;
    throw new ToolError(accountNeeded(accounts));
  }
  const owner = able.find(({ id }) => owners.get(account) === id);
  if (owner) return owner;
  // An alias, which the relay knows how to read.
  const [only] = able;
  if (only && able.length === 1) return only;
  throw new ToolError({
    code: 'account_not_found',
    message: `No relay trades the account ${account.slice(0, 40)}. Nothing was sent.`,
    nextStep: `Use one of: ${accounts.join(', ') || 'see list_accounts'}.`,
  });
}

function noneTrades(relays: readonly RelayView[]): ToolErrorData {
  const modes = relays.map(({ name, status }) => `“${name}” is ${status?.trading ?? 'unknown'}`).join(', ');
  return {
    code: 'trading_unavailable',
    message: `No relay allows trading${modes ? ` (${modes})` : ''}. Nothing was sent.`,
    nextStep:
      'The owner sets TRADING_MODE=paper in the relay’s .env at home and starts it again; nothing here can change that.',
  };
}

function accountNeeded(accounts: readonly string[]): ToolErrorData {
  return {
    code: 'invalid_arguments',
    message: 'There are several accounts, and an order goes to one that is named. Nothing was sent.',
    nextStep: `Name one: ${[...new Set(accounts)].slice(0, 30).join(', ')}.`,
  };
}
