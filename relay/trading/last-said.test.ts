import { describe, expect, it } from 'vitest';
import type { GatewayNews } from '../gateway/orders/news.ts';
import { LastSaid } from './last-said.ts';

const status = (permId: number, word: string): GatewayNews => ({
  type: 'order-status',
  order: { orderId: 101, clientId: 7, permId },
  status: word,
  ...{ filled: '0', remaining: '1', averagePrice: '0', whyHeld: '' },
});
const session: GatewayNews = { type: 'session', session: 's2', clientId: 7, nextOrderId: 1, accounts: ['DU1'] };

describe('what the gateway said last', () => {
  it('is news once, and again when something else came between, or another session', () => {
    const said = new LastSaid();
    const news = [status(1, 'Submitted'), status(1, 'Submitted'), status(2, 'Submitted'), status(1, 'Submitted')];
    expect(news.map((each) => said.isNew(each))).toEqual([true, false, true, false]);
    expect(said.isNew(status(1, 'Filled'))).toBe(true);
    expect(said.isNew(status(1, 'Submitted'))).toBe(true);
    expect([said.isNew(session), said.isNew(session)]).toEqual([true, true]);
    expect(said.isNew(status(1, 'Submitted'))).toBe(true);
  });

  it('is remembered of a thousand orders', () => {
    const said = new LastSaid();
    for (let permId = 1; permId <= 1_001; permId += 1) said.isNew(status(permId, 'Submitted'));
    expect(said.isNew(status(1_001, 'Submitted'))).toBe(false);
    expect(said.isNew(status(1, 'Submitted'))).toBe(true);
  });
});
