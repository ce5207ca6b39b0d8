import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getHistoricalBars } from '../../../shared/tools/get_historical_bars.ts';
import { failure, TestRelay } from '../../../test/support/relay.ts';
import { clockFrom, fridayNoon } from '../../../test/support/simulator/client.ts';

let relay: TestRelay;

const startAt = async (instant: number): Promise<void> => {
  relay = await TestRelay.start({ clock: clockFrom(instant) });
};

beforeEach(() => startAt(fridayNoon));
afterEach(() => relay.stop());

const barRequests = () => relay.received('reqHistoricalData').filter(({ fields }) => fields.whatToShow !== 'SCHEDULE');

describe('the note of where data begins', () => {
  const note = async (args: object) => (await relay.read(getHistoricalBars, { contract: 'AAPL', ...args })).note;

  it.each([
    ['1 month', '6m'],
    ['1 month', '2y'],
    ['1 month', '10y'],
    ['1 week', '3m'],
    ['1 day', '3m'],
  ])('is left out where the first bar of %s ends later than the span of %s begins', async (bar_size, duration) => {
    expect(await note({ bar_size, duration })).toBeUndefined();
  });

  it.each(['1 month', '1 week', '1 day'])('says for bars of %s when an instrument is younger', async (bar_size) => {
    expect(await note({ contract: 'TSLA', bar_size, start: '2000-01-01', end: '2012-01-01' })).toMatch(
      /nothing in this period before 2010-0[67]/,
    );
  });
});

describe('a period in which there is less than asked for', () => {
  it('is said to be shorter, in trading days, too', async () => {
    const { note, rows } = await relay.read(getHistoricalBars, { contract: 'TSLA', duration: '5000d' });
    expect(note).toContain(`nothing in this period before ${rows[0][0]}`);
    expect((await relay.read(getHistoricalBars, { contract: 'TSLA', duration: '300d' })).note).toBeUndefined();
  });

  it('is said to be shorter where IB gives a kind of data in one piece only, unless the days are there', async () => {
    const ask = async (duration: string) =>
      (await relay.read(getHistoricalBars, { contract: 'AAPL', bar_size: '1 hour', data: 'ADJUSTED_LAST', duration }))
        .note;
    expect(await ask('18d')).toBeUndefined();
    expect(await ask('60d')).toContain('in one piece');
  });

  it('is said to end where IB gives no more small bars', async () => {
    const text = 'Historical Market Data Service error message:HMDS query returned no data: AAPL@SMART Trades';
    relay.sim.faults.rules.add({
      on: 'in',
      message: 'reqHistoricalData',
      do: 'error',
      code: 162,
      text,
      nth: 2,
    } as never);
    const { note, count } = await relay.read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '1 sec',
      duration: '1h',
    });
    expect(count).toBe(1_800);
    expect(note).toMatch(/nothing right before 2026-11-20T11:3\d:\d\d-05:00/);
  });
});

describe('bars of bid and ask', () => {
  const ask = (args: object) =>
    relay.read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '1 hour',
      data: 'BID_ASK',
      end: '2026-11-19',
      ...args,
    });

  it('say what their prices are, merged ones, too', async () => {
    const { columns, rows } = await ask({ duration: '2d' });
    expect(columns).toEqual(['time', 'averageBid', 'highestAsk', 'lowestBid', 'averageAsk']);
    const merged = await ask({ duration: '2d', max_points: 2 });
    expect(merged.columns).toEqual(columns);
    const first = rows.slice(0, merged.merged).map((row) => row.slice(1).map(Number)) as number[][];
    const column = (index: number) => first.map((row) => row[index] ?? Number.NaN);
    const [, averageBid, highestAsk, lowestBid, averageAsk] = merged.rows[0].map(Number);
    expect(highestAsk).toBe(Math.max(...column(1)));
    expect(lowestBid).toBe(Math.min(...column(2)));
    // The first hour of the session is half as long as the others.
    const average = (values: readonly number[]) =>
      values.reduce((sum, value, index) => sum + value * (index === 0 ? 0.5 : 1), 0) / (values.length - 0.5);
    expect(averageBid).toBeCloseTo(average(column(0)), 6);
    expect(averageAsk).toBeCloseTo(average(column(3)), 6);
  });

  it('are headed with how many were merged', async () => {
    const merged = await ask({ duration: '2d', max_points: 2 });
    expect(getHistoricalBars.render(merged)).toContain('1 hour bars of BID_ASK, 7 merged into each row');
    expect(getHistoricalBars.render(await ask({ duration: '1d' }))).not.toContain('merged');
  });
});

