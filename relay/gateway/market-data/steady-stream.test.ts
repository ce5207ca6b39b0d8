import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToolErrorData } from '../../../shared/errors.ts';
import { TestRelay } from '../../../test/support/relay.ts';
import type { Ticker } from './ticker.ts';

let relay: TestRelay;
let over: AbortController;
let heard: Ticker[];
let errors: ToolErrorData[];
let watching: Promise<void>;

const lines = () => relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData');
const asked = () => relay.received('reqMktData').length;
const prices = () => heard.filter(({ isPriced }) => isPriced).length;

beforeEach(async () => {
  relay = await TestRelay.start({ tickIntervalMs: 20 });
  over = new AbortController();
  heard = [];
  errors = [];
  const instrument = await relay.gateway.contracts.resolve('AAPL');
  const line = {
    instrument,
    onTicker: (ticker: Ticker) => heard.push(ticker),
    onError: (error: ToolErrorData) => errors.push(error),
  };
  watching = relay.gateway.quotes.watch(line, over.signal);
  await vi.waitFor(() => expect(prices()).toBeGreaterThan(0));
});

afterEach(async () => {
  over.abort();
  await watching;
  await relay.stop();
});

/** Waits until the stream tells something new. */
async function hears(): Promise<void> {
  const before = prices();
  await vi.waitFor(
    () => {
      relay.sim.advanceClock(1_000);
      expect(prices()).toBeGreaterThan(before);
    },
    { timeout: 5_000 },
  );
}

describe('a watched line', () => {
  it('is made again on a new connection', async () => {
    relay.sim.dropConnections();
    await vi.waitFor(() => expect(asked()).toBe(2), { timeout: 3_000 });
    await hears();
    expect([lines().length, errors]).toEqual([1, []]);
  });

  it('is made again when IB has lost its data (1101), and not when it has kept it (1102)', async () => {
    relay.sim.connectivity.lose();
    relay.sim.connectivity.restore({ dataLost: false });
    await hears();
    expect(asked()).toBe(1);
    relay.sim.connectivity.lose();
    relay.sim.connectivity.restore({ dataLost: true });
    await vi.waitFor(() => expect(asked()).toBe(2));
    await hears();
    expect(lines()).toHaveLength(1);
  });

  it('is made again when it stays silent after a farm came back, and only then', async () => {
    const flap = () => {
      relay.sim.connectivity.farm('usfarm.nj', 'broken');
      relay.sim.connectivity.farm('usfarm.nj', 'ok');
    };
    const chatter = setInterval(() => relay.sim.advanceClock(1_000), 100);
    flap();
    await new Promise((resolve) => setTimeout(resolve, 3_300));
    expect(asked()).toBe(1);
    const [first] = relay.received('reqMktData');
    const reqId = String(first?.fields.reqId);
    const messages = ['tickPrice', 'tickSize', 'tickString', 'tickGeneric'] as const;
    relay.sim.addRule({ on: 'out', message: [...messages], where: { reqId }, times: 'always', do: 'drop' });
    flap();
    await vi.waitFor(() => expect(asked()).toBe(2), { timeout: 6_000 });
    await hears();
    clearInterval(chatter);
    expect(lines()).toHaveLength(1);
  });

  it('hears on after another login took the data for a while (10197)', async () => {
    relay.sim.connectivity.competingSession(true);
    await vi.waitFor(() => expect(errors.map(({ ibCode }) => ibCode)).toContain(10197));
    relay.sim.connectivity.competingSession(false);
    await hears();
    expect(asked()).toBe(1);
  });

  it('is taken back when it is over, once', async () => {
    over.abort();
    await watching;
    await vi.waitFor(() => expect(lines()).toEqual([]));
    expect(relay.received('cancelMktData')).toHaveLength(1);
  });
});
