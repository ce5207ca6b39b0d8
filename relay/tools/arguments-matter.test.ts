import { isDeepStrictEqual } from 'node:util';
import { OrderAction, OrderType, SecType } from '@stoqey/ib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { toToolErrorData } from '../../shared/errors.ts';
import { findTool } from '../../shared/tools/index.ts';
import type { ArgumentCase, Change } from '../../test/support/arguments-matter.ts';
import { FlexService, flexDocument, row, statement } from '../../test/support/flex-service.ts';
import { relayCases } from '../../test/support/load-cases.ts';
import { TestRelay } from '../../test/support/relay.ts';
import { fridayNoon, TestClient } from '../../test/support/simulator/client.ts';
import { MarketClock } from '../gateway/time/market-clock.ts';
import { openRecords } from '../performance/records.ts';

/**
 * No documented argument is ignored: in a world that stands still a call that is repeated does the same, and a call
 * with the argument gives another result, other requests or another progress than the call without it.
 */

const accounts = ['DF1000000', 'DU1000001', 'DU1000002'];
const [, first, second] = accounts;
const apple = { conId: 265598, symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const microsoft = { symbol: 'MSFT', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
/** When the trades of the beginning are over. */
const noon = fridayNoon + 60_000;

beforeAll(() => void vi.spyOn(Date, 'now').mockReturnValue(noon));
afterAll(() => void vi.restoreAllMocks());

interface Observation {
  readonly outcome: Record<string, unknown>;
  readonly progress: readonly unknown[];
  readonly requests: readonly string[];
}

/** What the relay knows from statements: two Flex tokens, and ten days' values of two accounts. */
async function rememberThePast(relay: TestRelay): Promise<FlexService> {
  const service = await FlexService.start();
  const trade = (symbol: string) => row('Trade', { accountId: 'DU1000001', symbol, quantity: 1 });
  const sections = { Trades: trade('AAPL') + trade('MSFT'), CashTransactions: '' };
  const tokens = ['main', 'other'].map((name, index) => {
    const [token, id] = [String(index + 1).repeat(24), `90000${index + 1}`];
    service.tokens.set(token, new Map([[id, flexDocument(statement('DU1000001', sections))]]));
    return { name, token, queries: [{ id, label: name }] };
  });
  relay.records.close();
  relay.records = openRecords(relay.dataDir, { tokens, baseUrl: service.url, limits: { firstWaitMs: 5 } });
  const values = Array.from({ length: 10 }, (_, day) => ({ date: `2026-11-${10 + day}`, nav: 1_000 + day ** 2 }));
  relay.records.performance().learn(
    [first, second].map((account = '', index) => ({
      account,
      values: values.map(({ date, nav }) => ({ date, nav: nav * (index + 1), currency: 'USD' })),
      flows: { from: '2026-11-10', to: '2026-11-19', list: [] },
    })),
    1,
  );
  return service;
}

/** A relay on a market that has stopped at noon, after some trades. */
class StandingWorld {
  readonly #relay: TestRelay;
  readonly #flex: FlexService;
  readonly #plains = new Map<string, Promise<Observation>>();

  constructor(relay: TestRelay, flex: FlexService) {
    this.#relay = relay;
    this.#flex = flex;
  }

  static async start(): Promise<StandingWorld> {
    const simulated = { clock: () => new Date(fridayNoon), tickIntervalMs: 20, accounts };
    const clock = new MarketClock(Date.now, () => 0);
    const relay = await TestRelay.start(simulated, { clock });
    const trader = await TestClient.ready(relay.sim.port, 99);
    const trade = async (id: number, contract: object, action: OrderAction, quantity: number, account?: string) => {
      const order = { action, orderType: OrderType.MKT, totalQuantity: quantity, account, transmit: true };
      trader.api.placeOrder(id, contract, order as never);
      await vi.waitFor(() => {
        relay.sim.advanceClock(100);
        expect(trader.events.some(({ args: [of, status] }) => of === id && status === 'Filled')).toBe(true);
      });
    };
    await trade(1, apple, OrderAction.BUY, 100, first);
    await trade(2, apple, OrderAction.SELL, 40, first);
    await trade(3, microsoft, OrderAction.BUY, 10, second);
    trader.disconnect();
    relay.sim.setClock({ at: noon });
    relay.gateway.askTime();
    await vi.waitFor(() => expect(relay.gateway.serverTime()).toBe(noon));
    return new StandingWorld(relay, await rememberThePast(relay));
  }

  async stop(): Promise<void> {
    await this.#relay.stop();
    await this.#flex.close();
  }

  /** What a call does that anybody could notice. */
  async observe(name: string, args: object): Promise<Observation> {
    const { sim, execute } = this.#relay;
    const before = sim.received.length;
    const known = this.#flex.requests.length;
    // Watching is measured by a clock that does not stand still; it goes on for less than a second here.
    const progress: unknown[] = [];
    const outcome = await execute(name, args, {
      progress: (done, ...told) => progress.push([Math.floor(done), ...told]),
    }).catch((error: unknown) => ({ error: toToolErrorData(error) }));
    // When a subscription is taken back is a matter of time, not of arguments.
    const asked = sim.received.slice(before).filter((request) => !request.name.startsWith('cancel'));
    const requests = asked.map(({ name: request, fields: { reqId: _id, ...fields } }) =>
      JSON.stringify([request, fields]),
    );
    const statements = this.#flex.requests.slice(known).map(({ path }) => path);
    return { outcome, progress, requests: [...requests.sort(), ...statements] };
  }

  /** What a call does once what is looked up only once is known, and proof that it does so every time. */
  async steady(name: string, args: object): Promise<Observation> {
    await this.observe(name, args);
    const observation = await this.observe(name, args);
    expect(await this.observe(name, args), `${name} in a world that stands still`).toEqual(observation);
    return observation;
  }

  /** As `steady`, done once for each call. */
  plain(name: string, args: object): Promise<Observation> {
    const key = JSON.stringify([name, args]);
    const plain = this.#plains.get(key) ?? this.steady(name, args);
    this.#plains.set(key, plain);
    return plain;
  }
}

async function proveThatItMatters(world: StandingWorld, name: string, argument: string, base: object, change: Change) {
  const without: Record<string, unknown> = { ...base, ...change.base };
  const plain = await world.plain(name, without);
  const value = change.from ? change.from(plain.outcome) : change.value;
  expect(value, argument).not.toEqual(without[argument]);
  const args = { ...without, [argument]: value };
  const changed = await world.observe(name, args);
  expect('error' in plain.outcome, `${argument}: ${JSON.stringify(plain.outcome)}`).toBe(change.needed ?? false);
  expect('error' in changed.outcome, `${argument}: ${JSON.stringify(changed.outcome)}`).toBe(change.refused ?? false);
  if (!isDeepStrictEqual(changed.outcome, plain.outcome)) return;
  expect(await world.steady(name, args), argument).not.toEqual(plain);
}

it.each([...relayCases])('the cases of %s have exactly its arguments', (name, { argumentsMatter }) => {
  const documented = Object.keys(findTool(name)?.input.shape ?? {});
  expect(
    Object.keys(argumentsMatter.changes).toSorted(),
    `argumentsMatter.changes of relay/tools/${name}.cases.ts`,
  ).toEqual(documented.toSorted());
});

describe('every argument changes something', () => {
  const cases = [...relayCases]
    .map(([name, { argumentsMatter }]) => [name, argumentsMatter] as const)
    .filter(([, { changes }]) => Object.keys(changes).length > 0);
  it.concurrent.each(cases)('%s', { timeout: 60_000 }, async (name, { base, begin, changes }: ArgumentCase) => {
    const world = await StandingWorld.start();
    try {
      const found = await begin?.(async (tool, args) => (await world.observe(tool, args)).outcome);
      for (const [argument, change] of Object.entries(changes)) {
        await proveThatItMatters(world, name, argument, { ...base, ...found }, change);
      }
    } finally {
      await world.stop();
    }
  });
});
