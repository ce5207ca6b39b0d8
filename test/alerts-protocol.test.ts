import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import type { ConnectIdentity } from '../shared/tunnel/credential.ts';
import { signConnect } from '../shared/tunnel/credential.ts';
import type { Browser } from './support/browser.ts';
import type { TestClient } from './support/clients.ts';
import { type Frame, okStatus, openTunnel, pairDevice, type RawRelay, startPairedUser } from './support/raw-relay.ts';
import type { TestWorker } from './support/worker.ts';

/** The exchange about alerts, with relays that say only what the test tells them to. */

let worker: TestWorker;
let client: TestClient;
let browser: Browser;
let userId: string;
let identity: ConnectIdentity;
const open: RawRelay[] = [];

beforeAll(async () => {
  ({ worker, browser, userId, identity, client } = await startPairedUser());
});
afterAll(() => worker.close());
afterEach(async () => {
  for (const relay of open.splice(0)) relay.drop();
  for (const { id } of (await manage()).alerts) await manage({ action: 'delete', id });
});

interface Alerts {
  alerts: { id: string; state: string; fired: number; problem?: string }[];
  firings: { alert: string; seq: number; value?: number }[];
  created: { id: string; state: string };
}

async function manage(args: Record<string, unknown> = {}): Promise<Alerts> {
  const result = await client.call('manage_alerts', args);
  expect(result.isError, result.content[0]?.text).toBeFalsy();
  return result.structuredContent as unknown as Alerts;
}

const due = { action: 'create', kind: 'time', at: '2030-01-02T09:30:00-05:00' };

/** Connects a relay that says this about its alerts; nothing at all when undefined. */
async function connect(alerts?: object, as = identity): Promise<RawRelay> {
  const authorization = await signConnect(as, worker.origin.origin, Date.now() / 1_000);
  const relay = await openTunnel(worker, { Authorization: authorization });
  open.push(relay);
  const status = { ...okStatus, ...(alerts ? { alerts } : {}) };
  relay.send({ t: 'hello', min: 1, max: 1, relay: { name: 'raw', version: '0' }, bootId: 'b', status, calls: [] });
  await relay.next('welcome');
  return relay;
}

type Push = { revision: number; alerts: { id: string; seq: number }[]; acknowledged: unknown[] };

/** The next list that Home hands over, answered with these firings. */
async function answerSync(relay: RawRelay, firings: object[] = [], problems: object[] = []): Promise<Push> {
  const call = await relay.next('call');
  expect(call).toMatchObject({ op: 'alerts.sync', kind: 'read' });
  const push = call.args as Push;
  const value = { version: 1, revision: push.revision, firings, problems };
  relay.send({ t: 'result', id: call.id, ok: true, value } as Frame);
  return push;
}

const firing = (alert: string, seq: number) => ({
  alert,
  seq,
  at: `2026-11-2${seq}T15:00:00.000Z`,
  day: `2026-11-2${seq}`,
  value: 10 + seq,
});

/** Answers every list with nothing new until `work` is done. */
async function serving<Result>(relay: RawRelay, work: Promise<Result>): Promise<Result> {
  let over = false;
  const finished = work.finally(() => {
    over = true;
  });
  await eventually('the work to be done', async () => {
    const waits = relay.frames.some(({ t, op }) => t === 'call' && op === 'alerts.sync');
    if (waits) await answerSync(relay);
    return over;
  });
  return finished;
}

