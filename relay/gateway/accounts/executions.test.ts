import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGatewayTime } from '../time/gateway-time.ts';
import { type Fill, latest } from './executions.ts';

const fill = (execId: string, time = 0): Fill => ({
  execId,
  account: 'DU1',
  contract: { conId: 1 },
  time,
  side: 'BUY',
  quantity: 1,
  price: 1,
  exchange: 'ARCA',
  permId: 1,
  orderRef: undefined,
  corrections: 0,
  commission: undefined,
  commissionCurrency: undefined,
  realizedPnl: undefined,
});

describe('latest', () => {
  it('lets corrections take the place of what they correct, whatever their order and however often they are told', () => {
    const ids = ['0001.65a1.01.01', '0001.65a1.01.02', '0001.65a1.01.10', '0002.65a1.01.01'];
    fc.assert(
      fc.property(fc.shuffledSubarray([...ids, ...ids], { minLength: 8 }), (order) => {
        const kept = latest(order.map((id) => fill(id)));
        expect(kept.map(({ execId }) => execId).sort()).toEqual(['0001.65a1.01.10', '0002.65a1.01.01']);
        expect(kept.find(({ execId }) => execId.startsWith('0001'))?.corrections).toBe(2);
      }),
    );
  });

  it('is in the order of the times', () => {
    expect(latest([fill('b.1', 2), fill('a.1', 1)]).map(({ execId }) => execId)).toEqual(['a.1', 'b.1']);
  });
});

describe('parseGatewayTime', () => {
  const at = Date.parse('2026-04-13T19:27:04Z');

  it.each([
    '20260413 15:27:04 US/Eastern',
    '20260413  15:27:04 US/Eastern',
    '20260413 15:27:04',
    '20260413 15:27:04 EST',
    '20260413-19:27:04',
    '20260413 21:27:04 Europe/Berlin',
  ])('reads %s', (text) => {
    expect(parseGatewayTime(text, 'America/New_York')).toBe(at);
  });

  it('gives nothing for what is no time', () => {
    expect(parseGatewayTime('', 'UTC')).toBeUndefined();
    expect(parseGatewayTime('finished', 'UTC')).toBeUndefined();
  });
});
