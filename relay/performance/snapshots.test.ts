import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { TestRelay } from '../../test/support/relay.ts';
import { SnapshotJob, type SnapshotOptions } from './snapshots.ts';

const accounts = ['DU1000001', 'DU1000002'];
let relay: TestRelay;
let job: SnapshotJob;
let settings: SnapshotOptions;

afterEach(async () => {
  job.stop();
  await relay.stop();
});

/** A job at a time of the test's choosing, with a gateway whose clock is as far off as `gatewayClock` says. */
async function start(
  time: { now: string; gatewayClock?: number },
  options: Partial<SnapshotOptions> = {},
): Promise<void> {
  relay = await TestRelay.start({ accounts });
  const now = () => Date.parse(time.now);
  const gateway = Object.assign(Object.create(relay.gateway), {
    serverTime: () => now() + (time.gatewayClock ?? 0),
  }) as typeof relay.gateway;
  const journal = () => relay.records.performance();
  settings = { gateway, journal, logger: pino({ level: 'silent' }), wall: now, clockPatienceMs: 0, ...options };
  job = new SnapshotJob(settings);
}

const dates = () =>
  relay.records
    .performance()
    .values('DU1000001')
    .map(({ date }) => date);
const requests = () => relay.received('reqAccountSummary').length;

describe('SnapshotJob', () => {
  it('keeps every account’s value at the start, and once more when the day is settled', async () => {
    const time = { now: '2026-11-19T15:00:00Z' };
    await start(time);
    await job.check();
    const seenAt = () => relay.records.performance().seen('2026-11-19').get('DU1000001');
    expect(relay.records.performance().accounts()).toEqual(accounts);
    expect(relay.records.performance().values('DU1000001')[0]?.nav).toBeGreaterThan(0);
    expect(seenAt()).toBe(Date.parse(time.now));
    for (time.now of ['2026-11-19T20:00:00Z', '2026-11-19T22:14:00Z']) await job.check();
    expect(seenAt()).toBe(Date.parse('2026-11-19T15:00:00Z'));
    time.now = '2026-11-19T22:16:00Z';
    await job.check();
    expect(seenAt()).toBe(Date.parse(time.now));
    time.now = '2026-11-20T04:00:00Z';
    await job.check();
    expect(seenAt()).toBe(Date.parse('2026-11-19T22:16:00Z'));
    expect(dates()).toEqual(['2026-11-19']);
    time.now = '2026-11-20T15:00:00Z';
    await job.check();
    expect(dates()).toEqual(['2026-11-19', '2026-11-20']);
    expect(requests(), 'one subscription serves them all').toBe(1);
  });

  it('counts a weekend as its Friday', async () => {
    const time = { now: '2026-11-21T15:00:00Z' };
    await start(time);
    await job.check();
    time.now = '2026-11-22T23:00:00Z';
    await job.check();
    expect(dates()).toEqual(['2026-11-20']);
  });

  it('needs no memory of its own: a restart takes no second value', async () => {
    const time = { now: '2026-11-19T23:00:00Z' };
    await start(time);
    await job.check();
    job.stop();
    job = new SnapshotJob(settings);
    time.now = '2026-11-20T01:00:00Z';
    await job.check();
    expect(relay.records.performance().seen('2026-11-19').get('DU1000001')).toBe(Date.parse('2026-11-19T23:00:00Z'));
  });

  it('keeps nothing while the clocks differ', async () => {
    const time = { now: '2026-11-19T15:00:00Z', gatewayClock: 11 * 60_000 };
    await start(time);
    await job.check();
    expect(dates()).toEqual([]);
    time.gatewayClock = -9 * 60_000;
    await job.check();
    expect(dates()).toEqual(['2026-11-19']);
  });

  it('keeps nothing of a simulated gateway with a time of its own', async () => {
    await start({ now: '2026-11-19T15:00:00Z' });
    job.stop();
    const { gateway } = relay;
    expect(Math.abs(gateway.serverTime() - Date.now())).toBeGreaterThan(86_400_000);
    const journal = () => relay.records.performance();
    job = new SnapshotJob({ gateway, journal, logger: pino({ level: 'silent' }) });
    await job.check();
    expect(dates()).toEqual([]);
    expect(requests()).toBe(0);
  });

  it('notices a simulated clock that runs faster than it was last heard of', async () => {
    const world = { at: Date.now() };
    relay = await TestRelay.start({ accounts, clock: () => new Date(world.at) });
    const { gateway } = relay;
    const journal = () => relay.records.performance();
    job = new SnapshotJob({ gateway, journal, logger: pino({ level: 'silent' }), clockPatienceMs: 300 });
    world.at += 3_600_000;
    await job.check();
    expect(dates()).toEqual([]);
    expect(Math.abs(gateway.serverTime() - Date.now())).toBeGreaterThan(3_000_000);
  });

  it('forgets values of days to come when the clock was put right', async () => {
    const time = { now: '2027-01-05T15:00:00Z' };
    await start(time);
    await job.check();
    expect(dates()).toEqual(['2027-01-05']);
    time.now = '2026-11-19T15:00:00Z';
    await job.check();
    expect(dates()).toEqual(['2026-11-19']);
    time.now = '2026-11-19T14:00:00Z';
    await job.check();
    expect(relay.records.performance().seen('2026-11-19').get('DU1000001')).toBe(Date.parse(time.now));
  });

  it('keeps only the accounts that the owner allows', async () => {
    await start({ now: '2026-11-19T15:00:00Z' }, { allowedAccounts: ['DU1000002'] });
    await job.check();
    expect(relay.records.performance().accounts()).toEqual(['DU1000002']);
  });

  it('waits for the gateway, and goes on after a failure', async () => {
    let broken = true;
    await start(
      { now: '2026-11-19T15:00:00Z' },
      {
        journal: () => {
          if (broken) throw new Error('the disk is full');
          return relay.records.performance();
        },
      },
    );
    await job.check();
    broken = false;
    await job.check();
    expect(dates()).toEqual(['2026-11-19']);
    relay.gateway.stop();
    await job.check();
  });
});
