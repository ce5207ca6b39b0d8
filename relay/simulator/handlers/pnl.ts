import type { Account, Holding } from '../accounts/account.ts';
import { pricesAt } from '../accounts/prices.ts';
import { valueAccount, valueHolding } from '../accounts/valuation.ts';
import { findAccount, refuseDuplicate } from './account-names.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

const UPDATE_MS = 1000;
/** How the wire says that there is no such number. */
const UNSET = '1.7976931348623157E308';

function accountFor(context: Context, reqId: number, name: string): Account | undefined {
  const account = findAccount(context.world, name);
  if (!account) sendInvalid(context, reqId, `Invalid account code '${name}'.`);
  return account;
}

/** Sends now and then once a second, as long as something changes. */
function stream<T>(
  context: Context,
  { kind, reqId, subject }: { kind: 'pnl' | 'pnlSingle'; reqId: number; subject: string },
  compute: () => T,
  send: (values: T) => void,
): void {
  let sent = '';
  const update = (): void => {
    const values = compute();
    const text = JSON.stringify(values);
    if (text === sent || context.session.congested) return;
    sent = text;
    send(values);
  };
  update();
  context.subscribe({ kind, reqId, subject, everyMs: UPDATE_MS, update });
}

/** What the gateway says of a contract that the account has neither held nor traded today. */
const NOTHING_HELD = { position: '0', dailyPnl: UNSET, unrealizedPnl: UNSET, realizedPnl: UNSET, value: UNSET };

function singleValues({ world }: Context, account: Account, conId: number) {
  const isIt = ({ instrument }: Holding): boolean => instrument.conId === conId;
  const holding = account.holdings.find(isIt) ?? account.closed.find(isIt);
  if (!holding) return NOTHING_HELD;
  const valued = valueHolding(pricesAt(world.model, world.now()), holding, account);
  return {
    position: holding.quantity.toFixed(),
    dailyPnl: valued.daily.toFixed(2),
    unrealizedPnl: holding.quantity.isZero() ? '0.00' : valued.unrealized.toFixed(2),
    realizedPnl: holding.realizedToday.toFixed(2),
    value: valued.marketValue.toFixed(2),
  };
}

export const pnlHandlers: Handlers = {
  reqPnL(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const account = accountFor(context, reqId, request.text('account'));
    if (!account || refuseDuplicate(context, 'pnl', reqId)) return;
    const values = () => {
      const current = findAccount(world, account.id) ?? account;
      const { daily, base } = valueAccount(world.model, current, world.now());
      return {
        reqId,
        dailyPnl: daily.toFixed(2),
        unrealizedPnl: base.unrealized.toFixed(2),
        realizedPnl: base.realized.toFixed(2),
      };
    };
    stream(context, { kind: 'pnl', reqId, subject: account.id }, values, (row) => session.send('pnl', row));
  },

  cancelPnL({ session }, request) {
    session.subscriptions.remove('pnl', request.int('reqId'));
  },

  reqPnLSingle(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const conId = request.int('conId');
    const account = accountFor(context, reqId, request.text('account'));
    if (!account || refuseDuplicate(context, 'pnlSingle', reqId)) return;
    const held = account.holdings.find(({ instrument }) => instrument.conId === conId)?.instrument;
    const subject = `${account.id} ${held?.localSymbol ?? conId}`;
    const values = () => singleValues(context, findAccount(world, account.id) ?? account, conId);
    stream(context, { kind: 'pnlSingle', reqId, subject }, values, (row) =>
      session.send('pnlSingle', { reqId, ...row }),
    );
  },

  cancelPnLSingle({ session }, request) {
    session.subscriptions.remove('pnlSingle', request.int('reqId'));
  },
};
