import { Decimal } from 'decimal.js';
import type { Holding } from '../accounts/account.ts';
import { type ModelPart, partsOf } from '../accounts/model-portfolio.ts';
import { contractFields } from '../contracts/contract-request.ts';
import { Told } from './account-changes.ts';
import { accountsNamed } from './account-names.ts';
import type { Handlers } from './handler.ts';

const once = -1;

const positionFields = ({ instrument, quantity, averageCost }: Holding) => ({
  ...contractFields(instrument),
  exchange: instrument.primaryExchange,
  position: quantity.toFixed(),
  averageCost,
});
type PositionFields = ReturnType<typeof positionFields>;

interface ToldRow {
  readonly part: ModelPart;
  readonly fields: PositionFields;
}

/** Sends the positions that are new or have changed since the last call; those that are gone once more, as nothing. */
function positionFeed(
  parts: () => readonly ModelPart[],
  send: (part: ModelPart, fields: PositionFields) => void,
): () => void {
  const told = new Told();
  const last = new Map<string, ToldRow>();
  let seen: readonly ModelPart[] = [];
  return () => {
    const current = parts();
    if (current.length === seen.length && current.every(({ account }, index) => account === seen[index]?.account))
      return;
    seen = current;
    const held = new Set<string>();
    for (const part of current) {
      for (const holding of part.account.holdings) {
        const key = `${part.account.id} ${holding.instrument.conId} ${part.modelCode}`;
        const fields = positionFields(holding);
        held.add(key);
        last.set(key, { part, fields });
        if (told.isNew(key, `${fields.position} ${fields.averageCost}`)) send(part, fields);
      }
    }
    for (const key of told.forgetAllBut(held)) {
      const gone = last.get(key);
      last.delete(key);
      if (gone) send(gone.part, { ...gone.fields, position: '0', averageCost: new Decimal(0) });
    }
  };
}

export const positionHandlers: Handlers = {
  reqPositions(context) {
    const { session, world } = context;
    const update = positionFeed(
      () => world.book.accounts.map((account) => ({ modelCode: '', account })),
      ({ account }, fields) => session.send('position', { account: account.id, ...fields }),
    );
    update();
    session.send('positionEnd', {});
    context.subscribe({ kind: 'positions', reqId: once, subject: 'All', everyMs: 0, update });
  },

  cancelPositions({ session }) {
    session.subscriptions.remove('positions', once);
  },

  reqPositionsMulti(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const named = request.text('modelCode');
    const accounts = accountsNamed(context, reqId, request.text('account'));
    if (!accounts) return;
    const isAsked = ({ modelCode }: ModelPart): boolean => named === '' || modelCode === named;
    const update = positionFeed(
      () => accounts().flatMap((account) => partsOf(world.book, account).filter(isAsked)),
      ({ account, modelCode }, fields) =>
        session.send('positionMulti', { reqId, account: account.id, ...fields, modelCode }),
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
