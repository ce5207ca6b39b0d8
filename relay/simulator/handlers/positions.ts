import type { Account, Holding } from '../accounts/account.ts';
import { Told } from './account-changes.ts';
import { accountsNamed } from './account-names.ts';
import { contractFields } from './contract-query.ts';
import type { Handlers } from './handler.ts';

const ONCE = -1;

const positionFields = ({ instrument, quantity, averageCost }: Holding) => ({
  ...contractFields(instrument),
  exchange: instrument.primaryExchange,
  position: quantity.toFixed(),
  averageCost: averageCost.toFixed(),
});
type PositionFields = ReturnType<typeof positionFields>;

/** Sends the positions that are new or have changed since the last call; those that are gone once more, as nothing. */
function positionFeed(
  accounts: () => readonly Account[],
  send: (account: string, fields: PositionFields) => void,
): () => void {
  const told = new Told();
  const last = new Map<string, { readonly account: string; readonly fields: PositionFields }>();
  let seen: readonly Account[] = [];
  return () => {
    const current = accounts();
    if (current.length === seen.length && current.every((account, index) => account === seen[index])) return;
    seen = current;
    const held = new Set<string>();
    for (const { id: account, holdings } of current) {
      for (const holding of holdings) {
        const key = `${account} ${holding.instrument.conId}`;
        const fields = positionFields(holding);
        held.add(key);
        last.set(key, { account, fields });
        if (told.isNew(key, `${fields.position} ${fields.averageCost}`)) send(account, fields);
      }
    }
    for (const key of told.forgetAllBut(held)) {
      const gone = last.get(key);
      last.delete(key);
      if (gone) send(gone.account, { ...gone.fields, position: '0', averageCost: '0' });
    }
  };
}

export const positionHandlers: Handlers = {
  reqPositions(context) {
    const { session, world } = context;
    const update = positionFeed(
      () => world.book.accounts,
      (account, fields) => session.send('position', { account, ...fields }),
    );
    update();
    session.send('positionEnd', {});
    context.subscribe({ kind: 'positions', reqId: ONCE, subject: 'All', everyMs: 0, update });
  },

  cancelPositions({ session }) {
    session.subscriptions.remove('positions', ONCE);
  },

  reqPositionsMulti(context, request) {
    const { session } = context;
    const reqId = request.int('reqId');
    const modelCode = request.text('modelCode');
    const accounts = accountsNamed(context, reqId, request.text('account'));
    if (!accounts) return;
    const update = positionFeed(accounts, (account, fields) =>
      session.send('positionMulti', { reqId, account, ...fields, modelCode }),
    );
    update();
    session.send('positionMultiEnd', { reqId });
    const subject = accounts()
      .map(({ id }) => id)
      .join(',');
    context.subscribe({ kind: 'positionsMulti', reqId, subject, everyMs: 0, update });
  },

  cancelPositionsMulti({ session }, request) {
    session.subscriptions.remove('positionsMulti', request.int('reqId'));
  },
};
