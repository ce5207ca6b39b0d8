import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { maxBarsPerAnswer } from '../gateway/history/history-plan.ts';

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await relay.stop();
});

describe('get_historical_bars', () => {
  const times = ({ rows }: { rows: readonly (readonly (string | number)[])[] }) => rows.map(([time]) => String(time));

  it('gives trading days, newest last, times in the exchange’s zone', async () => {
    const daily = await relay.read(getHistoricalBars, { contract: 'AAPL', duration: '5d' });
    expect(times(daily)).toEqual(['2026-10-09', '2026-10-12', '2026-10-13', '2026-10-14', '2026-10-15']);
    expect(daily.columns).toEqual(['time', 'open', 'high', 'low', 'close', 'volume']);
    const detailed = await relay.read(getHistoricalBars, { contract: 'AAPL', duration: '5d', wap: true });
    expect(detailed.columns).toEqual([...daily.columns, 'wap', 'count']);
    const minutes = await relay.read(getHistoricalBars, { contract: 'AAPL', bar_size: '1 min', duration: '2d' });
    expect(times(minutes)[0]).toBe('2026-10-14T09:30:00-04:00');
    expect(minutes.count).toBe(390 + 90);
  });

  it('drops columns that are absent everywhere', async () => {
    const result = await relay.read(getHistoricalBars, {
      contract: 'EUR.USD',
      bar_size: '1 hour',
      duration: '2d',
      data: 'MIDPOINT',
      rth: false,
    });
    expect(result.columns).toEqual(['time', 'open', 'high', 'low', 'close']);
  });

  it('covers a clock change without gaps or repeats', async () => {
    const result = await relay.read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '5 mins',
      start: '2026-03-02',
      end: '2026-03-13',
    });
    expect(new Set(times(result)).size).toBe(result.count);
    expect(times(result)).toEqual([...times(result)].sort((a, b) => Date.parse(a) - Date.parse(b)));
    expect(result.count).toBe(10 * 78);
    expect(times(result)[0]).toBe('2026-03-02T09:30:00-05:00');
    expect(times(result).at(-1)).toBe('2026-03-13T15:55:00-04:00');
  });

  it('reads times with and without offsets, and refuses nonsense', async () => {
    const bars = async (args: object) =>
      times(await relay.read(getHistoricalBars, { contract: 'AAPL', bar_size: '30 mins', ...args }));
    const local = await bars({ start: '2026-10-13T10:00:00', end: '2026-10-13T12:00:00' });
    expect(local).toEqual(await bars({ start: '2026-10-13T14:00:00Z', end: '2026-10-13T12:00:00-04:00' }));
    expect(local[0]).toBe('2026-10-13T10:00:00-04:00');
    expect(local).toHaveLength(4);
    for (const args of [
      { start: '2026-02-30' },
      { start: 'yesterday' },
      { end: '2026-13-01' },
      { duration: 'long' },
      { start: '2026-10-02', end: '2026-10-01' },
      { start: '2026-10-01', duration: '1d' },
      { start: '2030-01-01' },
    ]) {
      expect((await failure(relay.call('get_historical_bars', { contract: 'AAPL', ...args }))).code).toBe(
        'invalid_arguments',
      );
    }
  });

  it('walks back over small bars in trading time', async () => {
    const result = await relay.read(getHistoricalBars, { contract: 'AAPL', bar_size: '30 secs', duration: '1d' });
    expect(result.count).toBe(180);
    expect(times(result)[0]).toBe('2026-10-15T09:30:00-04:00');
    for (const { fields } of relay.received('reqHistoricalData')) expect(fields.duration).toMatch(/ S$/);
  });

  it('asks adjusted prices and continuous futures without an end', async () => {
    const adjusted = await relay.read(getHistoricalBars, { contract: 'AAPL', duration: '1y', data: 'ADJUSTED_LAST' });
    expect(adjusted.count).toBeGreaterThan(240);
    const continuous = await relay.read(getHistoricalBars, {
      contract: 'ES:CONTFUT',
      bar_size: '1 hour',
      duration: '3d',
    });
    expect(continuous.contract).toBe('ES:CONTFUT');
    expect(relay.received('reqHistoricalData').every(({ fields }) => fields.endDateTime === '')).toBe(true);
  });

  it('takes what IB has where it keeps no trades, and says so', async () => {
    const result = await relay.read(getHistoricalBars, { contract: 'EUR.USD', duration: '5d' });
    expect(relay.received('reqHistoricalData')[0]?.fields.whatToShow).toBe('MIDPOINT');
    expect(result).toMatchObject({ data: 'MIDPOINT', note: expect.stringContaining('no trades') });
  });

  it('says why a span is shorter than asked, and when there is nothing', async () => {
    const short = await relay.read(getHistoricalBars, { contract: 'TSLA', bar_size: '1 week', duration: '30y' });
    expect(short.note).toMatch(/nothing in this period before 2010-/);
    expect(
      (
        await failure(
          relay.call('get_historical_bars', {
            contract: 'AAPL',
            bar_size: '1 hour',
            start: '2026-10-10',
            end: '2026-10-11',
          }),
        )
      ).code,
    ).toBe('no_data');
    expect((await failure(relay.call('get_historical_bars', { contract: 'T', duration: '5d' }))).code).toBe(
      'not_subscribed',
    );
  });

  it('fetches 50,000 one-minute bars in bounded pieces with progress, every bar once', async () => {
    const progress: number[] = [];
    const fetch = vi.spyOn(relay.gateway.history, 'fetch');
    const bars = await relay.read(
      getHistoricalBars,
      { contract: 'AAPL', bar_size: '1 min', start: '2026-07-20', rth: false },
      { progress: (done) => progress.push(done) },
    );
    expect(bars.count).toBeGreaterThan(50_000);
    expect(new Set(times(bars)).size).toBe(bars.count);
    expect(times(bars)).toEqual(times(bars).toSorted());
    expect(progress.length).toBeGreaterThan(10);
    expect(progress).toEqual(progress.toSorted((x, y) => x - y));
    const sizes = await Promise.all(fetch.mock.results.map(async ({ value }) => ((await value) as unknown[]).length));
    expect(Math.max(...sizes)).toBeLessThanOrEqual(maxBarsPerAnswer);
  });

  it('gives what IB’s limits on small bars let through in time, tells the wait, and says what is missing', async () => {
    const messages: string[] = [];
    const result = getHistoricalBars.output.parse(
      await relay.call(
        'get_historical_bars',
        { contract: 'AAPL', bar_size: '5 secs', duration: '5d' },
        { timeoutMs: 3_500, progress: (_done, _total, message) => messages.push(message) },
      ),
    );
    const requests = relay.received('reqHistoricalData');
    expect(requests.length).toBeGreaterThan(5);
    expect(requests.length).toBeLessThanOrEqual(10);
    expect(result.count).toBeGreaterThan(2_000);
    expect(result.note).toMatch(/limits on bars of 30 seconds|time ran out/);
    expect(messages.some((message) => message.startsWith('waiting'))).toBe(true);
  });

  it('merges to max_points and says how many', async () => {
    const result = await relay.read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '1 min',
      duration: '1d',
      max_points: 10,
    });
    expect(result.count).toBeLessThanOrEqual(10);
    expect(result.merged).toBe(9);
  });

  it('an abort cancels what is under way at the gateway', async () => {
    relay.sim.ignoreRequests(['reqHistoricalData']);
    const abort = new AbortController();
    const work = failure(
      relay.call(
        'get_historical_bars',
        { contract: 'AAPL', bar_size: '1 min', start: '2026-10-01' },
        { signal: abort.signal },
      ),
    );
    await vi.waitFor(() => expect(relay.received('reqHistoricalData')).toHaveLength(4));
    abort.abort();
    expect((await work).code).toBe('cancelled');
    await vi.waitFor(() => expect(relay.received('cancelHistoricalData')).toHaveLength(4));
  });

  it('a restart in the middle fails the call at once with gateway_interrupted', async () => {
    relay.sim.delayRequests(30);
    const work = failure(
      relay.call('get_historical_bars', { contract: 'AAPL', bar_size: '1 min', start: '2026-08-01' }),
    );
    const asked = () => relay.received('reqHistoricalData').length;
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(4));
    // One stays without an answer, so that the restart surely interrupts something.
    relay.sim.ignoreRequests(['reqHistoricalData']);
    const before = asked();
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(before));
    const restarted = relay.sim.restart({ downMs: 50 });
    expect((await work).code).toBe('gateway_interrupted');
    await restarted;
  });
});
