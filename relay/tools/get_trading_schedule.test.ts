import { afterEach, describe, expect, it } from 'vitest';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { getTradingSchedule } from '../../shared/tools/get_trading_schedule.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { isSameClock } from '../gateway/time/zone-names.ts';

let relay: TestRelay;

afterEach(() => relay.stop());

const at = async (instant: string): Promise<void> => {
  relay = await TestRelay.start({ clock: () => new Date(instant) });
};

describe('get_trading_schedule', () => {
  it('tells an open market, its next closing and its sessions', async () => {
    await at('2026-10-15T15:00:00Z');
    expect(await relay.read(getTradingSchedule, { contract: 'AAPL', days: 2 })).toMatchObject({
      contract: 'AAPL',
      state: 'regular',
      nextOpen: '2026-10-16T09:30:00-04:00',
      nextClose: '2026-10-15T16:00:00-04:00',
      rows: [
        ['2026-10-15', '2026-10-15T09:30:00-04:00', '2026-10-15T16:00:00-04:00'],
        ['2026-10-16', '2026-10-16T09:30:00-04:00', '2026-10-16T16:00:00-04:00'],
      ],
      holidays: [],
    });
    const evening = await relay.read(getTradingSchedule, { contract: 'AAPL', days: 1, extended: true });
    expect(evening.rows[0][1]).toBe('2026-10-15T04:00:00-04:00');
  });

  it('knows holidays, half days and clock changes of the past', async () => {
    await at('2026-11-30T23:00:00Z');
    const { rows, holidays, state } = await relay.read(getTradingSchedule, {
      contract: 'AAPL',
      from: '2026-10-30',
      days: 31,
    });
    expect(state).toBe('extended');
    expect(holidays).toEqual(['2026-11-26']);
    expect(rows).toContainEqual(['2026-11-27', '2026-11-27T09:30:00-05:00', '2026-11-27T13:00:00-05:00']);
    expect(rows[0]).toEqual(['2026-10-30', '2026-10-30T09:30:00-04:00', '2026-10-30T16:00:00-04:00']);
  });

  it('has markets of other continents in their own time, lunch break and all', async () => {
    await at('2026-10-15T15:00:00Z');
    const hongKong = await relay.read(getTradingSchedule, { contract: '700.HKD', from: '2026-10-15', days: 1 });
    expect(hongKong).toMatchObject({ timeZone: 'Asia/Hong_Kong', state: 'closed' });
    expect(hongKong.rows[0][1]).toBe('2026-10-15T09:30:00+08:00');
    expect(hongKong.rows.at(-1)?.[2]).toBe('2026-10-15T16:00:00+08:00');
  });

  it('says how far the future is known, and refuses what is no date', async () => {
    await at('2026-10-15T15:00:00Z');
    const { note } = await relay.read(getTradingSchedule, { contract: 'AAPL', days: 60 });
    expect(note).toMatch(/only up to 2026-10-\d\d/);
    expect((await failure(relay.call('get_trading_schedule', { contract: 'AAPL', from: 'soon' }))).code).toBe(
      'invalid_arguments',
    );
  });

  it('reaches years back, and never further than the window', async () => {
    await at('2026-11-20T17:00:00Z');
    const old = await relay.read(getTradingSchedule, { contract: 'AAPL', from: '2024-07-01', days: 5 });
    expect(old.rows.map(([date]) => date)).toEqual(['2024-07-01', '2024-07-02', '2024-07-03', '2024-07-05']);
    expect(old.holidays).toEqual(['2024-07-04']);
    const year = await relay.read(getTradingSchedule, { contract: 'BTC:CRYPTO', from: '2023-01-01', days: 365 });
    expect(year.rows).toHaveLength(365);
    const day = await relay.read(getTradingSchedule, { contract: 'AAPL', from: '2025-12-25', days: 1 });
    expect(day).toMatchObject({ rows: [], holidays: ['2025-12-25'] });
  });

  it('calls no day a holiday of which it knows nothing', async () => {
    await at('2026-11-20T17:00:00Z');
    const coin = await relay.read(getTradingSchedule, { contract: 'BTC:CRYPTO', days: 30 });
    expect(coin.holidays).toEqual([]);
    expect(coin.note).toContain(`only up to ${coin.rows.at(-1)?.[0]}`);
    const unlisted = await relay.read(getTradingSchedule, { contract: 'TSLA', from: '2010-06-01', days: 30 });
    expect(unlisted.holidays).toEqual([]);
    expect(unlisted.note).toContain(`only from ${unlisted.rows[0][0]} on`);
    const never = await relay.read(getTradingSchedule, { contract: 'TSLA', from: '2009-01-05', days: 5 });
    expect(never).toMatchObject({ rows: [], holidays: [], note: expect.stringContaining('nothing') });
  });

  it('says where IB’s knowledge ends instead of that there are no sessions', async () => {
    await at('2026-10-15T15:00:00Z');
    const christmas = { contract: 'AAPL', from: '2026-12-24', days: 3 };
    const answer = await relay.read(getTradingSchedule, christmas);
    expect(answer).toMatchObject({ rows: [], holidays: [] });
    expect(answer.note).toMatch(/only up to 2026-10-\d\d: whether it opens later is not known yet/);
    expect(getTradingSchedule.render(answer as never)).not.toContain('No sessions');
    const weekend = await relay.read(getTradingSchedule, { contract: 'AAPL', from: '2026-10-17', days: 2 });
    expect(getTradingSchedule.render(weekend as never)).toContain('No sessions');
  });

  it.each([
    ['Tokyo', 'Asia/Tokyo'],
    ['the London market', 'Europe/London'],
    ['XETR', 'Europe/Berlin'],
    ['Hong Kong Stock Exchange', 'Asia/Hong_Kong'],
    ['sydney', 'Australia/Sydney'],
    ['NYSE', 'America/New_York'],
    ['CME', 'America/Chicago'],
  ])('knows the exchange that is called %s', async (contract, zone) => {
    await at('2026-10-15T15:00:00Z');
    const { timeZone, rows, note } = await relay.read(getTradingSchedule, { contract, from: '2026-10-14', days: 3 });
    expect(isSameClock(timeZone, zone)).toBe(true);
    expect(rows.length).toBeGreaterThan(2);
    expect(note).toContain('the hours of');
  });

  it.each([
    ['', 'regular'],
    ['Eastern Standard Time', 'regular'],
    ['Middle Earth Time', 'regular'],
    ['W. Europe Standard Time', 'unknown'],
    ['CST', 'unknown'],
  ])('when IB says the zone is “%s”, an open market is %s, and never more than is known', async (timeZoneId, state) => {
    await at('2026-10-15T18:00:00Z');
    relay.sim.faults.rules.add({
      on: 'out',
      message: 'contractData',
      do: 'change',
      fields: { timeZoneId },
      times: 'always',
    });
    const answer = await relay.read(getTradingSchedule, { contract: 'AAPL', days: 2 });
    expect(answer.state).toBe(state);
    const text = getTradingSchedule.render(answer as never);
    const [details] = (await relay.read(getContractDetails, { contracts: ['AAPL'] })).contracts;
    const bars = relay.call('get_historical_bars', {
      contract: 'AAPL',
      bar_size: '1 min',
      start: '2026-10-15T09:30:00',
      end: '2026-10-15T09:35:00',
    });
    if (state === 'regular') {
      expect(text).toContain('AAPL: open, regular session (America/New_York)');
      expect(details.liquidHours[0]).toEqual({ open: '2026-10-15T09:30:00-04:00', close: '2026-10-15T16:00:00-04:00' });
      expect(await bars).toMatchObject({ count: 5 });
      return;
    }
    expect(answer).toMatchObject({ rows: [], holidays: [], timeZone: 'unknown' });
    expect(text).toContain('AAPL: not known whether open (zone unknown)');
    expect(text).toContain(`“${timeZoneId}”`);
    expect(details).toMatchObject({ timeZone: 'unknown' });
    expect(details).not.toHaveProperty('liquidHours');
    expect(await failure(bars)).toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringContaining('unknown'),
    });
  });
});
