import { afterEach, describe, expect, it, vi } from 'vitest';
import type { SimulatorOptions } from '../../../simulator/index.ts';
import { failure, TestRelay } from '../../../test/support/relay.ts';

const [master, client] = ['DF1000000', 'DU1000001'] as const;

let relay: TestRelay;

afterEach(() => relay.stop());

async function start(options: SimulatorOptions): Promise<void> {
  relay = await TestRelay.start(options);
}

/** Lets IB say of an account that it is not ready, `times` times, in place of one of its values. */
function reset(account: string, key: string, times: number | 'always' = 1): void {
  const fields = { key: 'AccountReady', value: 'false', currency: '' };
  relay.sim.addRule({ on: 'out', message: 'accountUpdateMulti', where: { account, key }, do: 'change', fields, times });
}

describe('values of an account that IB calls not ready', () => {
  const accounts = Array.from({ length: 51 }, (_, index) => `DU${1_000_001 + index}`);
  const updates = () => relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'accountUpdatesMulti');

  it('are not believed where accounts are summed up one by one, and are asked for again', async () => {
    await start({ accounts });
    reset('DU1000007', 'AccountType');
    const { accounts: desk } = relay.gateway;
    expect(await failure(desk.summaries())).toMatchObject({
      code: 'no_data',
      message: expect.stringContaining('DU1000007'),
      nextStep: expect.stringMatching(/minutes/),
    });
    await vi.waitFor(() => expect(updates()).toEqual([]));
    expect((await desk.summaries()).accounts.size).toBe(accounts.length);
    expect(updates()).toHaveLength(accounts.length);
  });

  it('are not believed for as long as IB calls them so, also when they were right before', async () => {
    await start({ accounts });
    const { accounts: desk } = relay.gateway;
    await desk.summaries();
    const say = (value: 'true' | 'false') => {
      const fields = { key: 'AccountReady', value, currency: '' };
      const where = { account: 'DU1000007', key: 'NetLiquidation' };
      relay.sim.addRule({ on: 'out', message: 'accountUpdateMulti', where, do: 'change', fields });
      relay.sim.clock.advance(4 * 60_000);
    };
    say('false');
    const refused = () =>
      desk.summaries().then(
        () => undefined,
        (error) => error.code,
      );
    await vi.waitFor(async () => expect(await refused()).toBe('no_data'), { timeout: 5_000 });
    say('true');
    await vi.waitFor(async () => expect(await refused()).toBeUndefined(), { timeout: 5_000 });
    expect(updates()).toHaveLength(accounts.length);
  });

  it('are not believed of a model', async () => {
    await start({ accounts: [master, client] });
    reset(client, 'AccountType');
    const { models } = relay.gateway.accounts;
    expect(await failure(models.values(client, 'Growth'))).toMatchObject({ code: 'no_data' });
    expect((await models.values(client, 'Growth')).size).toBeGreaterThan(0);
  });
});

describe('a model', () => {
  it('that IB refuses to tell of says why, and what to do', async () => {
    await start({ accounts: [master, client] });
    for (const message of ['reqPositionsMulti', 'reqAccountUpdatesMulti'] as const) {
      relay.sim.addRule({ on: 'in', message, do: 'error', code: 322, text: 'Too many requests' });
    }
    const { models } = relay.gateway.accounts;
    for (const asked of [models.positions(client, 'Growth'), models.values(client, 'Growth')]) {
      expect(await failure(asked)).toMatchObject({
        code: 'busy',
        message: expect.stringContaining('Too many requests'),
        nextStep: expect.any(String),
        ibCode: 322,
      });
    }
  });
});
