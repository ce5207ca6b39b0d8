import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateDeviceKey, signConnect } from '../shared/tunnel/credential.ts';
import { signKeyChange } from '../shared/tunnel/key-change.ts';
import { identify } from '../shared/tunnel/relay-identity.ts';
import type { Browser } from './support/browser.ts';
import { connectRaw, openTunnel, pairDevice, Refused, requestPairing } from './support/raw-relay.ts';
import { startSystem, type TestSystem } from './support/system.ts';
import { pairingCode, signInAs } from './support/users.ts';
import type { TestWorker } from './support/worker.ts';

/** How a relay gets into a Home, how its owner knows it again, and how it gets out. */

let system: TestSystem;
let worker: TestWorker;
let browser: Browser;
let userId: string;

beforeAll(async () => {
  system = await startSystem();
  worker = system.worker;
});
afterAll(() => system.close());

const body = { publicKey: 'x'.repeat(43), name: 'r', version: '0' };
const wrongCode = 'ABCD-EFGH-JKLM';

/** A person of their own for each test. */
async function person(name: string): Promise<void> {
  ({ browser, userId } = await signInAs(worker, `test:${name}`));
}

async function authorization(identity: Parameters<typeof signConnect>[0]): Promise<string> {
  return signConnect(identity, worker.origin.origin, Date.now() / 1_000);
}

async function statusOf(opening: Promise<unknown>): Promise<number> {
  const refused = await opening.catch((error: unknown) => error);
  return refused instanceof Refused ? refused.status : 101;
}

describe('a pairing code', () => {
  test('works once, however it is typed', async () => {
    await person('once');
    const code = await pairingCode(worker, browser);
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
    const typed = ` ${code.toLowerCase().replaceAll('-', ' ')}`;
    const paired = await requestPairing(worker, { ...body, code: typed });
    expect(paired.status).toBe(201);
    expect(await paired.json()).toMatchObject({ home: userId });
    expect((await requestPairing(worker, { ...body, code })).status).toBe(403);
  });

  test('is one of five, and the oldest gives way', async () => {
    await person('five');
    const codes = [];
    for (let n = 0; n < 6; n++) codes.push(await pairingCode(worker, browser));
    const statuses = [];
    for (const code of codes) statuses.push((await requestPairing(worker, { ...body, code })).status);
    expect(statuses).toEqual([403, 201, 201, 201, 201, 201]);
  });

  test('ends after ten minutes', async () => {
    await person('late');
    const code = await pairingCode(worker, browser);
    await worker.sql('Directory', 'directory', 'UPDATE pairing_code SET expires_at = 1');
    const late = await requestPairing(worker, { ...body, code });
    expect(late.status).toBe(410);
    expect(await late.json()).toMatchObject({ error: { code: 'expired_code', nextStep: expect.any(String) } });
  });

  test.each([
    ['a wrong code', { ...body, code: wrongCode }, 403],
    ['half a code', { ...body, code: 'abc' }, 403],
    ['no name', { publicKey: body.publicKey, code: 'abc' }, 400],
    ['what is no key', { ...body, publicKey: 'x', code: 'abc' }, 400],
    ['a host name without end', { ...body, host: 'h'.repeat(254), code: 'abc' }, 400],
    ['a flood', { ...body, code: 'x'.repeat(40_000) }, 413],
  ])('%s is refused in words', async (_, request, status) => {
    const response = await requestPairing(worker, request);
    expect(response.status).toBe(status);
    if (status === 413) return;
    expect(await response.json()).toMatchObject({ error: { code: expect.any(String), message: expect.any(String) } });
  });

  test('guessing is stopped by network, and locks nobody out who has the code', async () => {
    await person('guessing');
    const pairFrom = (address: string, code: string) =>
      worker.fetch('/relay/pair', {
        method: 'POST',
        headers: { 'CF-Connecting-IP': address },
        body: JSON.stringify({ ...body, code }),
      });
    const guess = async (address: string) => (await pairFrom(address, wrongCode)).status;
    for (let attempt = 0; attempt < 10; attempt++) expect(await guess('203.0.113.1')).toBe(403);
    expect(await guess('203.0.113.1')).toBe(429);
    expect(await guess('203.0.113.2')).toBe(403);
    for (const address of ['203.0.113.1', '203.0.113.2']) {
      expect((await pairFrom(address, await pairingCode(worker, browser))).status).toBe(201);
    }
    expect(await guess('203.0.113.1')).toBe(429);
  });
});

