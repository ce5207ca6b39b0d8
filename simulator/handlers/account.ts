import type { Account } from '../accounts/account.ts';
import { accountInModel } from '../accounts/model-portfolio.ts';
import { type AccountTag, accountTags, ledgerTags } from '../accounts/tags.ts';
import { valueAccount } from '../accounts/valuation.ts';
import type { Valuation, ValuedHolding } from '../accounts/valued.ts';
import { contractFields } from '../contracts/contract-request.ts';
import { magnifierOf } from '../market/rules.ts';
import { onChangeOrRefresh, Told } from './account-changes.ts';
import { accountsNamed, findAccount } from './account-names.ts';
import { accountSummaryHandlers, summaryRows } from './account-summary.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';
import { positionHandlers } from './positions.ts';

const once = -1;

function portfolioFields({ holding, price, marketValue, unrealized }: ValuedHolding) {
  const { instrument, quantity, averageCost, realizedToday } = holding;
  return {
    ...contractFields(instrument),
    primaryExchange: instrument.primaryExchange,
    position: quantity.toFixed(),
    // In the currency itself, whatever hundredths the price is quoted in.
    marketPrice: price.div(magnifierOf(instrument.rule)).toFixed(),
    marketValue: marketValue.toDecimalPlaces(2),
    averageCost: averageCost.toFixed(),
    unrealizedPnl: quantity.isZero() ? 0 : unrealized.toDecimalPlaces(2),
    realizedPnl: realizedToday.toDecimalPlaces(2),
  };
}

function allTags(valuation: Valuation): AccountTag[] {
  const ledgers = [...valuation.currencies, valuation.base];
  return [...accountTags(valuation), ...ledgers.flatMap((ledger) => ledgerTags(ledger, valuation.account.id))];
}

/** Everything about one account that the client has not been told yet, and what time it is. */
function sendAccount({ session, world }: Context, told: Told, account: Account): void {
  const valuation = valueAccount(world.model, account, world.now());
  const ready = [
    { tag: 'AccountCode', value: account.id, currency: '' },
    { tag: 'AccountReady', value: 'true', currency: '' },
  ];
  for (const [index, { tag, value, currency }] of [...ready, ...allTags(valuation)].entries()) {
    if (!told.isNew(`${index} ${tag} ${currency}`, value)) continue;
    session.send('accountValue', { key: tag, value, currency, account: account.id });
  }
  for (const holding of [...valuation.holdings, ...valuation.closed]) {
    const fields = portfolioFields(holding);
    if (!told.isNew(`position ${holding.holding.instrument.conId}`, JSON.stringify(fields))) continue;
    session.send('portfolioValue', { ...fields, account: account.id });
  }
  session.send('accountUpdateTime', { time: world.zone.local(world.now()).slice(9, 14) });
}

/** The account that this client's account updates are about. */
const updatedAccount = ({ subscriptions }: Context['session']): string | undefined =>
  subscriptions.list().find(({ kind }) => kind === 'accountUpdates')?.subject;

/** Only one account is sent at a time, to however many clients; says which others watch another one. */
function watchersOfOthers(context: Context, account: Account): number[] {
  return context
    .sessions()
    .filter((session) => session !== context.session)
    .filter((session) => (updatedAccount(session) ?? account.id) !== account.id)
    .map(({ clientId }) => clientId ?? once);
}

const updateHandlers: Handlers = {
  reqAccountUpdates(context, request) {
    const { session, world } = context;
    const name = request.text('account');
    if (!request.flag('subscribe')) {
      session.subscriptions.remove('accountUpdates', once);
      return;
    }
    const account = name === '' ? world.accounts[0] : findAccount(world, name);
    if (!account) {
      sendInvalid(context, once, `Invalid account code '${name}'.`);
      return;
    }
    const others = watchersOfOthers(context, account);
    if (others.length > 0) {
      const text = 'Unable to subscribe to account as the following clients are subscribed to a different account.';
      session.sendError(once, 2101, `${text} ${others.join(', ')}`);
      return;
    }
    const earlier = updatedAccount(session);
    if (earlier !== undefined && earlier !== account.id) {
      session.sendError(once, 2100, 'API client has been unsubscribed from account data.');
    }
    const told = new Told();
    sendAccount(context, told, account);
    session.send('accountDownloadEnd', { account: account.id });
    const update = onChangeOrRefresh(
      () => findAccount(world, account.id),
      world.now(),
      (current) => current && sendAccount(context, told, current),
    );
    context.subscribe({ kind: 'accountUpdates', reqId: once, subject: account.id, everyMs: 0, update });
  },

  reqAccountUpdatesMulti(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const accounts = accountsNamed(context, reqId, request.text('account'));
    if (!accounts) return;
    const modelCode = request.text('modelCode');
    const ledgerOnly = request.flag('ledgerAndNlv');
    const told = new Told();
    const sendValues = (): void => {
      for (const account of accounts().flatMap((whole) => accountInModel(world.book, whole, modelCode) ?? [])) {
        const valuation = valueAccount(world.model, account, world.now());
        const rows = ledgerOnly ? summaryRows(valuation, ['NetLiquidation', '$LEDGER:ALL']) : allTags(valuation);
        for (const [index, { tag, value, currency }] of rows.entries()) {
          if (!told.isNew(`${account.id} ${index} ${tag} ${currency}`, value)) continue;
          session.send('accountUpdateMulti', { reqId, account: account.id, modelCode, key: tag, value, currency });
        }
      }
    };
    sendValues();
    session.send('accountUpdateMultiEnd', { reqId });
    context.subscribe({
      kind: 'accountUpdatesMulti',
      reqId,
      subject: accounts()
        .map(({ id }) => id)
        .join(','),
      everyMs: 0,
      update: onChangeOrRefresh(() => world.book.accounts, world.now(), sendValues),
    });
  },

  cancelAccountUpdatesMulti({ session }, request) {
    session.subscriptions.remove('accountUpdatesMulti', request.int('reqId'));
  },
};

export const accountHandlers: Handlers = { ...accountSummaryHandlers, ...updateHandlers, ...positionHandlers };
