import type { Account } from '../accounts/account.ts';
import { aggregate } from '../accounts/aggregate.ts';
import type { World } from '../world/world.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context } from './handler.ts';

/** Everything an advisor's clients have, by the accounts as they stood: added up once for each state. */
const aggregates = new WeakMap<readonly Account[], Account>();

function clientsTogether({ book }: World, id: string): Account | undefined {
  const { accounts, advisor } = book;
  const clients = accounts.filter((account) => account.id !== advisor?.master);
  if (!advisor || clients.length === 0) return undefined;
  const known = aggregates.get(accounts);
  if (known) return known;
  const together = aggregate(id, clients);
  aggregates.set(accounts, together);
  return together;
}

/** The account of a code; an advisor's code followed by `A` stands for all clients together. */
export function findAccount(world: World, name: string): Account | undefined {
  const { advisor } = world.book;
  if (advisor && name === `${advisor.master}A`) return clientsTogether(world, name);
  return world.book.account(name);
}

/** The accounts behind `All` or the name of an advisor's group; undefined when there is no such group. */
export function accountsInGroup({ book }: World, name: string): readonly Account[] | undefined {
  if (name === 'All') return book.accounts;
  const group = book.advisor?.group(name);
  if (!group) return undefined;
  return group.accounts.flatMap(({ account }) => book.account(account) ?? []);
}

/** How to read, again and again, the accounts a request names; undefined after an error has been sent. */
export function accountsNamed(context: Context, reqId: number, name: string): (() => readonly Account[]) | undefined {
  const { world } = context;
  if (name === '') return () => world.book.accounts;
  if (accountsInGroup(world, name)) return () => accountsInGroup(world, name) ?? [];
  if (!findAccount(world, name)) {
    sendInvalid(context, reqId, `Invalid account code '${name}'.`);
    return undefined;
  }
  return () => {
    const account = findAccount(world, name);
    return account ? [account] : [];
  };
}

/** Refuses a request id that is in use for the same kind of subscription. */
export function refuseDuplicate({ session }: Context, kind: 'accountSummary' | 'pnl' | 'pnlSingle', reqId: number) {
  const taken = session.subscriptions.has(kind, reqId);
  if (taken) session.sendError(reqId, 322, "Error processing request.-'bN' : cause - Duplicate ticker id");
  return taken;
}
