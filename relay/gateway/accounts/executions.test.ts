import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fill, latest } from './executions.ts';

const fill = (execId: string, time: number | undefined = 0): Fill => ({
  execId,
  account: 'DU1',
  contract: { conId: 1 },
  time,
  timeText: '',
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

  it('is in the order of the times, unknown ones last', () => {
    const fills = [{ ...fill('c.1'), time: undefined }, fill('b.1', 2), fill('a.1', 1)];
    expect(latest(fills).map(({ execId }) => execId)).toEqual(['a.1', 'b.1', 'c.1']);
  });
});
