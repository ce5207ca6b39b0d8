import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getHistoricalBars } from '../../shared/tools/get_historical_bars.ts';
import { clockFrom, FRIDAY_NOON } from '../simulator/test-client.ts';
import { TestRelay } from './test-relay.ts';

let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start({ clock: clockFrom(FRIDAY_NOON) });
});

afterEach(() => relay.stop());

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
