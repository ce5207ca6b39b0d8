import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getHistoricalTicks } from '../../shared/tools/get_historical_ticks.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';

const end = '2026-10-15T14:00:00Z';
const endSecond = Date.parse(end) / 1_000;

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start();
});

afterEach(() => relay.stop());

/** Makes IB send the ticks of the end's own second as well: so many of it, after one in each of nine seconds before. */
const endWithin = (ofTheEnd: number) => {
  const times = Array.from({ length: 9 + ofTheEnd }, (_, index) => endSecond + Math.min(0, index - 9));
  return vi.spyOn(relay.gateway.ticks, 'historical').mockImplementation(async ({ count }) => ({
    data: 'MIDPOINT',
    ticks: times.slice(-count).map((time) => ({ time, price: 1, size: 1 })),
  }));
};

describe('get_historical_ticks, where IB ends within the second of the end', () => {
  const args = { contract: 'EUR.USD', data: 'MIDPOINT', end, count: 3 };

  it('asks for more when that second has all that was wanted, and gives no more than that', async () => {
    const asked = endWithin(5);
    const { rows, next } = await relay.read(getHistoricalTicks, args);
    expect(rows.map(([time]) => Date.parse(String(time)) / 1_000 - endSecond)).toEqual([-2, -1]);
    expect(Date.parse(next) / 1_000 - endSecond).toBe(-2);
    expect(asked.mock.calls.map(([{ count }]) => count)).toEqual([3, 1_000]);
  });

  it('asks once where something is before it', async () => {
    const asked = endWithin(1);
    expect((await relay.read(getHistoricalTicks, args)).rows.length).toBeGreaterThan(0);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('says how to go on when that second has all that IB tells at once', async () => {
    endWithin(1_000);
    const error = await failure(relay.call('get_historical_ticks', args));
    expect(error).toMatchObject({ code: 'no_data', nextStep: expect.stringContaining('a second earlier') });
  });
});
