import type { Account, Holding } from '../accounts/account.ts';
import { type AccountTag, accountTags, ledgerTags } from '../accounts/tags.ts';
import { type Valuation, type ValuedHolding, valueAccount } from '../accounts/valuation.ts';
import type { World } from '../world.ts';
import { contractFields, sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

/** How often subscribed account values are sent again. */
const REFRESH_MS = 180_000;
const MOST_SUMMARIES = 2;
const ONCE = -1;

/** The account a request names; the first one when it names none. */
function accountNamed({ accounts }: World, name: string): Account | undefined {
  return name === '' ? accounts[0] : accounts.find(({ id }) => id === name);
}

/** All accounts for an empty name or `All`, otherwise the one named; none after an error has been sent. */
function accountsNamed(context: Context, reqId: number, name: string): readonly Account[] {
  const { accounts } = context.world;
  if (name === '' || name === 'All') return accounts;
  const found = accounts.filter(({ id }) => id === name);
  if (found.length === 0) sendInvalid(context, reqId, `Invalid account code '${name}'.`);
  return found;
}

/** The rows a summary shows for its comma-separated tags, `$LEDGER`, `$LEDGER:ALL` and `$LEDGER:EUR` among them. */
function summaryRows(valuation: Valuation, tags: readonly string[]): AccountTag[] {
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

function sendSummary({ session, world }: Context, reqId: number, tags: readonly string[]): void {
  for (const account of world.accounts) {
    for (const { tag, value, currency } of summaryRows(valueAccount(world.model, account, world.now()), tags)) {
      session.send('accountSummary', { reqId, account: account.id, tag, value, currency });
    }
  }
}

const positionFields = ({ instrument, quantity, averageCost }: Holding) => ({
  ...contractFields(instrument),
  exchange: instrument.primaryExchange,
  position: quantity.toFixed(),
  averageCost: averageCost.toFixed(),
});

function portfolioFields({ holding, price, marketValue, unrealized }: ValuedHolding) {
  const { instrument, quantity, averageCost } = holding;
  return {
    ...contractFields(instrument),
    primaryExchange: instrument.primaryExchange,
    position: quantity.toFixed(),
    marketPrice: price.toFixed(),
    marketValue: marketValue.toFixed(2),
    averageCost: averageCost.toFixed(),
    unrealizedPnl: unrealized.toFixed(2),
    realizedPnl: '0.0',
  };
}

/** Everything about one account, ending without the download marker, which is sent only once. */
function sendAccount({ session, world }: Context, account: Account): void {
  const valuation = valueAccount(world.model, account, world.now());
  const ready = [
    { tag: 'AccountCode', value: account.id, currency: '' },
    { tag: 'AccountReady', value: 'true', currency: '' },
  ];
  for (const { tag, value, currency } of [...ready, ...allTags(valuation)]) {
    session.send('accountValue', { key: tag, value, currency, account: account.id });
  }
  for (const holding of valuation.holdings) {
    session.send('portfolioValue', { ...portfolioFields(holding), account: account.id });
  }
  session.send('accountUpdateTime', { time: world.zone.local(world.now()).slice(9, 14) });
}

function allTags(valuation: Valuation): AccountTag[] {
  const ledgers = [...valuation.currencies, valuation.base];
  return [...accountTags(valuation), ...ledgers.flatMap((ledger) => ledgerTags(ledger, valuation.account.id))];
}

export const accountHandlers: Handlers = {
  reqAccountSummary(context, request) {
    const { session } = context;
    const reqId = request.int('reqId');
    const group = request.text('group');
    if (group !== 'All') {
      sendInvalid(context, reqId, `Invalid account group '${group}'.`);
      return;
    }
    if (session.subscriptions.has('accountSummary', reqId)) {
      session.sendError(reqId, 322, "Error processing request.-'bN' : cause - Duplicate ticker id");
      return;
    }
    if (session.subscriptions.count('accountSummary') >= MOST_SUMMARIES) {
      const cause = 'Maximum number of account summary requests exceeded; desubscribe previous request first.';
      session.sendError(reqId, 322, `Error processing request.-'bN' : cause - ${cause}`);
      return;
    }
    const tags = request
      .text('tags')
      .split(',')
      .map((tag) => tag.trim());
    sendSummary(context, reqId, tags);
    session.send('accountSummaryEnd', { reqId });
    context.subscribe({
      kind: 'accountSummary',
      reqId,
      subject: group,
      everyMs: REFRESH_MS,
      update: () => sendSummary(context, reqId, tags),
    });
  },

  cancelAccountSummary({ session }, request) {
    session.subscriptions.remove('accountSummary', request.int('reqId'));
  },

  reqAccountUpdates(context, request) {
    const { session, world } = context;
    const name = request.text('account');
    if (!request.flag('subscribe')) {
      session.subscriptions.remove('accountUpdates', ONCE);
      return;
    }
    const account = accountNamed(world, name);
    if (!account) {
      sendInvalid(context, -1, `Invalid account code '${name}'.`);
      return;
    }
    const earlier = session.subscriptions.list().find(({ kind }) => kind === 'accountUpdates');
    if (earlier && earlier.subject !== account.id) {
      session.sendError(-1, 2100, 'API client has been unsubscribed from account data.');
    }
    sendAccount(context, account);
    session.send('accountDownloadEnd', { account: account.id });
    context.subscribe({
      kind: 'accountUpdates',
      reqId: ONCE,
      subject: account.id,
      everyMs: REFRESH_MS,
      update: () => sendAccount(context, account),
    });
  },

  reqAccountUpdatesMulti(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const accounts = accountsNamed(context, reqId, request.text('account'));
    if (accounts.length === 0) return;
    const modelCode = request.text('modelCode');
    const ledgerOnly = request.flag('ledgerAndNlv');
    const sendValues = (): void => {
      for (const account of accounts) {
        const valuation = valueAccount(world.model, account, world.now());
        const rows = ledgerOnly ? summaryRows(valuation, ['NetLiquidation', '$LEDGER:ALL']) : allTags(valuation);
        for (const { tag, value, currency } of rows) {
          session.send('accountUpdateMulti', { reqId, account: account.id, modelCode, key: tag, value, currency });
        }
      }
    };
    sendValues();
    session.send('accountUpdateMultiEnd', { reqId });
    context.subscribe({
      kind: 'accountUpdatesMulti',
      reqId,
      subject: accounts.map(({ id }) => id).join(','),
      everyMs: REFRESH_MS,
      update: sendValues,
    });
  },

  cancelAccountUpdatesMulti({ session }, request) {
    session.subscriptions.remove('accountUpdatesMulti', request.int('reqId'));
  },

  reqPositions(context) {
    const { session, world } = context;
    for (const account of world.accounts) {
      for (const holding of account.holdings) {
        session.send('position', { account: account.id, ...positionFields(holding) });
      }
    }
    session.send('positionEnd', {});
    context.subscribe({ kind: 'positions', reqId: ONCE, subject: 'All' });
  },

  cancelPositions({ session }) {
    session.subscriptions.remove('positions', ONCE);
  },

  reqPositionsMulti(context, request) {
    const { session } = context;
    const reqId = request.int('reqId');
    const modelCode = request.text('modelCode');
    const accounts = accountsNamed(context, reqId, request.text('account'));
    if (accounts.length === 0) return;
    for (const account of accounts) {
      for (const holding of account.holdings) {
        session.send('positionMulti', { reqId, account: account.id, ...positionFields(holding), modelCode });
      }
    }
    session.send('positionMultiEnd', { reqId });
    context.subscribe({ kind: 'positionsMulti', reqId, subject: accounts.map(({ id }) => id).join(',') });
  },

  cancelPositionsMulti({ session }, request) {
    session.subscriptions.remove('positionsMulti', request.int('reqId'));
  },
};
