import { Decimal } from 'decimal.js';
import type { Account, Holding } from '../accounts/account.ts';
import { accountInModel } from '../accounts/model-portfolio.ts';
import { pricesAt } from '../accounts/prices.ts';
import { valueAccount, valueHolding } from '../accounts/valuation.ts';
import type { RequestOf } from '../protocol/requests.ts';
import { findAccount, refuseDuplicate } from './account-names.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

const updateMs = 1000;
/** How the wire says that there is no such number. */
const unset = Number.MAX_VALUE;
const zero = new Decimal(0);
const cents = (amount: Decimal): Decimal => amount.toDecimalPlaces(2);

/** What an account has, in all or in a model, as it stands whenever it is read; undefined after an error has been sent. */
function accountFor(
  context: Context,
  request: RequestOf<'reqPnL'> | RequestOf<'reqPnLSingle'>,
): (() => Account) | undefined {
  const { world } = context;
  const [name, modelCode] = [request.text('account'), request.text('modelCode')];
  const find = (): Account | undefined => {
    const account = findAccount(world, name);
    return account && accountInModel(world.book, account, modelCode);
  };
  const first = find();
  if (first) return () => find() ?? first;
  const what = findAccount(world, name) ? `model code '${modelCode}'` : `account code '${name}'`;
  sendInvalid(context, request.int('reqId'), `Invalid ${what}.`);
  return undefined;
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
  context.subscribe({ kind, reqId, subject, everyMs: updateMs, update });
}

/** What the gateway says of a contract that the account has neither held nor traded today. */
const nothingHeld = { position: '0', dailyPnl: unset, unrealizedPnl: unset, realizedPnl: unset, value: unset };

function singleValues({ world }: Context, account: Account, conId: number) {
  const isIt = ({ instrument }: Holding): boolean => instrument.conId === conId;
  const holding = account.holdings.find(isIt) ?? account.closed.find(isIt);
  if (!holding) return nothingHeld;
  const valued = valueHolding(pricesAt(world.model, world.now()), holding, account);
  return {
    position: holding.quantity.toFixed(),
    dailyPnl: cents(valued.daily),
    unrealizedPnl: holding.quantity.isZero() ? cents(zero) : cents(valued.unrealized),
    realizedPnl: cents(holding.realizedToday),
    value: cents(valued.marketValue),
  };
}

export const pnlHandlers: Handlers = {
  reqPnL(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const account = accountFor(context, request);
    if (!account || refuseDuplicate(context, 'pnl', reqId)) return;
    const values = () => {
      const { daily, base } = valueAccount(world.model, account(), world.now());
      return {
        reqId,
        dailyPnl: cents(daily),
        unrealizedPnl: cents(base.unrealized),
        realizedPnl: cents(base.realized),
      };
    };
    stream(context, { kind: 'pnl', reqId, subject: account().id }, values, (row) => session.send('pnl', row));
  },

  cancelPnL({ session }, request) {
    session.subscriptions.remove('pnl', request.int('reqId'));
  },

  reqPnLSingle(context, request) {
    const { session } = context;
    const reqId = request.int('reqId');
    const conId = request.int('conId');
    const account = accountFor(context, request);
    if (!account || refuseDuplicate(context, 'pnlSingle', reqId)) return;
    const held = account().holdings.find(({ instrument }) => instrument.conId === conId)?.instrument;
    const subject = `${account().id} ${held?.localSymbol ?? conId}`;
    const values = () => singleValues(context, account(), conId);
    stream(context, { kind: 'pnlSingle', reqId, subject }, values, (row) =>
      session.send('pnlSingle', { reqId, ...row }),
    );
  },

  cancelPnLSingle({ session }, request) {
    session.subscriptions.remove('pnlSingle', request.int('reqId'));
  },
};
