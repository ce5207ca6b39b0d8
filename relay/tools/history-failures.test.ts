import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { clockFrom, fridayNoon } from '../../test/support/simulator/client.ts';

const prefix = 'Historical Market Data Service error message:';
const disconnected = `${prefix}HMDS server disconnect occurred.  Attempting reconnection...`;
const otherAddress = 'Trading TWS session is connected from a different IP address';

/** What each tool of history asks for, and with which code and words it is refused. */
const readers = [
  ['get_historical_bars', { contract: 'IBM', duration: '3d' }, 'reqHistoricalData', 162, prefix],
  ['get_trading_schedule', { contract: 'IBM', from: '2026-11-10' }, 'reqHistoricalData', 162, prefix],
  [
    'get_historical_ticks',
    { contract: 'IBM', count: 5 },
    'reqHistoricalTicks',
    10_187,
    'Failed to request historical ticks:',
  ],
  [
    'get_price_histogram',
    { contract: 'IBM', period: '3d' },
    'reqHistogramData',
    10_188,
    'Failed to request histogram data:',
  ],
] as const;

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start({ clock: clockFrom(fridayNoon) });
});

afterEach(() => relay.stop());

const refuse = (rule: { text: string; code?: number; message?: string; nth?: number; times?: 'always' }) =>
  relay.sim.faults.rules.add({ on: 'in', message: 'reqHistoricalData', do: 'error', code: 162, ...rule } as never);

const breakFarm = async (): Promise<void> => {
  relay.sim.connectivity.farm('ushmds', 'broken');
  await vi.waitFor(() => expect(relay.gateway.status().gateway.state).toBe('degraded'));
};

describe('a piece of history that fails', () => {
  const month = { contract: 'GME', bar_size: '5 mins', duration: '1m', end: '2026-11-19' };
  const days = ({ rows }: { rows: readonly (readonly (string | number)[])[] }) =>
    new Set(rows.map(([time]) => String(time).slice(0, 10)));

  it('is asked for once more, so that nothing is missing', async () => {
    const whole = await relay.read(getHistoricalBars, month);
    refuse({ text: disconnected });
    refuse({ text: `${prefix}API historical data query cancelled: 1000000003`, nth: 2 });
    refuse({ text: `${prefix}words that nobody knows`, nth: 3 });
    refuse({ code: 366, text: 'No historical data query found for ticker id:1000000003', nth: 4 });
    const again = await relay.read(getHistoricalBars, month);
    expect(again.rows).toEqual(whole.rows);
    expect(again).not.toHaveProperty('note');
    expect(relay.sim.faults.rules.list().every(({ applied }) => applied === 1)).toBe(true);
  });

  it.each([
    [disconnected, 162],
    [`${prefix}API historical data query cancelled: 1000000003`, 162],
    [prefix + otherAddress, 162],
    ['Duplicate ticker id', 322],
  ])('leaves what is newer, and a note, when it fails again: %s', async (text, code) => {
    const whole = await relay.read(getHistoricalBars, month);
    refuse({ text, code, nth: 3, times: 'always' });
    const part = await relay.read(getHistoricalBars, month);
    expect(part.note).toMatch(/^Older bars are missing: /);
    expect(part.note).toContain(text.replaceAll(/\s+/g, ' '));
    expect(part.count).toBeGreaterThan(0);
    expect(part.rows).toEqual(whole.rows.slice(-part.count));
    expect(days(part).size).toBeLessThan(days(whole).size);
  });

  it('is empty only when IB says that there is nothing', async () => {
    const whole = await relay.read(getHistoricalBars, month);
    refuse({ text: `${prefix}HMDS query returned no data: GME@SMART Trades`, nth: 2 });
    const part = await relay.read(getHistoricalBars, month);
    expect(part.count).toBeLessThan(whole.count);
  });
});

describe.each(readers)('%s', (tool, args, message, code, words) => {
  it('names the farm that is down, and never takes it for a lack of data', async () => {
    await breakFarm();
    const error = await failure(relay.call(tool, args));
    expect(error).toMatchObject({ code: 'ib_error', ibCode: 162, nextStep: expect.stringMatching(/few minutes/) });
    expect(error.message).toContain('Down at IB: ushmds.');
    expect(relay.received(message)).toHaveLength(1);
  });

  it('names the session that has the data', async () => {
    refuse({ message, code, text: words + otherAddress, times: 'always' });
    const error = await failure(relay.call(tool, args));
    expect(error).toMatchObject({ code: 'not_subscribed', nextStep: expect.stringMatching(/Log out/) });
    expect(error.message).toContain(otherAddress);
  });

  it('passes on IB’s words for any other failure', async () => {
    refuse({ message, code, text: `${words}Time length exceed max.`, times: 'always' });
    const error = await failure(relay.call(tool, args));
    expect(error).toMatchObject({ code: 'ib_error', ibCode: code, nextStep: expect.any(String) });
    expect(error.message).toContain('Time length exceed max.');
  });
});

describe('advice where there is no such data', () => {
  it.each([
    ['get_historical_ticks', { contract: 'EUR.USD' }, /data=MIDPOINT/],
    ['get_historical_ticks', { contract: 'IBM', start: '2026-11-21' }, /another time/],
    ['get_price_histogram', { contract: 'EUR.USD' }, /currencies/],
  ])('of %s %j fits', async (tool, args, step) => {
    const error = await failure(relay.call(tool, args));
    expect(error).toMatchObject({ code: 'no_data', nextStep: expect.stringMatching(step) });
    expect(error.nextStep).not.toMatch(/bar size/);
  });
});
