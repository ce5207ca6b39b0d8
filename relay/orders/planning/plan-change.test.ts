import { expect, it } from 'vitest';
import { canonicalText, readCanonical } from '../../../shared/orders/canonical.ts';
import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { changedOrder } from './plan-change.ts';

const leg = (conId: number, name: string): Instrument =>
  ({
    ...{ conId, name, secType: 'OPT', currency: 'USD' },
    details: { contract: { symbol: 'AAPL', multiplier: '100' } },
  }) as unknown as Instrument;

it('names the legs of a combination, of which IB says only their ids', () => {
  const bare = { ratio: 1, exchange: 'SMART', name: '', secType: '', symbol: '', currency: 'USD' };
  const contract: OrderContract = {
    ...{ conId: 0, secType: 'BAG', symbol: 'AAPL', exchange: 'SMART', currency: 'USD', name: '1 - 2' },
    legs: [
      { ...bare, conId: 1, side: 'BUY' },
      { ...bare, conId: 2, side: 'SELL' },
    ],
  };
  const terms: OrderTerms = {
    ...{ account: 'DU1', side: 'BUY', quantity: '1', type: 'LMT', limitPrice: '5', tif: 'DAY', outsideRth: false },
  };
  const ids = { orderId: 5, clientId: 7, permId: 900 };
  const order = { ...ids, account: 'DU1', orderRef: '', status: 'Submitted', contract, terms };
  const changed = changedOrder(
    { order, filled: '0', remaining: '1' },
    { limitPrice: '6' },
    { name: 'one - two', legs: [leg(2, 'two'), leg(1, 'one')] },
  );
  const named = { secType: 'OPT', symbol: 'AAPL', multiplier: '100', currency: 'USD' };
  expect(changed.contract).toMatchObject({
    name: 'one - two',
    legs: [
      { conId: 1, side: 'BUY', name: 'one', ...named },
      { conId: 2, side: 'SELL', name: 'two', ...named },
    ],
  });
  expect(readCanonical(canonicalText(changed))).toEqual(changed);
});
