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
