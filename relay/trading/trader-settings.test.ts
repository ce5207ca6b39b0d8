import { describe, expect, it } from 'vitest';
import type { Policy } from '../../shared/orders/policy-fields.ts';
import { plain } from '../../test/support/trading-desk.ts';
import type { SendFacts } from '../orders/model.ts';
import type { LimitReservation } from '../orders/settings.ts';
import { nextTimeOfDay, traderSettings, usedIn } from './trader-settings.ts';

const journal = { head: { generation: '0123456789abcdef', length: 0, hash: '0'.repeat(64) }, relay: 'home' };
const clocks = { monotonic: 0, wall: 0, gateway: 0 };
const uses = { notional: '100', orders: 1, quantity: '1', loss: '0' };
const measures: SendFacts['measures'] = {
  secType: 'STK',
  symbol: 'AAPL',
  currency: 'USD',
  side: 'BUY',
  quantity: 1,
  notional: 100,
  reduces: false,
  short: false,
  uncoveredOption: false,
};
const order = plain({});
const shared = plain({ account: undefined, allocation: { group: 'Both' } });

const judged = (
  policy: Policy,
  {
    facts,
    reserved = [],
    what = order,
  }: { facts?: SendFacts; reserved?: readonly LimitReservation[]; what?: typeof order } = {},
) =>
  traderSettings(journal, { mode: 'paper', clientId: 7, policy }).judgeAtSend({
    order: what,
    account: 'DU1',
    facts,
    reserved,
    clocks,
  });

describe('an order that is about to leave', () => {
  it('was looked at a moment before, where there are limits', () => {
    expect(judged({})).toEqual({ used: { ...uses, notional: '0', quantity: '100' } });
    expect(judged({ approval: 'ticket', deadManMinutes: 5 })).not.toHaveProperty('refused');
    expect(judged({ maxDayOrders: 5 }).refused).toMatchObject({
      code: 'rejected_by_policy',
      message: expect.stringMatching(/last looked at more than 20 seconds ago/),
      sent: false,
    });
    expect(judged({ maxDayOrders: 5 }, { facts: { measures, uses } })).toEqual({ used: uses });
  });

  it('of an advisor’s group was looked at, limits or not', () => {
    expect(judged({}, { what: shared }).refused).toMatchObject({ code: 'rejected_by_policy' });
    expect(judged({}, { what: shared, facts: { measures, uses, members: ['DU2', 'DU3'] } })).toEqual({ used: uses });
  });

  it('of an advisor’s group is judged for each of its accounts', () => {
    const facts = { measures, uses, members: ['DU2', 'DU3'] };
    expect(judged({ accounts: ['DU2', 'DU3'] }, { what: shared, facts })).toEqual({ used: uses });
    expect(judged({ accounts: ['DU2'] }, { what: shared, facts }).refused?.message).toBe(
      'accounts: account DU3; allowed: DU2. Nothing was sent.',
    );
  });

  it('counts with what was sent of any account', () => {
    const reserved = ['DU1', 'DU2'].map((account) => ({ ticket: account, account, at: 0, used: uses }));
    expect(usedIn(reserved)).toEqual({ notional: '200', orders: 2, quantity: '2', loss: '0' });
    const facts = { measures, uses };
    expect(judged({ maxDayNotional: 300 }, { facts, reserved })).not.toHaveProperty('refused');
    expect(judged({ maxDayNotional: 299 }, { facts, reserved }).refused?.message).toMatch(/^maxDayNotional: worth 300/);
  });
});

describe('the settings of a trading machine', () => {
  it('have a dead man’s time only where one is set, in milliseconds', () => {
    const config = { mode: 'paper', clientId: 7 } as const;
    expect(traderSettings(journal, { ...config, policy: {} })).not.toHaveProperty('deadManAfter');
    expect(traderSettings(journal, { ...config, policy: { deadManMinutes: 5 } }).deadManAfter).toBe(300_000);
  });

  it('know the accounts that the relay serves, where it does not serve all', () => {
    const config = { mode: 'paper', clientId: 7, policy: {} } as const;
    expect(traderSettings(journal, config)).not.toHaveProperty('allowedAccounts');
    expect(traderSettings(journal, { ...config, accounts: ['DU1'] }).allowedAccounts).toEqual(['DU1']);
  });

  it('know the next restart only where one is configured', () => {
    const config = { mode: 'paper', clientId: 7, policy: {} } as const;
    expect(traderSettings(journal, config)).not.toHaveProperty('nextRestart');
    const restartAt = { hour: 23, minute: 45, zone: 'UTC' };
    const { nextRestart } = traderSettings(journal, { ...config, restartAt });
    expect(nextRestart?.(Date.UTC(2026, 0, 1, 12))).toBe(Date.UTC(2026, 0, 1, 23, 45));
  });
});

const zone = 'America/New_York';
const utc = (text: string) => Date.parse(`${text}:00Z`);

describe('the next time of day', () => {
  it.each<[string, number, number, string, string]>([
    ['later today', 23, 45, '2026-01-15T12:00', '2026-01-16T04:45'],
    ['tomorrow, once it is past', 23, 45, '2026-01-16T04:46', '2026-01-17T04:45'],
    ['tomorrow, at that very moment', 23, 45, '2026-01-16T04:45', '2026-01-17T04:45'],
    ['over the end of a year', 23, 45, '2027-01-01T04:46', '2027-01-02T04:45'],
    ['on the eve of summer time', 23, 45, '2026-03-07T12:00', '2026-03-08T04:45'],
    ['on the first day of summer time, which has 23 hours', 23, 45, '2026-03-08T04:46', '2026-03-09T03:45'],
    [
      'at an hour that the first day of summer time lacks, within the hour after',
      2,
      30,
      '2026-03-08T05:00',
      '2026-03-08T07:30',
    ],
    ['on the last day of summer time, which has 25 hours', 23, 45, '2026-11-01T03:46', '2026-11-02T04:45'],
    [
      'at an hour that the last day of summer time has twice, at the first of them',
      1,
      30,
      '2026-11-01T04:00',
      '2026-11-01T05:30',
    ],
  ])('is %s', (_, hour, minute, after, next) => {
    const found = nextTimeOfDay({ hour, minute, zone }, utc(after));
    expect(new Date(found).toISOString()).toBe(new Date(utc(next)).toISOString());
  });
});
