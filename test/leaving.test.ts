import { afterAll, beforeAll, expect, test } from 'vitest';
import { Authenticator } from './support/authenticator.ts';
import type { Browser } from './support/browser.ts';
import { connectClient } from './support/clients.ts';
import { PasskeyPerson } from './support/passkeys.ts';
import { connectRaw, pairDevice } from './support/raw-relay.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** How people leave a server, and that nothing of them is left behind. */

const setupCode = 'correct-horse-battery-staple';
let worker: TestWorker;
let origin: string;
let owner: PasskeyPerson;

beforeAll(async () => {
  worker = await startWorker({ vars: { SETUP_CODE: setupCode } });
  origin = `http://localhost:${worker.origin.port}`;
  owner = new PasskeyPerson(origin);
  expect(await owner.enrol({ by: 'setup', code: setupCode, name: 'Ada' })).toMatchObject({ status: 200 });
});
afterAll(() => worker.close());

const open = (path: string, browser: Browser) => browser.open(new URL(path, origin));
const userIdOf = (person: PasskeyPerson) => person.browser.cookies.get('session')?.split('.')[0] ?? '';

async function invite(name: string, role?: 'owner'): Promise<PasskeyPerson> {
  const people = await open('/people', owner.browser);
  const invited = await people.submit('Invite', { fill: { name }, check: role ? [role] : [] });
  const code = /join#([\w-]+)/.exec(invited.html)?.[1] ?? '';
  const person = new PasskeyPerson(origin, new Authenticator(origin));
  expect(await person.enrol({ by: 'invitation', code })).toMatchObject({ status: 200 });
  return person;
}

/** A person who uses everything: a relay that is connected, and an app. */
async function settle(person: PasskeyPerson) {
  // Relays and apps know the server by the name that people open.
  const named = { ...worker, origin: new URL(origin), mcp: new URL('/mcp', origin) } as TestWorker;
  const relay = await connectRaw(named, await pairDevice(named, person.browser));
  const client = await connectClient({ era: '2026-07-28', url: named.mcp, browser: person.browser });
  return { relay, client };
}

const tables = async (userId: string) =>
  worker.sql(
    'Home',
    userId,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
  );

test('an owner removes a member: relay, app, session and passkey open nothing any more', async () => {
  const member = await invite('Grace');
  const userId = userIdOf(member);
  const { relay, client } = await settle(member);
  await open('/relays', member.browser);
  expect((await tables(userId)).length).toBeGreaterThan(10);

  const people = await open('/people', owner.browser);
  const [, path = ''] = /href="(\/people\/[\w-]+\/remove)"/.exec(people.html) ?? [];
  const left = await (await open(path, owner.browser)).submit('Remove');
  expect(left.text).not.toContain('Grace');
  expect((await relay.closing()).code).toBe(4401);
  await expect(client.call('list_accounts')).rejects.toThrow('Grant not found');
  expect((await open('/', member.browser)).url.pathname).toBe('/sign-in');
  expect(await member.signIn()).toMatchObject({ problem: expect.any(String) });
  expect(await tables(userId)).toEqual([]);
  expect(await worker.sql('Directory', 'directory', `SELECT * FROM person WHERE user_id = '${userId}'`)).toEqual([]);
});

test('a member removes nobody, themselves excepted', async () => {
  const member = await invite('Linus');
  const other = await invite('Margaret');
  const path = `/people/${userIdOf(other)}/remove`;
  expect((await open(path, member.browser)).response.status).toBe(404);
  const forced = await member.browser.open(new URL(path, origin), { method: 'POST', headers: { Origin: origin } });
  expect(forced.response.status).toBe(403);
  expect((await open('/', other.browser)).text).toContain('Connector URL');

  const deleted = await (await (await open('/account', member.browser)).follow('Delete everything …')).submit(
    'Delete everything',
  );
  expect(deleted.text).toContain('is deleted');
  expect((await open('/', member.browser)).url.pathname).toBe('/sign-in');
  expect((await open('/people', owner.browser)).text).not.toContain('Linus');
});

test('the only owner stays while others are there, and leaves when there is another', async () => {
  const refused = await (await open('/account/delete', owner.browser)).submit('Delete everything');
  expect(refused.response.status).toBe(409);
  expect(refused.text).toContain('invite an owner first');
  const second = await invite('Barbara', 'owner');
  await (await open('/account/delete', owner.browser)).submit('Delete everything');
  expect((await open('/', owner.browser)).url.pathname).toBe('/sign-in');
  expect((await open('/people', second.browser)).text).toContain('Barbara');
  const again = await new PasskeyPerson(origin).enrol({ by: 'setup', code: setupCode, name: 'Eve' });
  expect(again.problem).toContain('has an owner already');
});
