import { isAdvisorAccount, isPaperAccount } from '../../../shared/accounts.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { PlannedOrder } from '../../../shared/orders/order.ts';
import { reading } from '../../documents/index.ts';
import type { ToolContext } from '../../tools/support/tool.ts';

type AccountContext = Pick<ToolContext, 'gateway' | 'config' | 'signal'>;

/**
 * The account of an order, named in full unless there is only one. A relay for paper takes what is known to be paper, and
 * nothing at all while the login has another account.
 * @throws ToolError `account_not_found`, `invalid_arguments`
 */
export function orderAccount(named: string | undefined, context: AccountContext): string {
  const { gateway, config } = context;
  gateway.assertReady();
  const managed = gateway.status().accounts;
  const mine = allowed(managed, config).filter((account) => !isAllAccounts(account));
  const account = named?.trim().toUpperCase() ?? (mine.length === 1 ? mine[0] : undefined);
  if (account === undefined) {
    throw new ToolError({
      code: mine.length === 0 ? 'account_not_found' : 'invalid_arguments',
      message:
        mine.length === 0 ? 'The relay allows no account.' : 'There are several accounts: an order has to name one.',
      nextStep:
        mine.length === 0 ? 'Its owner sets the accounts at home.' : `Give account: ${mine.slice(0, 20).join(', ')}.`,
    });
  }
  const exact = mine.find((one) => one.toUpperCase() === account);
  if (exact === undefined) {
    throw new ToolError({
      code: 'account_not_found',
      message: `There is no account “${named ?? account}” here to trade in.`,
      nextStep: `Name one in full: ${mine.slice(0, 20).join(', ') || 'none is allowed'}.`,
    });
  }
  refuseLive([exact, ...managed], config);
  return exact;
}

/**
 * The members of an advisor’s group, all of which must be allowed.
 * @throws ToolError as `orderAccount`
 */
export async function groupMembers(group: string, context: AccountContext): Promise<string[]> {
  const { gateway, config, signal } = context;
  gateway.assertReady();
  const managed = gateway.status().accounts;
  const xml = await gateway.advisors.configuration('groups', signal);
  const groups = await reading('advisorGroups', xml, xml.length, signal);
  const found = groups.find(({ name }) => name === group);
  if (!found) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: `There is no group “${group}”.`,
      nextStep: `Groups: ${
        groups
          .map(({ name }) => name)
          .slice(0, 20)
          .join(', ') || 'none'
      }.`,
    });
  }
  const members = found.accounts.map(({ account }) => account);
  const forbidden = members.filter((account) => !allowed(managed, config).includes(account));
  if (members.length === 0 || forbidden.length > 0) {
    throw new ToolError({
      code: 'account_not_found',
      message: `Not every account of the group “${group}” may be traded here.`,
      nextStep: 'Its owner allows accounts at home; or name one account.',
    });
  }
  refuseLive([...members, ...managed], config);
  return members;
}

/** Whose order a planned one is, as that is now. @throws ToolError as `orderAccount` */
export async function accountsOfOrder(
  order: PlannedOrder,
  context: AccountContext,
): Promise<{ readonly account: string; readonly accounts: readonly string[] }> {
  const terms = order.kind === 'exercise' ? { account: order.account } : order.entry;
  if ('allocation' in terms && terms.allocation) {
    const accounts = await groupMembers(terms.allocation.group, context);
    return { account: advisorOf(context) ?? accounts[0] ?? '', accounts };
  }
  const account = orderAccount(terms.account, context);
  return { account, accounts: [account] };
}

/** The account of the advisor itself, under whose name the orders of its groups stand. */
export function advisorOf({ gateway }: Pick<AccountContext, 'gateway'>): string | undefined {
  return gateway.status().accounts.find(isAdvisorAccount);
}

const allowed = (managed: readonly string[], { allowedAccounts }: AccountContext['config']): string[] =>
  managed.filter((account) => allowedAccounts === undefined || allowedAccounts.includes(account));

/** IB’s name for everything that an advisor manages, which no order is for. */
const isAllAccounts = (account: string): boolean => /^D?[FI]\d+A$/.test(account);

function refuseLive(accounts: readonly string[], { trading }: AccountContext['config']): void {
  if (trading === 'live' || accounts.every(isPaperAccount)) return;
  throw new ToolError({
    code: 'trading_unavailable',
    message: 'This relay trades paper accounts only, and IB Gateway is logged in with another one.',
    nextStep: 'At home, log the gateway in to the paper account.',
  });
}
