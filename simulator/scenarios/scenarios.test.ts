import { EventName } from '@stoqey/ib';
import { afterEach, describe, expect, it } from 'vitest';
import { fridayNoon, gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';
import { type Simulator, startSimulator } from '../index.ts';
import { silent } from '../world/logger.ts';
import { ScenarioDesk } from './desk.ts';
import { readyMade } from './ready-made.ts';
import { scenarioSchema } from './scenario.ts';

const started: Simulator[] = [];

/** A gateway whose clock moves only when told to, and its desk. */
async function still(): Promise<{
  gateway: Simulator;
  desk: ScenarioDesk;
  pass: (milliseconds: number) => Promise<void>;
}> {
  const gateway = await startSimulator({ clock: () => new Date(fridayNoon), clockSettings: { frozen: true } });
  started.push(gateway);
  const desk = new ScenarioDesk(gateway, silent);
  const pass = async (milliseconds: number): Promise<void> => {
    gateway.advanceClock(milliseconds);
    // Some steps take a turn or two of the event loop.
    await expect
      .poll(() => Date.parse(desk.status().running?.next?.at ?? '9999-01-01'))
      .toBeGreaterThan(gateway.world.now());
  };
  return { gateway, desk, pass };
}

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.close();
});

describe('a scenario', () => {
  it('does its steps in world time, in order, again and again', async () => {
    const { gateway, desk, pass } = await still();
    await desk.start({
      name: 'mine',
      steps: [
        { do: 'set-faults', with: { orderIdRollback: 1 } },
        { after: '10s', do: 'set-faults', with: { orderIdRollback: 2 } },
        { since: '1m', every: '1m', times: 2, do: 'add-rule', with: { on: 'out', do: 'drop' } },
      ],
    });
    await pass(0);
    expect(gateway.faults.orderIdRollback).toBe(1);
    await pass(9999);
    expect(gateway.faults.orderIdRollback).toBe(1);
    await pass(1);
    expect(gateway.faults.orderIdRollback).toBe(2);
    await pass(3_600_000);
    expect(gateway.faults.rules.list()).toHaveLength(2);
    expect(desk.status().running).toMatchObject({ name: 'mine', done: 4, finished: true, failures: [] });
  });

  it('goes on after a step that could not be done, and says so', async () => {
    const { desk, pass } = await still();
    await desk.start({ name: 'mine', steps: [{ do: 'reject-order' }, { after: '1s', do: 'heal' }] });
    await pass(1000);
    expect(desk.status().running).toMatchObject({ done: 2, failures: ['reject-order: No order is working.'] });
  });

  it('goes on while the gateway is frozen by it', async () => {
    const { gateway, desk, pass } = await still();
    await desk.start({ name: 'mine', steps: [{ do: 'freeze' }, { after: '1s', do: 'freeze', with: { on: false } }] });
    await pass(500);
    expect(gateway.faults.frozen).toBe(true);
    await pass(500);
    expect(gateway.faults.frozen).toBe(false);
  });

  it('knows times of the day in New York', async () => {
    const { desk } = await still();
    await desk.start({ name: 'mine', steps: [{ at: '11:00', do: 'heal' }] });
    expect(desk.status().running?.next?.at).toBe('2026-11-21T16:00:00.000Z');
    await desk.start({ name: 'mine', steps: [{ at: '23:45', do: 'heal' }] });
    expect(desk.status().running?.next?.at).toBe('2026-11-21T04:45:00.000Z');
  });

  it.each<[object, RegExp]>([
    [{ do: 'heel' }, /did you mean heal/],
    [{ do: 'set-farm', with: { farm: 'x', state: 'ok' } }, /usfarm/],
    [{ do: 'heal', after: '10' }, /10s/],
    [{ do: 'heal', after: '1s', since: '1s' }, /only one/],
    [{ do: 'heal', times: 2 }, /every/],
    [{ do: 'heal', every: '1ms' }, /100ms/],
  ])('refuses the step %j', (step, reason) => {
    const { success, error } = scenarioSchema.safeParse({ name: 'mine', steps: [step] });
    expect(success).toBe(false);
    expect(String(error)).toMatch(reason);
  });

  it('that is not there is named with the nearest that is', async () => {
    const { desk } = await still();
    await expect(desk.start({ name: 'daily-restarts' })).rejects.toThrow('did you mean daily-restart?');
  });
});

describe('the ready-made scenarios', () => {
  it.each([...readyMade.keys()])('%s runs for two days without a failure', async (name) => {
    const { desk, pass } = await still();
    await desk.start({ name });
    await pass(2 * 86_400_000);
    const { done = 0, failures } = desk.status().running ?? {};
    expect(failures).toEqual([]);
    expect(done).toBeGreaterThanOrEqual(readyMade.get(name)?.steps.length ?? Infinity);
  });

  it('no-permissions refuses quotes, history and orders', async () => {
    const { gateway, desk, pass } = await still();
    await desk.start({ name: 'no-permissions' });
    await pass(1000);
    expect(gateway.faults.rules.list().map(({ rule }) => rule)).toMatchObject([
      { message: ['reqMktData'], do: 'error', code: 354 },
      { message: ['reqHistoricalData'], do: 'error', code: 162 },
      { message: ['placeOrder'], do: 'error', code: 460 },
    ]);
  });

  it('lost-connection, seen by a client with a fast clock', async () => {
    const pair: Pair = await gatewayWithClient({ clockSettings: { speed: 600 } });
    await new ScenarioDesk(pair.gateway, silent).start({ name: 'lost-connection' });
    await pair.client.until(EventName.info, (_, code) => code === 1101);
    const told = pair.client.all(EventName.info).map(([, code]) => Number(code));
    expect(told.filter((code) => code >= 1100 && code < 1200)).toEqual([1100, 1102, 1100, 1101]);
    await pair.close();
  });

  it('daily-restart swallows orders, refuses connections for two minutes, and is well again', async () => {
    const { gateway, desk, pass } = await still();
    await desk.start({ name: 'daily-restart' });
    const toNight = Date.parse('2026-11-21T04:45:00Z') - fridayNoon;
    await pass(toNight);
    expect(gateway.faults.rules.list()).toHaveLength(1);
    await pass(10_000);
    await expect(fetch(`http://127.0.0.1:${gateway.port}`)).rejects.toThrow();
    await pass(120_000);
    expect(gateway.faults.rules.list()).toEqual([]);
    expect(desk.status().running?.next?.at).toBe('2026-11-22T04:45:00.000Z');
  });
});
