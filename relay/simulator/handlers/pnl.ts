import type { Account } from '../accounts/account.ts';
import { valueAccount, valueHolding } from '../accounts/valuation.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

const UPDATE_MS = 1000;

function accountFor(context: Context, reqId: number, name: string): Account | undefined {
  const account = context.world.accounts.find(({ id }) => id === name);
  if (!account) sendInvalid(context, reqId, `Invalid account code '${name}'.`);
  return account;
}

/** Sends now and then once a second, as long as something changes. */
function stream(
  context: Context,
  kind: 'pnl' | 'pnlSingle',
  reqId: number,
  subject: string,
  compute: () => { readonly text: string; send(): void },
): void {
  let sent = '';
  const update = (): void => {
    const current = compute();
    if (current.text === sent || context.session.congested) return;
    sent = current.text;
    current.send();
  };
  update();
  context.subscribe({ kind, reqId, subject, everyMs: UPDATE_MS, update });
}

export const pnlHandlers: Handlers = {
  reqPnL(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const account = accountFor(context, reqId, request.text('account'));
    if (!account) return;
    stream(context, 'pnl', reqId, account.id, () => {
      const { daily, base } = valueAccount(world.model, account, world.now());
      const values = {
        reqId,
        dailyPnl: daily.toFixed(2),
        unrealizedPnl: base.unrealized.toFixed(2),
        realizedPnl: base.realized.toFixed(2),
      };
      return { text: JSON.stringify(values), send: () => session.send('pnl', values) };
    });
  },

  cancelPnL({ session }, request) {
    session.subscriptions.remove('pnl', request.int('reqId'));
  },

  /** A contract that is not held gets no answer at all, as with the real gateway. */
  reqPnLSingle(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const conId = request.int('conId');
    const account = accountFor(context, reqId, request.text('account'));
    const holding = account?.holdings.find(({ instrument }) => instrument.conId === conId);
    if (!account || !holding) return;
    stream(context, 'pnlSingle', reqId, `${account.id} ${holding.instrument.localSymbol}`, () => {
      const valued = valueHolding(world.model, holding, account.baseCurrency, world.now());
      const values = {
        reqId,
        position: holding.quantity.toFixed(),
        dailyPnl: valued.daily.toFixed(2),
        unrealizedPnl: valued.unrealized.toFixed(2),
        realizedPnl: '0.0',
        value: valued.marketValue.toFixed(2),
      };
      return { text: JSON.stringify(values), send: () => session.send('pnlSingle', values) };
    });
  },

  cancelPnLSingle({ session }, request) {
    session.subscriptions.remove('pnlSingle', request.int('reqId'));
  },
};
