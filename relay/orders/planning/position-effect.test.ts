import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';
import { positionEffects, workingIn } from './position-effect.ts';
import type { OpenOrder } from './trading-view.ts';

const contract: OrderContract = {
  conId: 1,
  secType: 'STK',
  symbol: 'X',
  exchange: 'SMART',
  currency: 'USD',
  name: 'X',
};
const leg = (conId: number, ratio: number, side: 'BUY' | 'SELL') => ({
  conId,
  ratio,
  side,
  exchange: 'SMART',
  name: `X${conId}`,
  secType: 'OPT',
  symbol: 'X',
  currency: 'USD',
});
const spread: OrderContract = { ...contract, conId: 0, secType: 'BAG', legs: [leg(1, 1, 'BUY'), leg(2, 2, 'SELL')] };
const terms: OrderTerms = { side: 'SELL', quantity: '10', type: 'MKT', tif: 'DAY', outsideRth: false };

let orderId = 0;
function working(remaining: string, more: Partial<OpenOrder['order']> = {}): OpenOrder {
  orderId += 1;
  const identity = { orderId, clientId: 7, permId: orderId };
  const order = { ...identity, account: 'DU1', orderRef: '', status: 'Submitted', contract, terms, ...more };
  return { order, filled: '0', remaining };
}

const reduces = (
  side: 'BUY' | 'SELL',
  size: number,
  held: number,
  open: readonly OpenOrder[] = [],
): boolean | undefined => positionEffects(contract, side, new Decimal(size), new Map([[1, held]]), open)[0]?.reduces;

describe('what an order does to a position', () => {
  it.each<['BUY' | 'SELL', number, number, boolean]>([
    ['SELL', 10, 10, true],
    ['SELL', 11, 10, false],
    ['BUY', 10, 10, false],
    ['BUY', 5, -5, true],
    ['BUY', 6, -5, false],
    ['SELL', 1, 0, false],
    ['BUY', 1, 0, false],
  ])('%s %i with %i held reduces it: %s', (side, size, held, expected) => {
    expect(reduces(side, size, held)).toBe(expected);
  });

  it('is only a reduction with all that works counted', () => {
    expect(reduces('SELL', 4, 10, [working('6')])).toBe(true);
    expect(reduces('SELL', 5, 10, [working('6')])).toBe(false);
    expect(reduces('SELL', 5, 10, [working('6', { terms: { ...terms, side: 'BUY' } })])).toBe(true);
    expect(reduces('SELL', 5, 10, [working('6', { contract: { ...contract, conId: 2 } })])).toBe(true);
  });

  it('of a combination is that of each leg, the other way when it is sold', () => {
    const changes = (side: 'BUY' | 'SELL') =>
      positionEffects(spread, side, new Decimal(3), new Map(), []).map(({ change }) => change.toNumber());
    expect(changes('BUY')).toEqual([3, -6]);
    expect(changes('SELL')).toEqual([-3, 6]);
  });
});

describe('what works', () => {
  it('counts combinations by their legs, and of a group the largest', () => {
    expect(
      workingIn(2, 'SELL', [working('3', { contract: spread, terms: { ...terms, side: 'BUY' } })]).toNumber(),
    ).toBe(6);
    expect(workingIn(2, 'BUY', [working('3', { contract: spread })]).toNumber()).toBe(6);
    const group = [working('6', { ocaGroup: 'g' }), working('4', { ocaGroup: 'g' }), working('1')];
    expect(workingIn(1, 'SELL', group).toNumber()).toBe(7);
  });
});