describe('the page of a relay', () => {
  test('shows what the relay shows, and what is known of it', async () => {
    await person('page');
    const key = await generateDeviceKey();
    const response = await worker.fetch('/relay/pair', {
      method: 'POST',
      headers: { 'CF-Connecting-IP': '203.0.113.7' },
      body: JSON.stringify({
        ...{ code: await pairingCode(worker, browser), publicKey: key.publicKey, name: 'attic <b>', version: '9.8.7' },
        host: 'pi-in-the-attic',
      }),
    });
    const { device } = (await response.json()) as { device: string };
    const { phrase, fingerprint } = await identify(userId, device, key.publicKey);
    const page = await (await browser.open(worker.origin)).follow('<strong><bdi>attic <b></bdi></strong>');
    for (const words of [phrase, fingerprint, 'attic <b>', 'pi-in-the-attic', '9.8.7', '203.0.113.7', 'offline']) {
      expect(page.text).toContain(words);
    }
    expect(page.html).not.toContain('attic <b>');
  });

  test('renames it; a name of nothing is none', async () => {
    await person('rename');
    const { device } = await pairDevice(worker, browser, 'before');
    const address = new URL(`/relays/${device}`, worker.origin);
    const renamed = await (await browser.open(address)).submit('Rename', { fill: { name: '\u202eafter ' } });
    expect(renamed.text).toContain('Relay after');
    expect((await renamed.submit('Rename', { fill: { name: ' \u200f ' } })).text).toContain('Relay after');
    expect((await browser.open(worker.origin)).text).toContain('after');
  });

  test('is its owner’s alone', async () => {
    await person('owner');
    const { device } = await pairDevice(worker, browser);
    const stranger = await signInAs(worker, 'test:stranger');
    const path = new URL(`/relays/${device}`, worker.origin);
    expect((await stranger.browser.open(path)).response.status).toBe(404);
    await stranger.browser.open(new URL(`${path}/rename`), {
      method: 'POST',
      headers: { Origin: worker.origin.origin, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'name=mine',
    });
    expect((await browser.open(path)).text).toContain('raw relay');
  });

  test('says when another process took over with the same key, and not after a reconnect', async () => {
    await person('twice');
    const identity = await pairDevice(worker, browser);
    const page = async () => (await browser.open(new URL(`/relays/${identity.device}`, worker.origin))).text;
    await connectRaw(worker, identity, [], 'boot-1');
    const again = await connectRaw(worker, identity, [], 'boot-1');
    expect(await page()).not.toContain('used twice');
    const other = await connectRaw(worker, identity, [], 'boot-2');
    expect((await again.closing()).code).toBe(4001);
    expect(await page()).toContain('Was its key used twice?');
    other.drop();
  });

  test('removes it: the tunnel is cut at once, says why, and the key opens nothing', async () => {
    await person('removed');
    const identity = await pairDevice(worker, browser);
    const relay = await connectRaw(worker, identity);
    const page = await browser.open(new URL(`/relays/${identity.device}`, worker.origin));
    await (await page.follow('Remove …')).submit('Remove');
    expect(await relay.closing()).toEqual({ code: 4401, reason: 'this relay was removed' });
    expect(await statusOf(openTunnel(worker, { Authorization: await authorization(identity) }))).toBe(401);
  });
});

describe('a new key', () => {
  const change = async (header: string, sent: unknown) =>
    worker.fetch('/relay/key', {
      method: 'POST',
      headers: { Authorization: header },
      body: JSON.stringify(sent),
    });

  test('counts from its first connection on; until then the old one does', async () => {
    await person('rotation');
    const identity = await pairDevice(worker, browser);
    const { privateKey } = await generateDeviceKey();
    const header = await authorization(identity);
    expect((await change(header, await signKeyChange(privateKey, header))).status).toBe(204);
    (await connectRaw(worker, identity)).drop();
    const renewed = { ...identity, privateKey };
    (await connectRaw(worker, renewed)).drop();
    expect(await statusOf(openTunnel(worker, { Authorization: await authorization(identity) }))).toBe(401);
    const page = await browser.open(new URL(`/relays/${identity.device}`, worker.origin));
    expect(page.text).toContain((await identify(userId, identity.device, privateKey.x)).phrase);
    (await connectRaw(worker, renewed)).drop();
  });

  test.each([
    ['without the old key', async () => ({ by: await generateDeviceKey() }), 401],
    ['that has not signed', async () => ({ proof: 'A'.repeat(86) }), 403],
    ['that signed for another request', async () => ({ signs: 'IBKR-Relay v1.another' }), 403],
    ['of another form', async () => ({ publicKey: 'x' }), 400],
  ])('%s is refused, and the old one goes on', async (_, make, status) => {
    await person(`refused ${status} ${_}`);
    const identity = await pairDevice(worker, browser);
    const { by, signs, ...changes }: { by?: { privateKey: typeof identity.privateKey }; signs?: string } & object =
      await make();
    const header = await authorization({ ...identity, ...(by && { privateKey: by.privateKey }) });
    const { privateKey } = await generateDeviceKey();
    const sent = { ...(await signKeyChange(privateKey, signs ?? header)), ...changes };
    expect((await change(header, sent)).status).toBe(status);
    expect(
      await statusOf(openTunnel(worker, { Authorization: await authorization({ ...identity, privateKey }) })),
    ).toBe(401);
    (await connectRaw(worker, identity)).drop();
  });

  test('is not taken twice for one request', async () => {
    await person('replayed');
    const identity = await pairDevice(worker, browser);
    const { privateKey } = await generateDeviceKey();
    const header = await authorization(identity);
    const sent = await signKeyChange(privateKey, header);
    expect((await change(header, sent)).status).toBe(204);
    expect((await change(header, sent)).status).toBe(400);
  });
});

test('a relay says its words, takes a new key by one command, and connects with it', async () => {
  const { relay } = system;
  const words = async () => {
    const { relays } = JSON.parse((await system.browser.open(new URL('/relays', worker.origin))).html) as {
      relays: { id: string }[];
    };
    const page = await system.browser.open(new URL(`/relays/${relays[0]?.id}`, worker.origin));
    return /<pre>([a-z]+(?: [a-z]+){3})<\/pre>/.exec(page.html)?.[1] ?? page.text;
  };
  const before = await words();
  expect(relay.output.join('\n')).toContain(`the dashboard must show: ${before}`);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, '../relay/main.ts'), 'rotate-key'],
    { env: { ...process.env, RELAY_DATA_DIR: relay.data } },
  );
  expect(stdout).toContain('Restart the relay now');
  await relay.kill('SIGTERM');
  relay.start();
  await relay.ready();
  const after = await words();
  expect(after).not.toBe(before);
  expect(stdout).toContain(after);
});
