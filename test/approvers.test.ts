import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApproverDesk } from '../relay/approvers/approver-desk.ts';
import { bookFileIn } from '../relay/approvers/book-file.ts';
import { eventually } from '../scripts/processes.ts';
import { fingerprintOf } from '../shared/approvers/fingerprint.ts';
import { Authenticator, type Lies } from './support/authenticator.ts';
import { PasskeyPerson } from './support/passkeys.ts';
import { connectRaw, okStatus, pairDevice, type RawRelay } from './support/raw-relay.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** Keys that approve orders, as their person makes, pins and removes them; every lie to a relay is in relay/approvers. */

const setupCode = 'correct-horse-battery-staple';
let worker: TestWorker;
let origin: string;
let owner: PasskeyPerson;
let userId: string;
beforeAll(async () => {
  worker = await startWorker({ vars: { SETUP_CODE: setupCode } });
  origin = `http://localhost:${worker.origin.port}`;
  owner = new PasskeyPerson(origin);
  await owner.enrol({ by: 'setup', code: setupCode, name: 'Ada' });
  userId = owner.browser.cookies.get('session')?.split('.')[0] ?? '';
});
afterAll(() => worker.close());

const account = () => owner.browser.open(new URL('/account', origin));

async function auditOf(): Promise<{ what: string; by: string; detail: string }[]> {
  const lines = await worker.sql('Home', userId, 'SELECT line FROM order_audit ORDER BY seq');
  return lines.map(({ line }) => JSON.parse(String(line)));
}

/** The key as the Home keeps it. */
async function stored(name: string) {
  const [row] = await worker.sql('Home', userId, 'SELECT * FROM approver WHERE name = ?', name);
  return row && { ...row, fingerprint: fingerprintOf({ id: String(row.id), publicKey: String(row.public_key) }) };
}

test('is made under a handle of its own, kept apart, shown by its fingerprint, and removed', async () => {
  const key = new Authenticator(origin);
  const options = await owner.post('approver/options', {});
  expect(options.registration).toMatchObject({
    user: { id: Buffer.from(`approve:${userId}`).toString('base64url'), name: 'Ada (approves orders)' },
    pubKeyCredParams: [{ alg: -8 }, { alg: -7 }, { alg: -257 }],
    authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
    excludeCredentials: [],
  });
  expect(await owner.addApprover('Safe key', key)).toEqual({ status: 200, to: '/account' });
  const row = await stored('Safe key');
  expect(row).toMatchObject({ id: key.id, rp_id: 'localhost', origin });
  expect((await account()).text).toContain(row?.fingerprint);
  const again = await owner.post('approver/options', {});
  expect(again.registration).toMatchObject({ excludeCredentials: [{ id: key.id }] });
  // The only passkey cannot be removed, so that this is the only link of its kind.
  const asked = await (await account()).follow('Remove …');
  expect(asked.text).toContain('Remove the key Safe key?');
  await asked.submit('Remove');
  expect(await stored('Safe key')).toBeUndefined();
  const by = expect.stringMatching(/^the owner, on the dashboard/);
  expect(await auditOf()).toMatchObject([
    { what: 'approver added', by, detail: `${row?.fingerprint} Safe key` },
    { what: 'approver removed', by, detail: `${row?.fingerprint} Safe key` },
  ]);
});

test('signs nobody in, and a sign-in passkey is none', async () => {
  const key = new Authenticator(origin);
  await owner.addApprover('No door', key);
  const handle = (text: string) => ({ userHandle: Buffer.from(text).toString('base64url') });
  for (const lie of [undefined, handle(userId)]) {
    expect(await new PasskeyPerson(origin, key).signIn(lie)).toMatchObject({ status: 403 });
  }
  expect(await owner.addApprover('The door key', owner.authenticator)).toMatchObject({ status: 409 });
  expect(await owner.addPasskey('The order key', key)).toMatchObject({ status: 409 });
});

const lies: [string, Lies][] = [
  ['of another site', { origin: 'https://evil.example' }],
  ['for another relying party', { rpId: 'evil.example' }],
  ['to another question', { challenge: Buffer.alloc(32).toString('base64url') }],
  ['that was meant for using a key', { type: 'webauthn.get' }],
  ['made in a frame of another site', { crossOrigin: true }],
  ['without the person verified', { userVerified: false }],
  ['without the person present', { userPresent: false }],
];
test.each(lies)('is not taken %s', async (_, lie) => {
  expect(await owner.addApprover('Never', new Authenticator(origin), lie)).toMatchObject({ status: 403 });
  expect(await stored('Never')).toBeUndefined();
});

test('is made by whoever has just proven who they are, for the question that was put', async () => {
  const other = new PasskeyPerson(origin);
  expect(await other.post('approver/options', {})).toMatchObject({ status: 403 });
  await worker.sql('Home', userId, 'UPDATE session SET fresh_at = 0');
  expect(await owner.addApprover('Later', new Authenticator(origin))).toMatchObject({ status: 403 });
  expect((await account()).text).toContain('Confirm that it is you to change these keys');
  const removal = await owner.browser.open(new URL('/account/approvers/x/remove', origin));
  expect(removal.url.pathname).toBe('/step-up');
  await owner.stepUp();
  const adding = await owner.post('add/options', {});
  const response = new Authenticator(origin).register(adding.registration as never);
  expect(await owner.post('approver', { secret: adding.secret, response, name: 'Mixed' })).toMatchObject({
    status: 409,
  });
});

