import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import type { OrderContract } from '../../../shared/orders/order.ts';
import type { Position } from '../../gateway/accounts/position.ts';
import { positionEffects } from '../planning/position-effect.ts';
import { leavesUncovered, optionsTraded } from './uncovered.ts';

const option = (conId: number, right: 'C' | 'P', expiry = '20261218') => ({ conId, right, expiry });
const near = option(1, 'C');
const far = option(2, 'C', '20270115');
const put = option(3, 'P');
const otherPut = option(4, 'P');
const all = new Map([near, far, put, otherPut].map((one) => [one.conId, one]));

const contractOf = (conId: number): OrderContract => ({
  conId,
  secType: 'OPT',
  symbol: 'X',
  exchange: 'SMART',
  currency: 'USD',
  multiplier: '100',
  name: `X${conId}`,
});

const held = (conId: number, quantity: number): Position => {
  const known = all.get(conId);
  const common = { conId, symbol: 'X', currency: 'USD' };
  const contract = known
    ? { ...common, secType: 'OPT', right: known.right, lastTradeDateOrContractMonth: known.expiry, multiplier: 100 }
    : { ...common, secType: 'STK' };
  return { account: 'DU1', contract: contract as never, quantity, averageCost: 1 };
};

function uncovered(
  contract: OrderContract,
  side: 'BUY' | 'SELL',
  size: number,
  positions: readonly Position[],
): boolean {
  const units = new Map(positions.map((one) => [one.contract.conId ?? 0, one.quantity]));
  const effects = positionEffects(contract, side, new Decimal(size), units, []);
  return leavesUncovered(effects, positions, optionsTraded(contract, all));
}

describe('a written option is uncovered', () => {
  it.each<[string, number, 'BUY' | 'SELL', number, Position[], boolean]>([
    ['a call with nothing', 1, 'SELL', 1, [], true],
    ['a call on its shares', 1, 'SELL', 2, [held(9, 200)], false],
    ['a call on too few shares', 1, 'SELL', 2, [held(9, 199)], true],
    ['a call under a longer one', 1, 'SELL', 1, [held(2, 1)], false],
    ['a call over a shorter one', 2, 'SELL', 1, [held(1, 1)], true],
    ['a call beside another that was written', 1, 'SELL', 1, [held(9, 100), held(2, -1)], true],
    ['the call that is held', 1, 'SELL', 1, [held(1, 1)], false],
    ['more calls than are held', 1, 'SELL', 2, [held(1, 1)], true],
    ['a put on its shares', 3, 'SELL', 1, [held(9, 100)], true],
    ['a put against short shares', 3, 'SELL', 1, [held(9, -100)], false],
    ['a put under another', 3, 'SELL', 1, [held(4, 1)], false],
    ['a call that is bought back', 1, 'BUY', 1, [held(1, -2)], false],
  ])('%s', (_, conId, side, size, positions, expected) => {
    expect(uncovered(contractOf(conId), side, size, positions)).toBe(expected);
  });

  it('unless its own order covers it', () => {
    const leg = (conId: number, ratio: number, side: 'BUY' | 'SELL') => ({ ...contractOf(conId), ratio, side });
    const spread = (ratio: number): OrderContract => ({
      ...contractOf(0),
      secType: 'BAG',
      legs: [leg(1, ratio, 'SELL'), leg(2, 1, 'BUY')],
    });
    expect(uncovered(spread(1), 'BUY', 3, [])).toBe(false);
    expect(uncovered(spread(2), 'BUY', 3, [])).toBe(true);
    // Sold, it is the longer call that is written.
    expect(uncovered(spread(1), 'SELL', 3, [])).toBe(true);
  });
});