describe('small bars', () => {
  const sunday = Date.parse('2026-10-25T16:00:00Z');
  const restart = async (instant: number): Promise<void> => {
    await relay.stop();
    await startAt(instant);
  };

  it('are not asked for while the market was closed', async () => {
    await restart(sunday);
    const { rows } = await relay.read(getHistoricalBars, {
      contract: 'AAPL',
      bar_size: '1 sec',
      start: '2026-10-23T15:30:00',
    });
    expect(rows).toHaveLength(1_800);
    expect(rows.at(-1)?.[0]).toBe('2026-10-23T15:59:59-04:00');
    expect(barRequests()).toHaveLength(1);
  });

  it('of evenings and nights are, where the market trades then', async () => {
    await restart(Date.parse('2026-10-27T15:00:00Z'));
    const night = { contract: 'ES 202612', bar_size: '30 secs', rth: false };
    const { rows } = await relay.read(getHistoricalBars, { ...night, start: '2026-10-23T15:00:00' });
    const dates = new Map<string, number>();
    for (const [time] of rows) dates.set(String(time).slice(0, 13), (dates.get(String(time).slice(0, 13)) ?? 0) + 1);
    expect([...dates].filter(([, count]) => count < 120)).toEqual([['2026-10-27T10', expect.any(Number)]]);
    expect([...dates.keys()].filter((hour) => hour < '2026-10-26')).toEqual([
      '2026-10-23T15',
      ...[17, 18, 19, 20, 21, 22, 23].map((hour) => `2026-10-25T${hour}`),
    ]);
  });

  it.each([
    ['1 sec', { start: '2026-11-06' }, /at most 30 h of open market/],
    ['1 sec', { start: '2026-11-13', data: 'BID_ASK' }, /at most 15 h of open market/],
    ['1 sec', { duration: '6d' }, /at most 30 h/],
    ['5 secs', { duration: '50h', data: 'BID_ASK' }, /at most 30 h/],
    ['30 secs', { duration: '30m' }, /is months; minutes are 30min .*at most 480 h/],
  ])('of %s are refused before the first one when they never fit: %j', async (bar_size, args, step) => {
    const error = await failure(relay.call('get_historical_bars', { contract: 'AAPL', bar_size, ...args }));
    expect(error).toMatchObject({ code: 'invalid_arguments', nextStep: expect.stringMatching(step) });
    expect(barRequests()).toEqual([]);
  });

  it('are refused before the first one when others have used what IB allows', async () => {
    vi.spyOn(relay.gateway.history, 'room').mockReturnValue(3);
    const ask = (duration: string) =>
      relay.call('get_historical_bars', { contract: 'AAPL', bar_size: '1 sec', duration });
    const error = await failure(ask('2h'));
    expect(error).toMatchObject({ code: 'pacing', nextStep: expect.stringMatching(/at most 1.5 h .* ten minutes/) });
    expect(barRequests()).toEqual([]);
    expect(await ask('90min')).toMatchObject({ count: 5_400 });
  });
});

describe('a period with more bars than an answer holds', () => {
  const minutes = { contract: 'AAPL', bar_size: '1 min' };

  it.each([['30m'], ['30 m']])('is refused before the first request, and %j explained', async (duration) => {
    const error = await failure(relay.call('get_historical_bars', { ...minutes, duration }));
    expect(error.code).toBe('invalid_arguments');
    expect(error.message).toMatch(/About \d\d0,000 bars/);
    expect(error.nextStep).toMatch(/is months; minutes are 30min or 1800 S\. .*max_points/);
    expect(barRequests()).toEqual([]);
  });

  it('is refused without talk of months where none were meant', async () => {
    const error = await failure(relay.call('get_historical_bars', { ...minutes, start: '2024-01-01' }));
    expect(error.nextStep).toMatch(/^Merge them with max_points/);
  });

  it('is fetched when it is to be merged', async () => {
    const abort = new AbortController();
    const call = failure(
      relay.call('get_historical_bars', { ...minutes, duration: '30m', max_points: 100 }, { signal: abort.signal }),
    );
    await vi.waitFor(() => expect(barRequests().length).toBeGreaterThan(0));
    abort.abort();
    expect((await call).code).toBe('cancelled');
  });

  it('is none when minutes are meant', async () => {
    const { rows } = await relay.read(getHistoricalBars, { ...minutes, duration: '30min', end: '2026-11-19' });
    expect(rows).toHaveLength(30);
  });
});
