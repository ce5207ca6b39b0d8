import { describe, expect, it } from 'vitest';
import { placeSchema } from '../../../shared/orders/order-arguments.ts';
import { entryTerms, stopLossTerms, takeProfitTerms } from './order-terms.ts';
import { limitOrder } from './term-rules.cases.ts';

const nothing = { whose: { account: 'DU1' }, conditions: undefined, pegBench: undefined };
const entry = (args: object) =>
  entryTerms(placeSchema.parse({ contract: 'X', side: 'BUY', type: 'LMT', ...args }), nothing);

describe('the terms of an entry', () => {
  it('are all said, so that no preset fills them in', () => {
    expect(entry({ quantity: '10', limit_price: '1' })).toEqual({
      ...{ account: 'DU1', side: 'BUY', type: 'LMT', quantity: '10', limitPrice: '1' },
      ...{ tif: 'DAY', outsideRth: false },
    });
  });

  it.each([
    [{}, 'DAY'],
    [{ good_till: '2026-12-01T15:00:00Z' }, 'GTD'],
    [{ tif: 'GTC', good_till: '2026-12-01T15:00:00Z' }, 'GTC'],
    [{ type: 'MOO' }, 'OPG'],
    [{ type: 'AUCTION' }, 'AUC'],
    [{ type: 'MOC', tif: 'GTC' }, 'GTC'],
  ])('%j are in force for %s', (args, tif) => {
    expect(entry(args).tif).toBe(tif);
  });

  it('name an algorithm with its parameters in one order, flags as IB writes them', () => {
    const parameters = { startTime: '09:00:00 US/Eastern', allowPastEndTime: true, noTakeLiq: false, maxPctVol: 0.1 };
    expect(entry({ algo: { strategy: 'Vwap', parameters } }).algo).toEqual({
      strategy: 'Vwap',
      parameters: [
        ['allowPastEndTime', '1'],
        ['maxPctVol', '0.1'],
        ['noTakeLiq', '0'],
        ['startTime', '09:00:00 US/Eastern'],
      ],
    });
  });

  it('say of what few orders have only what was said', () => {
    const special = {
      ...{ all_or_none: false, hidden: false, not_held: false, non_guaranteed: false, trigger_method: 'default' },
      ...{ conditions_cancel: false, conditions_ignore_rth: false, peg_best: { min_trade: '100' } },
    };
    const terms = entry({ special });
    expect(Object.keys(terms).sort()).toEqual(['account', 'outsideRth', 'pegBest', 'side', 'tif', 'type']);
    expect(terms.pegBest).toEqual({ minTradeQuantity: 100 });
    expect(entry({ special: { ...special, peg_best: { min_compete: '5' } } }).pegBest).toEqual({ minCompeteSize: 5 });
    const more = { trigger_method: 'last', hidden: true, duration_seconds: '60' };
    expect(entry({ special: more })).toMatchObject({ triggerMethod: 'last', hidden: true, durationSeconds: 60 });
  });
});

describe('what protects an entry', () => {
  it('is the other way, of its size, until it is cancelled, in the same hours', () => {
    const buys = { ...limitOrder, outsideRth: true };
    const same = { account: 'DU1', side: 'SELL', quantity: '10', tif: 'GTC', outsideRth: true };
    expect(takeProfitTerms(buys, { limit_price: '110' })).toEqual({ ...same, type: 'LMT', limitPrice: '110' });
    expect(stopLossTerms(buys, { stop_price: '90' })).toEqual({ ...same, type: 'STP', stopPrice: '90' });
    expect(takeProfitTerms({ ...buys, side: 'SELL' }, { limit_price: '9' }).side).toBe('BUY');
  });

  it('lasts and works as is said', () => {
    const until = '2026-12-01T15:00:00Z';
    expect(takeProfitTerms(limitOrder, { good_till: until })).toMatchObject({ tif: 'GTD', goodTill: until });
    expect(takeProfitTerms(limitOrder, { tif: 'DAY', outside_rth: true })).toMatchObject({
      tif: 'DAY',
      outsideRth: true,
    });
  });

  it.each([
    [
      { stop_price: '90', limit_price: '89' },
      { type: 'STP_LMT', stopPrice: '90', limitPrice: '89' },
    ],
    [{ trail_amount: '2' }, { type: 'TRAIL', trailingAmount: '2' }],
    [{ trail_percent: '5' }, { type: 'TRAIL', trailingPercent: '5' }],
    [
      { trail_amount: '2', stop_price: '95' },
      { type: 'TRAIL', trailingAmount: '2', trailStopPrice: '95' },
    ],
  ])('stops a loss by %j', (args, terms) => {
    const stop = stopLossTerms(limitOrder, args);
    expect(stop).toMatchObject(terms);
    expect('stopPrice' in stop).toBe('stopPrice' in terms);
  });
});