test('a relay that has an older list is handed the new one on connecting; one that is up to date is left alone', async () => {
  const { created } = await manage(due);
  expect(created.state).toBe('waiting');
  const relay = await connect({ version: 1, revision: 0, pending: 0 });
  const push = await answerSync(relay);
  expect(push.alerts).toMatchObject([{ id: created.id, seq: 0 }]);
  expect((await serving(relay, manage())).alerts).toMatchObject([{ id: created.id, state: 'watching' }]);
  relay.drop();
  const again = await connect({ version: 1, revision: push.revision, pending: 0 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(again.frames.filter(({ t }) => t === 'call')).toEqual([]);
});

test('a Home that was restored counts on from what its relay knows, which then takes its list', async () => {
  const { created } = await manage(due);
  const [{ revision = 0 } = {}] = await worker.sql('Home', userId, 'SELECT revision FROM alert_revision');
  const newer = Number(revision) + 5;
  const relay = await connect({ version: 1, revision: newer, pending: 0 });
  const push = await answerSync(relay);
  expect(push.revision).toBeGreaterThan(newer);
  expect(push.alerts).toMatchObject([{ id: created.id }]);
  expect((await serving(relay, manage())).alerts).toMatchObject([{ state: 'watching' }]);
});

test('a revision that makes no sense is not taken over', async () => {
  const [before] = await worker.sql('Home', userId, 'SELECT revision FROM alert_revision');
  const relay = await connect({ version: 1, revision: Number.MAX_SAFE_INTEGER, pending: 0 });
  expect((await answerSync(relay)).revision).toBe(before?.revision);
  // Whatever is still asked is answered, so that it does not wait for the next relay.
  await serving(relay, new Promise((resolve) => setTimeout(resolve, 500)));
});

test.each([undefined, { version: 2, revision: 0, pending: 5 }, { version: 'x' }])(
  'a relay that says %j about alerts is never asked',
  async (alerts) => {
    const relay = await connect(alerts);
    await manage(due);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(relay.frames.filter(({ t }) => t === 'call')).toEqual([]);
  },
);

describe('a firing', () => {
  test('is recorded once and acknowledged each time, however often it is reported', async () => {
    const { created } = await manage({ ...due, repeat: 'daily' });
    const { id } = created;
    const relay = await connect({ version: 1, revision: 0, pending: 2 });
    await answerSync(relay, [firing(id, 1), firing(id, 2)]);
    const acknowledged = [
      { alert: id, seq: 1 },
      { alert: id, seq: 2 },
    ];
    const second = await answerSync(relay, [firing(id, 2), firing(id, 3)]);
    expect(second).toMatchObject({ acknowledged, alerts: [{ id, seq: 2, lastDay: '2026-11-22' }] });
    expect((await answerSync(relay)).acknowledged).toEqual([
      { alert: id, seq: 2 },
      { alert: id, seq: 3 },
    ]);
    const { firings, alerts } = await serving(relay, manage());
    expect(firings.filter(({ alert }) => alert === id).map(({ seq }) => seq)).toEqual([3, 2, 1]);
    expect(alerts).toMatchObject([{ id, fired: 3 }]);
  });

  test('whose acknowledgement was lost with the connection or the object’s memory is not recorded again', async () => {
    const { created } = await manage({ ...due, repeat: 'daily' });
    const { id } = created;
    const relay = await connect({ version: 1, revision: 0, pending: 1 });
    const { revision } = await answerSync(relay, [firing(id, 1)]);
    // The relay forgets that this was acknowledged, and both are cut off.
    expect((await answerSync(relay)).acknowledged).toEqual([{ alert: id, seq: 1 }]);
    // A status holds the object in memory for the second in which the next one would wait.
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await worker.evictHome(userId, 'close');
    const again = await connect({ version: 1, revision, pending: 1 });
    await answerSync(again, [firing(id, 1)]);
    expect((await answerSync(again)).acknowledged).toEqual([{ alert: id, seq: 1 }]);
    const { firings } = await serving(again, manage());
    expect(firings.filter(({ alert }) => alert === id)).toHaveLength(1);
  });

  test('of an alert that was deleted, or is another relay’s, is acknowledged and forgotten', async () => {
    const other = await pairDevice(worker, browser, 'other');
    const { created } = await manage(due);
    const relay = await connect({ version: 1, revision: 0, pending: 2 }, other);
    const { alerts } = await answerSync(relay, [firing('deleted', 1), firing(created.id, 1)]);
    expect(alerts).toEqual([]);
    expect((await answerSync(relay)).acknowledged).toHaveLength(2);
    const after = await serving(relay, manage());
    expect(after.alerts).toMatchObject([{ id: created.id, fired: 0 }]);
    expect(after.firings.filter(({ alert }) => alert === created.id)).toEqual([]);
  });

  test('that makes no sense ends the exchange and nothing else', async () => {
    const { created } = await manage(due);
    const relay = await connect({ version: 1, revision: 0, pending: 1 });
    await answerSync(relay, [{ alert: created.id, seq: -1, at: 'now', day: 'today' }]);
    const after = await serving(relay, manage());
    expect(after.alerts).toMatchObject([{ id: created.id, fired: 0 }]);
    expect(relay.closed).toBeUndefined();
  });
});

test('an alert that cannot be watched says why, until it can', async () => {
  const { created } = await manage(due);
  const relay = await connect({ version: 1, revision: 0, pending: 0 });
  await answerSync(relay, [], [{ alert: created.id, message: 'No data for it.' }]);
  const listing = manage();
  await answerSync(relay, [], [{ alert: created.id, message: 'No data for it.' }]);
  expect((await listing).alerts).toMatchObject([{ id: created.id, problem: 'No data for it.' }]);
  expect((await serving(relay, manage())).alerts[0]).not.toHaveProperty('problem');
});

test('an alert that is over ends, and is handed over no more', async () => {
  const { created } = await manage(due);
  const relay = await connect({ version: 1, revision: 0, pending: 0 });
  await answerSync(relay, [], [{ alert: created.id, message: 'It expired.', over: true }]);
  const listing = await serving(relay, manage());
  expect(listing.alerts).toMatchObject([{ id: created.id, state: 'expired', problem: 'It expired.' }]);
  const second = manage({ ...due, note: 'another' });
  expect((await answerSync(relay)).alerts.map(({ id }) => id)).not.toContain(created.id);
  await second;
});

test('an alert that is paused is handed over no more until it is resumed, with its past', async () => {
  const { created } = await manage({ ...due, repeat: 'daily' });
  const { id } = created;
  const relay = await connect({ version: 1, revision: 0, pending: 1 });
  await answerSync(relay, [firing(id, 1)]);
  await answerSync(relay);
  const pausing = manage({ action: 'pause', id });
  // What fired before the relay heard of it counts.
  expect((await answerSync(relay, [firing(id, 2)])).alerts).toEqual([]);
  await answerSync(relay);
  expect((await pausing).alerts).toMatchObject([{ id, state: 'paused', fired: 2 }]);
  const resuming = manage({ action: 'resume', id });
  expect((await answerSync(relay)).alerts).toMatchObject([{ id, seq: 2, lastDay: '2026-11-22' }]);
  expect((await resuming).alerts).toMatchObject([{ id, state: 'watching' }]);
  const changing = manage({ action: 'change', id, repeat: 'once' });
  expect((await answerSync(relay)).alerts).toMatchObject([{ id, repeat: 'once', seq: 2, armed: 2 }]);
  expect((await changing).alerts).toMatchObject([{ id, state: 'watching', fired: 2 }]);
});

test('alerts of a relay that is removed go to the one that is left', async () => {
  const { created } = await manage(due);
  const heir = await pairDevice(worker, browser, 'heir');
  const relay = await connect({ version: 1, revision: 0, pending: 0 }, heir);
  expect((await answerSync(relay)).alerts).toEqual([]);
  const removing = removeAllBut(heir.device);
  await eventually('the heir to be told', async () => {
    const push = await answerSync(relay);
    return push.alerts.some(({ id }) => id === created.id);
  });
  await removing;
});

function browserFetch(path: string): Promise<Response> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return fetch(new URL(path, worker.origin), { headers: { Cookie: cookie } });
}

async function removeAllBut(device: string): Promise<void> {
  const { relays } = (await (await browserFetch('/relays')).json()) as { relays: { id: string }[] };
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  for (const { id } of relays.filter((one) => one.id !== device)) {
    await fetch(new URL(`/relays/${id}/revoke`, worker.origin), {
      method: 'POST',
      redirect: 'manual',
      headers: { Cookie: cookie, Origin: worker.origin.origin, 'Content-Type': 'application/x-www-form-urlencoded' },
    });
  }
}