test('is one of ten at most', async () => {
  const [{ count } = { count: 0 }] = await worker.sql('Home', userId, 'SELECT count(*) AS count FROM approver');
  for (let index = Number(count); index < 10; index += 1) {
    expect(await owner.addApprover(`Key ${index}`, new Authenticator(origin))).toMatchObject({ status: 200 });
  }
  const answer = await owner.addApprover('One more', new Authenticator(origin));
  expect(answer.problem).toContain('Remove one first');
});

describe('a relay that can pin keys', () => {
  let folder: string;
  let desk: ApproverDesk;
  let relay: RawRelay;
  let offers: number;
  let safe: Authenticator;
  let phone: Authenticator;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pinning-'));
    await worker.sql('Home', userId, 'DELETE FROM approver');
    offers = 0;
    [safe, phone] = [new Authenticator(origin), new Authenticator(origin)];
    const identity = await pairDevice(worker, owner.browser, 'cellar');
    relay = await connectRaw(worker, identity);
    const { home } = identity;
    desk = new ApproverDesk({
      store: bookFileIn(folder),
      wallTime: () => Date.now(),
      record: () => undefined,
      warn: () => undefined,
      onChange: () => relay.send({ t: 'status', status: { ...okStatus, approvers: desk.status(home) } }),
    });
    relay.socket.on('message', async (data) => {
      const frame = JSON.parse(String(data)) as { t: string; op?: string; id?: string; args?: unknown };
      if (frame.op !== 'approvers.offer') return;
      offers += 1;
      const value = await desk.executor(home).run(frame.args, undefined as never);
      relay.send({ t: 'result', id: frame.id ?? '', ok: true, value });
    });
  });
  afterAll(async () => {
    relay?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const shown = async (text: string) =>
    eventually(text, async () => ((await account()).text.includes(text) ? true : undefined));
  const offered = (name: string) =>
    eventually(`${name} to be offered`, async () => (await listed()).includes(name) || undefined);
  const listed = async () => (await desk.command({ action: 'list', fingerprint: '' })).text;
  const fingerprintAt = async (name: string) => (await stored(name))?.fingerprint ?? '';

  test('is offered nothing before it says that it can, and everything then', async () => {
    await owner.addApprover('Safe', safe);
    expect((await account()).text).toContain('No relay has said yet');
    expect(offers).toBe(0);
    relay.send({ t: 'status', status: { ...okStatus, approvers: desk.status(userId) } });
    await offered('Safe');
    const fingerprint = await fingerprintAt('Safe');
    await shown(`relay.mjs approvers add ${fingerprint}`);
    await shown('Not pinned by cellar');
  });

  test('tells what a person has pinned, and takes what a pinned key vouches for', async () => {
    const fingerprint = await fingerprintAt('Safe');
    await owner.addApprover('Phone', phone);
    await offered('Phone');
    const second = await fingerprintAt('Phone');
    expect(await owner.post('endorse/options', { fingerprint: second })).toMatchObject({ status: 409 });
    await desk.command({ action: 'add', fingerprint });
    await shown('Pinned at home by cellar');
    await shown('Vouch for Phone with a pinned key');
    for (const lie of [
      { userVerified: false },
      { crossOrigin: true },
      { challenge: Buffer.alloc(32).toString('base64url') },
    ]) {
      expect(await owner.endorse(second, safe, lie)).toMatchObject({ status: 403 });
    }
    for (const other of [phone, owner.authenticator]) {
      expect(await owner.endorse(second, other)).toMatchObject({ status: 409 });
    }
    expect(desk.status(userId).pinned).toEqual([fingerprint]);
    expect(await owner.endorse(second, safe)).toEqual({ status: 200, to: '/account' });
    await eventually('it to be pinned', async () => desk.status(userId).pinned.includes(second) || undefined);
    await eventually(
      'it to be shown',
      async () => (await account()).text.split('Pinned at home').length === 3 || undefined,
    );
    expect((await account()).text).not.toContain('Vouch for');
    const audit = await auditOf();
    for (const line of [
      { what: 'approver endorsed', detail: `${second} by ${fingerprint}` },
      { what: 'approvers pinned at home', detail: `${fingerprint} ${second}` },
      { what: 'approvers offered' },
    ]) {
      expect(audit).toContainEqual(expect.objectContaining(line));
    }
  });

  test('hears what its person removes, and what it unpins by itself is told', async () => {
    const [fingerprint, second] = [await fingerprintAt('Safe'), await fingerprintAt('Phone')];
    await owner.browser
      .open(new URL(`/account/approvers/${second}/remove`, origin))
      .then((page) => page.submit('Remove'));
    await eventually('it to be revoked', async () => !desk.status(userId).pinned.includes(second) || undefined);
    expect(await listed()).toContain('removed on the dashboard');
    await desk.command({ action: 'remove', fingerprint });
    await shown('Not pinned by cellar');
    expect(desk.status(userId).list).toBeDefined();
  });

  test('that is removed is told nothing more, and forgotten', async () => {
    const rows = () => worker.sql('Home', userId, 'SELECT * FROM approver_relay');
    expect(await rows()).toHaveLength(1);
    const [device] = await rows();
    await owner.browser.open(new URL(`/relays/${device?.device}/remove`, origin)).then((page) => page.submit('Remove'));
    expect(await rows()).toEqual([]);
  });
});
