import { isAdvisorAccount } from '../../../shared/accounts.ts';
import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import type { HomeTradingState } from '../../../shared/orders/home-model.ts';
import { relayOffline } from '../../../shared/tunnel/failures.ts';
import { type AccountScope, reaches } from '../relays/account-scope.ts';
import { noRelay, type RelayView } from '../relays/status.ts';

/** Which relay an order goes to: one that certainly is the right one, or none. */

/**
 * The relay that trades an account, or the only one there is.
 * @param account as the tool was given it; absent where it may be implied
 * @param relays those that are paired
 * @param scope the accounts that the asking grant reaches
 * @throws ToolError where none trades, or several might be meant
 */
export function tradingRelay(
  { relays: trading, owners }: Pick<HomeTradingState, 'relays' | 'owners'>,
  relays: readonly RelayView[],
  account: string | undefined,
  scope?: AccountScope,
): RelayView {
  const able = relays.filter(({ id }) => trading.get(id)?.status !== undefined);
  if (able.length === 0) throw new ToolError(noneTrades(relays));
  const accounts = able
    .flatMap(({ id }) => accountsOf(id, { relays: trading, owners }))
    .filter((one) => reaches(scope, one));
  if (account === undefined) {
    const [only, ...others] = able;
    const owner = others.length === 0 ? only : able.find(({ id }) => owners.get(accounts[0] ?? '') === id);
    if (owner && new Set(accounts).size <= 1) return owner;
    throw new ToolError(accountNeeded(accounts));
  }
  // What acts names its account in full: an alias of several would be a guess.
  const named = accounts.find((one) => one.toUpperCase() === account.trim().toUpperCase());
  const owner = named === undefined ? undefined : able.find(({ id }) => owners.get(named) === id);
  if (owner) return owner;
  const [only] = able;
  if (named !== undefined && only && able.length === 1) return only;
  throw new ToolError({
    code: 'account_not_found',
    message: `No relay trades the account ${account.slice(0, 40)}. Nothing was sent.`,
    nextStep: `Use one of: ${accounts.join(', ') || 'see list_accounts'}.`,
  });
}

/** What a relay trades; while its gateway is away, and so tells none, what it is known to trade. */
function accountsOf(
  device: string,
  { relays, owners }: Pick<HomeTradingState, 'relays' | 'owners'>,
): readonly string[] {
  const told = relays.get(device)?.status?.accounts ?? [];
  if (told.length > 0) return told;
  return [...owners].flatMap(([account, owner]) => (owner === device ? [account] : []));
}

/**
 * The relay that trades for an advisor's groups: the one whose login has the advisor's account. A grant that reaches some
 * accounts only reaches no group.
 * @throws ToolError where none does, or several might be meant
 */
export function advisorsRelay(
  { relays: trading, owners }: Pick<HomeTradingState, 'relays' | 'owners'>,
  relays: readonly RelayView[],
  scope: AccountScope,
): RelayView {
  const able = relays.filter(({ id }) => trading.get(id)?.status !== undefined);
  if (able.length === 0) throw new ToolError(noneTrades(relays));
  const [only, ...others] = able.filter(({ id }) =>
    accountsOf(id, { relays: trading, owners }).some(
      (account) => isAdvisorAccount(account) && owners.get(account) === id,
    ),
  );
  if (only && others.length === 0 && scope === undefined) return only;
  throw new ToolError({
    code: 'invalid_arguments',
    message: 'No advisor’s group can be traded from here. Nothing was sent.',
    nextStep: 'Give account instead of allocation.',
  });
}

/** @throws ToolError for an account that the asking grant does not reach; it looks like one that does not exist */
export function assertReached(account: string | undefined, scope: AccountScope): void {
  if (account === undefined || reaches(scope, account)) return;
  throw new ToolError({
    code: 'account_not_found',
    message: `There is no account “${account.slice(0, 40)}” here. Nothing was sent.`,
    nextStep: `Use one of: ${scope?.slice(0, 20).join(', ')}.`,
  });
}

function noneTrades(relays: readonly RelayView[]): ToolErrorData {
  if (relays.length === 0) return { ...noRelay, message: `${noRelay.message} Nothing was sent.` };
  if (relays.every(({ status, online }) => !status && !online)) return relayOffline();
  const modes = relays.map(({ name, online, status }) => {
    const mode = status ? `is ${status.trading}` : 'has never said whether it trades';
    return `“${name}” ${mode}${online ? '' : ', and is not connected now'}`;
  });
  const code = 'trading_unavailable';
  if (relays.some(({ status }) => status !== undefined && status.trading !== 'read-only')) {
    return {
      code,
      message: `This server cannot read what the relay says of its orders (${modes.join('; ')}). Nothing was sent.`,
      nextStep: 'The owner updates the older of relay and server.',
    };
  }
  return {
    code,
    message: `No relay allows trading (${modes.join('; ')}). Nothing was sent.`,
    nextStep:
      'The owner sets RELAY_TRADING=paper in the relay’s .env at home and starts it again; nothing here can change that.',
  };
}

/** Said where an order has to name its account. */
export function accountNeeded(accounts: readonly string[]): ToolErrorData {
  return {
    code: 'invalid_arguments',
    message: 'There are several accounts, and an order goes to one that is named. Nothing was sent.',
    nextStep: `Name one: ${[...new Set(accounts)].slice(0, 30).join(', ')}.`,
  };
}
