import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorOptions } from '../simulator/index.ts';
import { failure, TestRelay } from '../tools/test-relay.ts';

const [master, client] = ['DF1000000', 'DU1000001'] as const;

let relay: TestRelay;

afterEach(() => relay.stop());

async function start(options: SimulatorOptions): Promise<void> {
  relay = await TestRelay.start(options);
}

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
