import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { getAccountSummary } from '../../../shared/tools/get_account_summary.ts';
import { getPositions } from '../../../shared/tools/get_positions.ts';
import { failure, TestRelay } from '../../../test/support/relay.ts';

const [master, client, other] = ['DF1000000', 'DU1000001', 'DU1000002'] as const;

describe('an advisor’s login', () => {
  let relay: TestRelay;

  beforeAll(async () => {
    relay = await TestRelay.start({ accounts: [master, client, other] });
  });
  afterEach(() => {
    relay.config = {};
    relay.sim.faults.rules.clear();
  });
  afterAll(() => relay.stop());

  it('sees what a model holds, with what it is worth and gains', async () => {
    const { positions, total } = await relay.read(getPositions, { model: 'Growth' });
    expect(total).toBe(6);
    for (const position of positions) expect(position).toMatchObject({ account: client, model: 'Growth' });
    const apple = positions.find(({ contract }) => contract === 'AAPL');
    const shares = { account: client, contract: 'AAPL', sec_type: 'STK' } as const;
    const { positions: whole } = await relay.read(getPositions, shares);
    expect(whole[0].quantity).toBe(100);
    expect(apple).toMatchObject({ conId: 265598, quantity: 50, marketPrice: whole[0].marketPrice });
    expect(apple?.marketValue).toBeCloseTo(whole[0].marketValue / 2, 0);
    expect(apple?.unrealizedPnl).toBeCloseTo(whole[0].unrealizedPnl / 2, 0);
    expect(apple?.dailyPnl).toBeCloseTo(whole[0].dailyPnl / 2, 0);
    expect(apple?.weight).toBeCloseTo(whole[0].weight / 2, 1);
  });

  it('filters and pages what a model holds', async () => {
    const one = await relay.read(getPositions, { model: 'Growth', contract: 'AAPL' });
    expect(one.positions.map(({ quantity }) => quantity)).toEqual([50]);
    expect((await relay.read(getPositions, { model: 'Growth', sec_type: 'OPT' })).total).toBe(0);
    const first = await relay.read(getPositions, { model: 'Growth', limit: 4 });
    const rest = await relay.read(getPositions, { model: 'Growth', limit: 4, cursor: first.next });
    expect([first.positions.length, rest.positions.length]).toEqual([4, 2]);
    expect((await failure(relay.call('get_positions', { cursor: first.next }))).code).toBe('invalid_arguments');
  });

  it('is told which models there are; positions are whole unless one is asked for', async () => {
    const { positions, models } = await relay.read(getPositions);
    expect(models).toEqual(['Growth']);
    for (const position of positions) expect(position).not.toHaveProperty('model');
    expect(await relay.read(getPositions, { account: other })).not.toHaveProperty('models');
    const asked = relay.received('reqPositionsMulti').length;
    await relay.read(getPositions);
    expect(relay.received('reqPositionsMulti').length, 'remembered').toBe(asked);
  });

  it('sees what a model is worth', async () => {
    const [whole] = (await relay.read(getAccountSummary, { account: client })).accounts;
    const { accounts } = await relay.read(getAccountSummary, { model: 'Growth', ledger: true });
    expect(accounts).toHaveLength(1);
    const [part] = accounts;
    expect(part).toMatchObject({ account: client, model: 'Growth', currency: 'USD', kind: 'paper' });
    expect(part.totalCash).toBeLessThan(whole.totalCash);
    expect(part.netLiquidation).toBeGreaterThan(part.totalCash);
    expect(part.netLiquidation).toBeLessThan(whole.netLiquidation);
    expect(part.ledger.map(({ currency }) => currency)).toContain('USD');
    expect(part.dailyPnl).not.toBe(whole.dailyPnl);
    expect(whole).not.toHaveProperty('model');
  });

  it.each(['get_positions', 'get_account_summary'])('%s names the models that there are', async (tool) => {
    const error = await failure(relay.call(tool, { model: 'Income' }));
    expect(error).toMatchObject({ code: 'invalid_arguments', message: expect.stringContaining('“Income”') });
    expect(error.nextStep).toBe('Use one of: Growth.');
    expect((await failure(relay.call(tool, { model: 'Growth', account: other }))).nextStep).toContain('Advisor Setup');
  });

  it('takes a refusal of IB for no such model', async () => {
    relay.sim.addRule({ on: 'in', message: 'reqPositionsMulti', do: 'error', code: 321, text: 'Bad', times: 'always' });
    relay.sim.addRule({
      on: 'in',
      message: 'reqAccountUpdatesMulti',
      do: 'error',
      code: 321,
      text: 'Bad',
      times: 'always',
    });
    const error = await failure(relay.call('get_positions', { model: 'Income', account: client }));
    expect(error.message).toContain('“Income”');
  });

  it('takes nothing for a model’s that IB does not call so', async () => {
    for (const message of ['positionMulti', 'accountUpdateMulti'] as const) {
      relay.sim.addRule({ on: 'out', message, do: 'change', fields: { modelCode: '' }, times: 'always' });
    }
    for (const tool of ['get_positions', 'get_account_summary']) {
      const error = await failure(relay.call(tool, { model: 'Growth', account: client }));
      expect(error.message).toContain('“Growth”');
    }
  });

  it('sees no model of accounts that the owner does not allow', async () => {
    relay.config = { allowedAccounts: [other] };
    const before = relay.received('reqPositionsMulti').length;
    expect((await failure(relay.call('get_positions', { model: 'Growth' }))).nextStep).not.toContain('Growth');
    expect((await failure(relay.call('get_positions', { model: 'Growth', account: client }))).code).toBe(
      'account_not_found',
    );
    expect((await failure(relay.call('get_account_summary', { model: 'Growth' }))).nextStep).not.toContain('Growth');
    const asked = relay.received('reqPositionsMulti').slice(before);
    expect(new Set(asked.map(({ fields }) => fields.account))).toEqual(new Set([other]));
    expect(await relay.read(getPositions)).not.toHaveProperty('models');
  });

  it('leaves nothing open at the gateway, also when the caller leaves', async () => {
    const open = () =>
      relay.sim.activeSubscriptions().filter((subscription) => /Multi/.test(JSON.stringify(subscription)));
    await vi.waitFor(() => expect(open()).toEqual([]));
    relay.sim.addRule({ on: 'out', message: 'positionMultiEnd', do: 'drop', times: 'always' });
    const leaving = new AbortController();
    const call = failure(relay.call('get_positions', { model: 'Growth' }, { signal: leaving.signal }));
    await vi.waitFor(() => expect(open()).not.toEqual([]));
    leaving.abort();
    expect((await call).code).toBe('cancelled');
    await vi.waitFor(() => expect(open()).toEqual([]));
  });

  it('tells how far it is', async () => {
    const progress = vi.fn();
    await relay.read(getPositions, { model: 'Growth' }, { progress });
    expect(progress).toHaveBeenLastCalledWith(3, 3, '3 of 3 accounts');
  });
});

describe('an ordinary login', () => {
  it.each([[['DU1000001']], [['DU1000001', 'DU1000002']]])('of %j is not asked about models', async (accounts) => {
    const relay = await TestRelay.start({ accounts });
    try {
      expect(await relay.read(getPositions)).not.toHaveProperty('models');
      await relay.read(getAccountSummary);
      const asked = ['reqPositionsMulti', 'reqAccountUpdatesMulti'].flatMap((name) => relay.received(name));
      expect(asked).toEqual([]);
      const error = await failure(relay.call('get_positions', { model: 'Growth' }));
      expect(error).toMatchObject({ code: 'invalid_arguments', nextStep: expect.stringContaining('Advisor Setup') });
    } finally {
      await relay.stop();
    }
  });
});
