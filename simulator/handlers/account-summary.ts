import { type AccountTag, accountTags, ledgerTags } from '../accounts/tags.ts';
import { valueAccount } from '../accounts/valuation.ts';
import type { Valuation } from '../accounts/valued.ts';
import { onChangeOrRefresh, Told } from './account-changes.ts';
import { accountsInGroup, refuseDuplicate } from './account-names.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

const mostSummaries = 2;
/** Accounts that the group of all may have. */
const mostAccounts = 50;

/** The rows a summary shows for its comma-separated tags, `$LEDGER`, `$LEDGER:ALL` and `$LEDGER:EUR` among them. */
export function summaryRows(valuation: Valuation, tags: readonly string[]): AccountTag[] {
  const { account, base, currencies } = valuation;
  const wanted = new Set(tags);
  const rows = accountTags(valuation).filter(({ tag }) => wanted.has(tag));
  const ledgers = tags.flatMap((tag) => {
    const [name, currency] = tag.split(':');
    if (name !== '$LEDGER') return [];
    if (currency === undefined) return [base];
    return currency === 'ALL' ? [...currencies, base] : currencies.filter((ledger) => ledger.currency === currency);
  });
  return [...rows, ...ledgers.flatMap((ledger) => ledgerTags(ledger, account.id))];
}

/** Sends the rows of a group's accounts that the client has not been told yet. */
function sendSummary({ session, world }: Context, told: Told, reqId: number, group: string, tags: readonly string[]) {
  for (const account of accountsInGroup(world, group) ?? []) {
    const rows = summaryRows(valueAccount(world.model, account, world.now()), tags);
    for (const [index, { tag, value, currency }] of rows.entries()) {
      if (!told.isNew(`${account.id} ${index} ${tag} ${currency}`, value)) continue;
      session.send('accountSummary', { reqId, account: account.id, tag, value, currency });
    }
  }
}

export const accountSummaryHandlers: Handlers = {
  reqAccountSummary(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const group = request.text('group');
    if (!accountsInGroup(world, group)) {
      sendInvalid(context, reqId, `Invalid account group '${group}'.`);
      return;
    }
    if (group === 'All' && world.accounts.length > mostAccounts) {
      sendInvalid(context, reqId, `Group 'All' is not available with more than ${mostAccounts} accounts.`);
      return;
    }
    if (refuseDuplicate(context, 'accountSummary', reqId)) return;
    if (session.subscriptions.count('accountSummary') >= mostSummaries) {
      const cause = 'Maximum number of account summary requests exceeded; desubscribe previous request first.';
      session.sendError(reqId, 322, `Error processing request.-'bN' : cause - ${cause}`);
      return;
    }
    const tags = request
      .text('tags')
      .split(',')
      .map((tag) => tag.trim());
    const told = new Told();
    const send = (): void => sendSummary(context, told, reqId, group, tags);
    send();
    session.send('accountSummaryEnd', { reqId });
    const update = onChangeOrRefresh(() => world.book.accounts, world.now(), send);
    context.subscribe({ kind: 'accountSummary', reqId, subject: group, everyMs: 0, update });
  },

  cancelAccountSummary({ session }, request) {
    session.subscriptions.remove('accountSummary', request.int('reqId'));
  },
};
