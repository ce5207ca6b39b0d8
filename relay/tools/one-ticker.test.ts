import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../shared/alerts/alert.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { streamQuotes } from '../../shared/tools/stream_quotes.ts';
import { TestRelay } from '../../test/support/relay.ts';
import type { Sighting } from '../alerts/keeper.ts';
import { QuoteWatch } from '../alerts/quote-watch.ts';

/** The gateway's market is silent: each test says what comes on a line, over the wire. */

type Tick = readonly [tickType: number, price: number, size: number];

let relay: TestRelay;
let watch: QuoteWatch;
let seen: Sighting[];

beforeEach(async () => {
  relay = await TestRelay.start();
  relay.sim.addRule({ on: 'in', do: 'ignore', message: 'reqMktData', times: 'always' });
  seen = [];
  watch = new QuoteWatch({
    gateway: relay.gateway,
    lines: 1,
    logger: pino({ level: 'silent' }),
    see: (_, sighting) => seen.push(sighting),
    problem: () => undefined,
  });
});

afterEach(async () => {
  watch.stop();
  await relay.stop();
});

/** Waits for so many lines. @returns what says a tick on all of them */
async function lines(count: number): Promise<(...ticks: readonly Tick[]) => void> {
  await vi.waitFor(() => expect(relay.received('reqMktData')).toHaveLength(count));
  const ids = relay.received('reqMktData').map(({ fields }) => Number(fields.reqId));
  return (...ticks) => {
    for (const [tickType, price, size] of ticks) {
      for (const reqId of ids) relay.sim.sendMessage('tickPrice', { reqId, tickType, price, size, attrMask: 0 });
    }
  };
}

/** The same ticks as a quote, a stream and a price alert show them. */
async function threeFaces(contract: string, ticks: readonly Tick[], canAlert: boolean) {
  const instrument = await relay.gateway.contracts.resolveAny(contract);
  const alert: Alert = { id: 'a', kind: 'price', conId: instrument.conId, above: 1e9, repeat: 'once' };
  if (canAlert) watch.watch([alert]);
  const quoted = relay.read(getQuotes, { contracts: [contract] });
  const streamed = relay.read(streamQuotes, { contracts: [contract], seconds: 1 });
  // Of a combination, the two that are it and one for each leg, which both share.
  const say = await lines(canAlert ? 3 : 4);
  say(...ticks);
  const [quote] = (await quoted).quotes;
  const [stream] = (await streamed).quotes;
  return { quote, stream, alerts: seen.map(({ value, dataType }) => [value, dataType]) };
}

const option = 'SPY 20261218 C 700';
const live: readonly Tick[] = [
  [9, 99, 0],
  [1, 100, 5],
  [2, 101, 5],
  [4, 100.5, 1],
];
const delayed: readonly Tick[] = [
  [75, 99, 0],
  [66, 90, 5],
  [67, 91, 5],
  [68, 90.5, 1],
];

describe('get_quotes, stream_quotes and alerts say the same of the same ticks', () => {
  it.each<[string, string, readonly Tick[], object, unknown]>([
    [
      'delayed data that nobody announces',
      'AAPL',
      delayed,
      { bid: 90, ask: 91, last: 90.5, dataType: 'delayed' },
      [90.5, 'delayed'],
    ],
    [
      'live data after delayed data',
      'AAPL',
      [...delayed, ...live],
      { bid: 100, ask: 101, last: 100.5, dataType: 'live' },
      [100.5, undefined],
    ],
    [
      'delayed data after live data',
      'AAPL',
      [...live, ...delayed],
      { bid: 90, ask: 91, last: 90.5, dataType: 'delayed' },
      [90.5, 'delayed'],
    ],
    [
      'a bid that IB withdraws',
      'AAPL',
      [...live, [1, -1, 0]],
      { bid: undefined, ask: 101, last: 100.5, dataType: 'live' },
      [100.5, undefined],
    ],
    [
      'an option’s bid of 0',
      option,
      [
        [1, 0, 5],
        [2, 0.5, 5],
      ],
      { bid: 0, ask: 0.5, dataType: 'live' },
      [0.25, undefined],
    ],
    [
      'an option without a bid any more',
      option,
      [
        [1, 1, 5],
        [2, 2, 5],
        [1, 0, 0],
        [2, 3, 5],
      ],
      { bid: undefined, ask: 3, dataType: 'live' },
      [1.5, undefined],
    ],
  ])('%s', async (_, contract, ticks, expected, alert) => {
    const { quote, stream, alerts } = await threeFaces(contract, ticks, true);
    for (const { bid, ask, last, dataType } of [quote, stream])
      expect({ bid, ask, last, dataType }).toMatchObject(expected);
    expect(alerts.at(-1)).toEqual(alert);
  });

  it.each<[string, readonly Tick[], number | undefined]>([
    ['a combination’s bid of −1', [], -1],
    ['a combination’s bid that is withdrawn', [[1, -1, 0]], undefined],
  ])('%s', async (_, more, bid) => {
    const combo = `${option} - 2 x SPY 20261218 C 710`;
    const { quote, stream } = await threeFaces(combo, [[1, -1, 3], [2, 0.5, 4], ...more], false);
    for (const face of [quote, stream]) {
      expect(face).toMatchObject({ ask: 0.5, dataType: 'live' });
      expect(face.bid).toBe(bid);
    }
  });
});

describe('stream_quotes', () => {
  it('tells every change, the newest of each instrument first', async () => {
    const told: string[] = [];
    const options = { progress: (_: number, __: number | undefined, text: string) => told.push(text) };
    const work = relay.read(streamQuotes, { contracts: ['AAPL', 'MSFT'], seconds: 5, updates: 4 }, options);
    await lines(2);
    const conIds = new Map<string, number>();
    for (const symbol of ['AAPL', 'MSFT']) conIds.set(symbol, (await relay.gateway.contracts.resolve(symbol)).conId);
    const bid = (symbol: string, price: number) => {
      const line = relay.received('reqMktData').find(({ fields }) => Number(fields.conId) === conIds.get(symbol));
      const reqId = Number(line?.fields.reqId);
      relay.sim.sendMessage('tickPrice', { reqId, tickType: 1, price, size: 1, attrMask: 0 });
    };
    bid('MSFT', 50);
    for (const price of [100, 200, 90]) bid('AAPL', price);
    await work;
    expect(told).toEqual([
      '1 updates: MSFT 50 × –',
      '2 updates: AAPL 100 × –; MSFT 50 × –',
      '3 updates: AAPL 200 × –; MSFT 50 × –',
      '4 updates: AAPL 90 × –; MSFT 50 × –',
    ]);
  });
});
