import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getMarketRules } from '../../shared/tools/get_market_rules.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';

let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.start();
});
afterAll(() => relay.stop());

const rulesOf = (contract: string, more: object = {}) => relay.read(getMarketRules, { contract, ...more });

describe('get_market_rules', () => {
  it('has one table for all exchanges that share it, and the sizes', async () => {
    const { rules, ...rest } = await rulesOf('AAPL');
    expect(rest).toMatchObject({ contract: 'AAPL', currency: 'USD', minTick: 0.01, minSize: 0.0001 });
    expect(rules).toEqual([
      {
        marketRule: 26,
        exchanges: expect.arrayContaining(['SMART', 'NYSE', 'PSX']),
        increments: [{ from: 0, increment: 0.01 }],
      },
    ]);
    expect(rules[0].exchanges[0]).toBe('SMART');
  });

  it.each([
    ['AAPL', 230.005, { below: 230, above: 230.01 }],
    ['AAPL', 230.05, { below: 230.04, at: 230.05, above: 230.06 }],
    ['AAPL', 0.01, { at: 0.01, above: 0.02 }],
    ['700.HKD', 512.3, { below: 512, above: 512.5 }],
    ['EUR.USD', 1.16507, { below: 1.16505, above: 1.1651 }],
    ['SPY 20261218 C 600', 2.97, { below: 2.96, at: 2.97, above: 2.98 }],
    ['ES 202612', 6_700.1, { below: 6_700, above: 6_700.25 }],
    ['ES 202612', -0.25, { below: -0.5, at: -0.25, above: 0 }],
  ])('%s near %d', async (contract, price, nearest) => {
    expect((await rulesOf(contract, { price })).rules[0].nearest).toEqual(nearest);
  });

  it('of an option in the penny program are finer where orders are routed than elsewhere', async () => {
    const { rules } = await rulesOf('SPY 20261218 C 600', { price: 2.97 });
    expect(rules.map(({ nearest }) => nearest)).toEqual([
      { below: 2.96, at: 2.97, above: 2.98 },
      { below: 2.95, above: 3 },
    ]);
  });

  it('of an option has the bands of its prices', async () => {
    const { rules } = await rulesOf('SPX 20261218 C 6700', { price: 3.05 });
    expect(rules[0].increments).toEqual([
      { from: 0, increment: 0.05 },
      { from: 3, increment: 0.1 },
    ]);
    expect(rules[0].nearest).toEqual({ below: 3, above: 3.1 });
  });

  it('of one exchange has nothing of the others, however it is written', async () => {
    for (const exchange of ['NYSE', 'nyse']) {
      expect((await rulesOf('AAPL', { exchange })).rules.map(({ exchanges }) => exchanges)).toEqual([['NYSE']]);
    }
  });

  it('keeps exchanges with different tables apart, that of orders first', async () => {
    const apple = await relay.gateway.contracts.resolve('AAPL');
    const details = { ...apple.details, validExchanges: 'IBIS,SMART,NYSE', marketRuleIds: '557,26,26' };
    const resolve = vi.spyOn(relay.gateway.contracts, 'resolve').mockResolvedValue({ ...apple, details });
    const { rules } = await rulesOf('AAPL', { price: 120.01 });
    resolve.mockRestore();
    expect(rules.map(({ marketRule, exchanges, nearest }) => [marketRule, exchanges, nearest])).toEqual([
      [26, ['SMART', 'NYSE'], { below: 120, at: 120.01, above: 120.02 }],
      [557, ['IBIS'], { below: 120, above: 120.05 }],
    ]);
  });

  it('says so where IB names no rule', async () => {
    const apple = await relay.gateway.contracts.resolve('AAPL');
    const details = { ...apple.details, marketRuleIds: '' };
    const resolve = vi.spyOn(relay.gateway.contracts, 'resolve').mockResolvedValue({ ...apple, details });
    const result = await rulesOf('AAPL');
    resolve.mockRestore();
    expect(result).toMatchObject({ rules: [], minTick: 0.01, note: expect.stringContaining('minTick') });
  });

  it('fails as a whole when a table does not come, for half of the truth would look like all of it', async () => {
    relay.sim.faults.rules.add({ on: 'in', message: 'reqMarketRule', do: 'ignore' });
    const error = await failure(relay.execute('get_market_rules', { contract: 'ZN 202612' }));
    relay.sim.faults.rules.clear();
    expect(error).toMatchObject({ code: 'gateway_timeout', nextStep: expect.stringMatching(/\S/) });
  });

  it('reads well', async () => {
    const result = await rulesOf('SPX 20261218 C 6700', { price: 3.05, exchange: 'CBOE' });
    expect(getMarketRules.render(result)).toBe(
      [
        `SPX 20261218 C 6700 {${result.conId}} in USD`,
        'min tick 0.05 · min size 1 · size increment 1 · suggested size increment 1',
        'Rule 109, at CBOE: from 0 by 0.05, from 3 by 0.1',
        '  below 3 · above 3.1',
      ].join('\n'),
    );
  });
});
