import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getPositions } from '../../shared/tools/get_positions.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { TestRelay } from '../../test/support/relay.ts';

/** A Saturday; Thanksgiving was on the Thursday before, so that the close before Friday's is of Wednesday. */
const saturday = new Date('2026-11-28T17:00:00Z');
let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.start({ clock: () => saturday });
});

afterAll(() => relay.stop());

describe('while the market is closed', () => {
  it('a quote says what kind it is, of when, and of which day the close is that its change counts from', async () => {
    const answer = await relay.read(getQuotes, { contracts: ['AAPL', 'ESZ6', 'EUR.USD'] });
    const [stock, future, currencies] = answer.quotes;
    expect(stock).toMatchObject({ dataType: 'frozen', currency: 'USD', closeDate: '2026-11-25' });
    expect(stock.asOf).toMatch(/^2026-11-27T1[67]:/);
    expect(future).toMatchObject({ dataType: 'frozen', closeDate: expect.stringMatching(/^2026-11-2[56]$/) });
    // Currencies have no last trade: the time is that of the close.
    expect(answer.quotes[2]).toMatchObject({ dataType: 'frozen', asOf: '2026-11-27T17:00:00-05:00' });
    expect(currencies).not.toHaveProperty('lastTime');
    const text = getQuotes.render(answer);
    expect(text).toContain('close of 2026-11-25');
    expect(text.match(/frozen: the market is closed/g)).toHaveLength(1);
    expect(text).not.toContain('2026-11-28');
  });

  it('a combination is of the kind and the time of its legs', async () => {
    const { quotes } = await relay.read(getQuotes, { contracts: ['SPY 20261218 C 700 - SPY 20261218 C 710'] });
    expect(quotes[0]).toMatchObject({
      dataType: 'frozen',
      currency: 'USD',
      asOf: expect.stringMatching(/^2026-11-27T/),
    });
  });

  it('a position has gained nothing since the day that its daily gain counts from, which is said', async () => {
    const answer = await relay.read(getPositions, { contract: 'AAPL' });
    expect(answer.positions[0]).toMatchObject({ contract: 'AAPL', dailyPnl: 0 });
    expect(getPositions.render(answer)).toContain('2026-11-27');
  });
});
