import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestDesk } from '../../test/support/trading-desk.ts';
import { nextIds } from './ids.ts';

const billion = 1_000_000_000;
const at = (nextOrderId: number, highest: readonly (readonly [client: number, id: number])[] = []) => {
  const { session } = new TestDesk().ready().state;
  if (!session) throw new Error('no session');
  return { session: { ...session, nextOrderId }, highest: new Map(highest) };
};

describe('new order ids', () => {
  it('are ascending, and beyond what the gateway offers and what was seen of this client', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -10, max: 5_000 }),
        fc.integer({ min: 1, max: 5_000 }),
        fc.nat(5),
        (next, seen, n) => {
          const ids =
            nextIds(
              at(next, [
                [7, seen],
                [8, 9_999],
              ]),
              n + 1,
            ) ?? [];
          expect(ids).toEqual(Array.from({ length: n + 1 }, (_, index) => Math.max(next, seen) + 1 + index));
        },
      ),
    );
  });

  it.each([0, -1, -2_147_483_648, billion, billion + 7])('take no notice of the id %i', (odd) => {
    expect(nextIds(at(odd), 2)).toEqual([1, 2]);
    const desk = new TestDesk().ready();
    const order = { orderId: odd, clientId: 7, permId: 1 };
    const more = { filled: '0', remaining: '1', averagePrice: '0', whyHeld: '' };
    desk.news({ type: 'order-status', order, status: 'Submitted', ...more });
    expect(desk.state.highest.size).toBe(0);
  });

  it('end before a billion, all or none', () => {
    expect(nextIds(at(billion - 3), 2)).toEqual([billion - 2, billion - 1]);
    expect(nextIds(at(billion - 3), 3)).toBeUndefined();
    expect(nextIds(at(1, [[7, billion - 1]]), 1)).toBeUndefined();
  });

  it('are given by a session only', () => {
    expect(nextIds({ highest: new Map() }, 1)).toBeUndefined();
  });
});
