import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveFills, fillOf, revisionOf } from './fills.ts';

const report = (execId: string, changes: object = {}) => ({
  execId,
  account: 'DU1',
  commission: undefined as number | undefined,
  commissionCurrency: undefined as string | undefined,
  realizedPnl: undefined as number | undefined,
  ...changes,
});

describe('the id of an execution', () => {
  it.each([
    ['0000e0d5.65a1b2c3.01.01', '0000e0d5.65a1b2c3.01', 1],
    ['0000e0d5.65a1b2c3.01.10', '0000e0d5.65a1b2c3.01', 10],
    ['U+0001.65a1.01', 'U+0001.65a1', 1],
    ['nothing', 'nothing', 0],
    ['0001.x', '0001', 0],
    ['', '', 0],
  ])('%j names the fill %j, revision %d', (execId, fill, revision) => {
    expect([fillOf(execId), revisionOf(execId)]).toEqual([fill, revision]);
  });
});

describe('effectiveFills', () => {
  it('lets corrections take the place of what they correct, whatever their order and however often they are told', () => {
    const ids = ['0001.65a1.01.01', '0001.65a1.01.02', '0001.65a1.01.10', '0002.65a1.01.01'];
    fc.assert(
      fc.property(fc.shuffledSubarray([...ids, ...ids], { minLength: 8 }), (order) => {
        const kept = effectiveFills(order.map((id) => report(id)));
        expect(kept.map(({ execId }) => execId).sort()).toEqual(['0001.65a1.01.10', '0002.65a1.01.01']);
        expect(kept.find(({ execId }) => execId.startsWith('0001'))?.corrections).toBe(2);
      }),
    );
  });

  it('tells legs and accounts apart', () => {
    const told = [report('0001.65a1.01.01'), report('0001.65a1.02.01'), report('0001.65a1.01.01', { account: 'DU2' })];
    expect(effectiveFills(told)).toHaveLength(3);
  });

  it('keeps the commission that was charged when a correction comes without one, and not what was realized', () => {
    const charged = { commission: 1.25, commissionCurrency: 'USD', realizedPnl: 40 };
    const told = [report('0001.65a1.01.01', charged), report('0001.65a1.01.02')];
    expect(effectiveFills(told)).toEqual([
      report('0001.65a1.01.02', { commission: 1.25, commissionCurrency: 'USD', corrections: 1 }),
    ]);
    const again = { commission: 1.5, commissionCurrency: 'USD', realizedPnl: 38 };
    expect(effectiveFills([...told, report('0001.65a1.01.03', again)])).toEqual([
      report('0001.65a1.01.03', { ...again, corrections: 2 }),
    ]);
  });
});
