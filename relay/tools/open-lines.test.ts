import { EventName, SecType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { streamQuotes } from '../../shared/tools/stream_quotes.ts';
import type { Simulator } from '../../simulator/index.ts';
import { openMarket, TestRelay } from '../../test/support/relay.ts';
import { TestClient } from '../../test/support/simulator/client.ts';

describe('quotes from lines that stay open', () => {
  let relay: TestRelay;

  const contracts = ['AAPL', 'EUR.USD'];
  const read = async () => (await relay.read(getQuotes, { contracts })).quotes;
  const open = () =>
    relay.sim.activeSubscriptions().flatMap(({ kind, subject }) => (kind === 'marketData' ? [subject] : []));

  /** Another program of the same login, with a line of its own. */
  const otherProgram = async () => {
    const other = await TestClient.ready(relay.sim.port, 99);
    const microsoft = { symbol: 'MSFT', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
    other.api.reqMktData(1, microsoft, '', false, false);
    await other.until(EventName.tickPrice);
    return other;
  };

  beforeEach(async () => {
    const began = performance.now();
    const clock = () => new Date(openMarket().getTime() + performance.now() - began);
    relay = await TestRelay.start({ clock, tickIntervalMs: 20, marketDataLines: 3 }, { idleLineMs: 60_000 });
  });

  afterEach(() => relay.stop());

  it('asks the gateway once for what is read again and again, and follows the market', async () => {
    const [first] = await read();
    await vi.waitFor(async () => expect((await read())[0].bid).not.toBe(first.bid), { timeout: 5_000 });
    expect(relay.received('reqMktData')).toHaveLength(2);
  });

  it('makes room when other programs of the login need the lines', async () => {
    await read();
    const other = await otherProgram();
    const { quotes, errors } = await relay.read(getQuotes, { contracts: ['IBM'] });
    expect(errors).toBeUndefined();
    expect(quotes[0].contract).toBe('IBM');
    expect(open().toSorted()).toEqual(['IBM', 'MSFT']);
    other.disconnect();
  });

  it('a stream that has no room for all watches what it can, and says which it cannot', async () => {
    await relay.stop();
    relay = await TestRelay.start({ tickIntervalMs: 20 }, { marketDataLines: 2 });
    const contracts = ['AAPL', 'MSFT', 'IBM'];
    const { quotes, errors } = await relay.read(streamQuotes, { contracts, seconds: 1 });
    expect(quotes).toHaveLength(2);
    expect(errors).toMatchObject([{ code: 'busy', nextStep: expect.stringMatching(/fewer/) }]);
  });

  it('makes room for a stream as well, which finds it when it is tried again', async () => {
    await read();
    const other = await otherProgram();
    const stream = () => relay.read(streamQuotes, { contracts: ['IBM'], seconds: 1 });
    expect((await stream()).errors).toMatchObject([{ code: 'busy', nextStep: expect.any(String) }]);
    expect((await stream()).quotes).toMatchObject([{ contract: 'IBM' }]);
    other.disconnect();
  });

  it.each([
    [
      'a farm that was gone',
      (sim: Simulator) => sim.connectivity.farm('usfarm.nj', 'broken'),
      (sim: Simulator) => sim.connectivity.farm('usfarm.nj', 'ok'),
    ],
    [
      'an outage',
      (sim: Simulator) => sim.connectivity.lose(),
      (sim: Simulator) => sim.connectivity.restore({ dataLost: false }),
    ],
  ])('closes them after %s', async (_, goes, comesBack) => {
    await read();
    goes(relay.sim);
    await vi.waitFor(() => expect(relay.gateway.status().gateway.state).not.toBe('ready'));
    comesBack(relay.sim);
    await vi.waitFor(() => expect(relay.gateway.status().gateway.state).toBe('ready'));
    await vi.waitFor(() => expect(open()).toEqual([]));
    await read();
    expect(relay.received('reqMktData')).toHaveLength(4);
  });
});
