import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isLocalDemo } from '../worker/sign-in/local-demo.ts';
import { Authenticator, type Lies } from './support/authenticator.ts';
import { Browser } from './support/browser.ts';
import { PasskeyPerson } from './support/passkeys.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

const setupCode = 'correct-horse-battery-staple';

/** Passkeys belong to a name, so that a numeric address would do for no ceremony. */
const named = ({ origin }: TestWorker) => `http://localhost:${origin.port}`;

describe('a deployment', () => {
  let worker: TestWorker;
  let origin: string;
  let owner: PasskeyPerson;
  beforeAll(async () => {
    worker = await startWorker({ vars: { SETUP_CODE: setupCode } });
    origin = named(worker);
    owner = new PasskeyPerson(origin);
  });
  afterAll(() => worker.close());

  const open = (path = '/', browser = new Browser()) => browser.open(new URL(path, origin));
  const visitor = () => new PasskeyPerson(origin);

  test('nobody owns asks for its setup, and offers no demo user', async () => {
    const page = await open();
    expect(page.url.pathname).toBe('/setup');
    expect(page.text).toContain('SETUP_CODE');
    expect(page.text).toContain('localhost');
    const demo = await new Browser().open(new URL('/sign-in', origin), {
      method: 'POST',
      headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'return_to=/',
    });
    expect(demo.response.status).toBe(404);
  });

  test('takes no wrong setup code', async () => {
    const answer = await visitor().enrol({ by: 'setup', code: 'wrong-wrong-wrong-wrong', name: 'Eve' });
    expect(answer).toMatchObject({ status: 403, problem: 'That is not the setup code.' });
  });

  test('has an owner once somebody with the setup code made a passkey', async () => {
    expect(await owner.enrol({ by: 'setup', code: setupCode, name: 'Ada' })).toEqual({ status: 200, to: '/' });
    const page = await open('/', owner.browser);
    expect(page.text).toContain('Connector URL');
    expect((await open('/people', owner.browser)).text).toContain('Ada');
  });

  test('is set up once', async () => {
    const answer = await visitor().enrol({ by: 'setup', code: setupCode, name: 'Eve' });
    expect(answer).toMatchObject({ status: 403 });
    expect(answer.problem).toContain('has an owner already');
    expect((await open('/setup')).url.pathname).toBe('/sign-in');
  });

  test('lets the owner in again by the passkey alone, and out', async () => {
    const again = new PasskeyPerson(origin, owner.authenticator);
    expect(await again.signIn(undefined, { return_to: '/relays?x=1' })).toEqual({ status: 200, to: '/relays?x=1' });
    const page = await open('/', again.browser);
    expect((await page.submit('Sign out')).url.pathname).toBe('/sign-in');
    expect((await open('/', again.browser)).url.pathname).toBe('/sign-in');
    expect((await open('/', owner.browser)).url.pathname).toBe('/');
  });

  test('a sign-in ends the session that the browser had', async () => {
    const person = new PasskeyPerson(origin, owner.authenticator);
    await person.signIn();
    const before = person.browser.cookies.get('session') ?? '';
    await person.signIn();
    expect(person.browser.cookies.get('session')).not.toBe(before);
    const old = new Browser();
    old.setCookie('session', before);
    expect((await open('/', old)).url.pathname).toBe('/sign-in');
  });

  test('returns to where the person was going, and never to another site', async () => {
    const targets = ['//evil.example/x', '/\t/evil.example', '/\\evil.example', 'https://evil.example', 'javascript:x'];
    for (const target of targets) {
      const person = new PasskeyPerson(origin, owner.authenticator);
      expect(await person.signIn(undefined, { return_to: target }), target).toEqual({ status: 200, to: '/' });
    }
  });

  const lies: [string, Lies][] = [
    ['of another site', { origin: 'https://evil.example' }],
    ['of a site whose name breaks a line', { origin: 'https://evil.example\npasskey accepted' }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['to another question', { challenge: Buffer.alloc(32).toString('base64url') }],
    ['that was meant for making a passkey', { type: 'webauthn.create' }],
    ['given in a frame of another site', { crossOrigin: true }],
    ['without the person verified', { userVerified: false }],
    ['without the person present', { userPresent: false }],
    ['under another user’s handle', { userHandle: Buffer.from('a'.repeat(22)).toString('base64url') }],
    ['under no user’s handle', { userHandle: Buffer.from('nobody').toString('base64url') }],
    ['that names another passkey', { id: Buffer.alloc(16).toString('base64url') }],
  ];
  test.each(lies)('takes no answer %s', async (_, lie) => {
    const person = new PasskeyPerson(origin, owner.authenticator);
    const answer = await person.signIn(lie);
    expect(answer.status).toBe(403);
    expect(answer.problem).toMatch(/^This passkey /);
    expect((await open('/', person.browser)).url.pathname).toBe('/sign-in');
  });

  test('takes no answer by another key under the owner’s handle', async () => {
    const stranger = new Authenticator(origin);
    stranger.register({ challenge: '', user: { id: '' } });
    const person = new PasskeyPerson(origin, stranger);
    const userId = (owner.browser.cookies.get('session') ?? '').split('.')[0] ?? '';
    const handle = Buffer.from(userId).toString('base64url');
    expect((await person.signIn({ userHandle: handle })).status).toBe(403);
    expect((await person.signIn({ userHandle: handle, id: owner.authenticator.id })).status).toBe(403);
  });

  test('takes an answer once, to the question it was given for, while it stands', async () => {
    const person = new PasskeyPerson(origin, owner.authenticator);
    const { secret, assertion } = await person.post('sign-in/options', {});
    const response = owner.authenticator.assert(assertion as never);
    expect(await person.post('step-up', { secret, response })).toMatchObject({ status: 403 });
    expect(await person.post('sign-in', { secret, response })).toMatchObject({ status: 200 });
    expect(await person.post('sign-in', { secret, response })).toMatchObject({ status: 409 });
    const later = await person.post('sign-in/options', {});
    await worker.sql('Directory', 'directory', 'UPDATE ceremony SET expires_at = ?', Date.now());
    const late = { secret: later.secret, response: owner.authenticator.assert(later.assertion as never) };
    expect(await person.post('sign-in', late)).toMatchObject({ status: 409 });
  });

  test('a counter that stands still or goes back is refused once it has counted', async () => {
    const person = new PasskeyPerson(origin, owner.authenticator);
    const second = new Authenticator(origin);
    await person.signIn();
    expect(await person.addPasskey('Counting', second)).toEqual({ status: 200, to: '/account' });
    const counting = new PasskeyPerson(origin, second);
    expect((await counting.signIn({ counter: 7 })).status).toBe(200);
    expect((await counting.signIn({ counter: 7 })).status).toBe(403);
    expect((await counting.signIn({ counter: 6 })).status).toBe(403);
    expect((await counting.signIn({ counter: 8 })).status).toBe(200);
  });

  test('its ceremonies are for its own pages only', async () => {
    const person = visitor();
    const refused = { status: 403 };
    expect(await person.post('sign-in/options', {}, { Origin: 'https://evil.example' })).toMatchObject(refused);
    expect(await person.post('sign-in/options', {}, { 'Content-Type': 'text/plain' })).toMatchObject(refused);
    expect(await person.post('sign-in', { secret: 1 })).toMatchObject({ status: 400 });
  });

  test('a passkey can be added, and removed but for the last', async () => {
    const person = new PasskeyPerson(origin, owner.authenticator);
    await person.signIn();
    const other = new Authenticator(origin);
    expect(await person.addPasskey('Phone', other)).toEqual({ status: 200, to: '/account' });
    expect((await new PasskeyPerson(origin, other).signIn()).status).toBe(200);
    const remove = async (id: string) =>
      (await open(`/account/passkeys/${id}/remove`, person.browser)).submit('Remove');
    const rows = (await worker.sql('Home', userIdOf(person), 'SELECT id FROM passkey')) as { id: string }[];
    for (const { id } of rows) if (id !== owner.authenticator.id) expect((await remove(id)).text).not.toContain(id);
    expect((await new PasskeyPerson(origin, other).signIn()).status).toBe(403);
    const last = await remove(owner.authenticator.id);
    expect(last.response.status).toBe(409);
    expect(last.text).toContain('The last passkey stays');
    expect((await new PasskeyPerson(origin, owner.authenticator).signIn()).status).toBe(200);
  });

  test('what is dangerous asks who it is again after ten minutes, and does nothing meanwhile', async () => {
    const person = new PasskeyPerson(origin, owner.authenticator);
    await person.signIn();
    const dashboard = await open('/', person.browser);
    const invite = await open('/people', person.browser);
    await worker.sql('Home', userIdOf(person), 'UPDATE session SET fresh_at = ?', Date.now() - 10 * 60_000 - 1);
    expect((await dashboard.submit('Get a pairing code')).url.pathname).toBe('/step-up');
    expect((await invite.submit('Invite', { fill: { name: 'Bob' } })).url.href).toContain('return_to=%2Fpeople');
    expect((await open('/people', person.browser)).text).not.toContain('Bob');
    expect((await open('/trading/audit.jsonl', person.browser)).url.pathname).toBe('/step-up');
    expect(await person.addPasskey('Phone', new Authenticator(origin))).toMatchObject({ status: 403 });
    const stranger = new PasskeyPerson(origin, person.authenticator);
    expect(await stranger.stepUp()).toMatchObject({ status: 403 });
    expect(await person.stepUp()).toEqual({ status: 200, to: '/' });
    expect((await dashboard.submit('Get a pairing code')).text).toContain('RELAY_PAIRING_CODE');
  });

  test('sessions are shown by browser, and end one by one or all at once', async () => {
    const [laptop, phone] = [1, 2].map(() => new PasskeyPerson(origin, owner.authenticator));
    if (!laptop || !phone) throw new Error('nobody');
    await laptop.signIn();
    await phone.signIn();
    const page = await open('/account', laptop.browser);
    expect(page.text).toContain('(this browser)');
    const [{ id = '' } = {}] = (await worker.sql(
      'Home',
      userIdOf(phone),
      'SELECT id FROM session ORDER BY created_at DESC LIMIT 1',
    )) as { id: string }[];
    await laptop.browser.open(new URL(`/account/sessions/${id}/end`, origin), {
      method: 'POST',
      headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect((await open('/', phone.browser)).url.pathname).toBe('/sign-in');
    expect((await open('/account', laptop.browser)).url.pathname).toBe('/account');
    expect((await page.submit('Sign out everywhere')).url.pathname).toBe('/sign-in');
    const late = await page.submit('Sign out everywhere');
    expect(late.text).toContain('nothing was done');
    expect((await open('/', laptop.browser)).url.pathname).toBe('/sign-in');
    expect((await open('/', owner.browser)).url.pathname).toBe('/sign-in');
  });

  test('a session that nobody uses for two days has ended', async () => {
    await owner.signIn();
    await worker.sql('Home', userIdOf(owner), 'UPDATE session SET seen_at = ?', Date.now() - 2 * 86_400_000);
    expect((await open('/', owner.browser)).url.pathname).toBe('/sign-in');
  });

  describe('invitations', () => {
    const invite = async (name: string, check: string[] = []) => {
      await owner.signIn();
      const page = await (await open('/people', owner.browser)).submit('Invite', { fill: { name }, check });
      const code = /\/join#([\w-]+)/.exec(page.html)?.[1];
      if (!code) throw new Error(page.text);
      return code;
    };

    test('let one person in, as what they say', async () => {
      const code = await invite('Bob');
      expect((await open('/people', owner.browser)).html).not.toContain(code);
      const bob = visitor();
      const typed = ` ${code.toLowerCase().replaceAll('-', ' ')} `;
      expect(await bob.enrol({ by: 'invitation', code: typed })).toEqual({ status: 200, to: '/' });
      expect((await open('/', bob.browser)).text).toContain('Connector URL');
      const people = await open('/people', bob.browser);
      expect(people.response.status).toBe(403);
      expect(people.text).not.toContain('Ada');
      expect(userIdOf(bob)).not.toBe(userIdOf(owner));
      expect((await open('/people', owner.browser)).text).toContain('Bob member');
      expect((await visitor().enrol({ by: 'invitation', code })).problem).toContain('used');
    });

    test('let only one in when two answer at the same time', async () => {
      const code = await invite('Carol');
      const both = [visitor(), visitor()];
      const answers = await Promise.all(both.map((person) => person.enrol({ by: 'invitation', code })));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
      const late = both[answers.findIndex(({ status }) => status === 403)];
      expect((await late?.signIn())?.status).toBe(403);
    });

    test('make owners when they say so, can be withdrawn, and end after a week', async () => {
      const dave = visitor();
      await dave.enrol({ by: 'invitation', code: await invite('Dave', ['owner']) });
      expect((await open('/people', dave.browser)).text).toContain('Dave (you) owner');
      const withdrawn = await invite('Erin');
      await (await open('/people', owner.browser)).submit('Withdraw');
      expect((await visitor().enrol({ by: 'invitation', code: withdrawn })).status).toBe(403);
      const old = await invite('Frank');
      await worker.sql('Directory', 'directory', 'UPDATE invitation SET expires_at = ?', Date.now());
      expect((await visitor().enrol({ by: 'invitation', code: old })).status).toBe(403);
    });

    test('cannot be made by a member', async () => {
      const member = visitor();
      await member.enrol({ by: 'invitation', code: await invite('Grace') });
      const answer = await member.browser.open(new URL('/people/invitations', origin), {
        method: 'POST',
        headers: { Origin: origin, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: 'name=Heidi&role=owner',
      });
      expect(answer.response.status).toBe(403);
      expect((await open('/people', owner.browser)).text).not.toContain('Heidi');
    });
  });

  test('a session cookie of another user’s making opens nothing', async () => {
    const response = await fetch(origin, {
      headers: { Cookie: `session=${'a'.repeat(22)}.${'b'.repeat(43)}` },
      redirect: 'manual',
    });
    expect(response.status).toBe(302);
  });

  test('refuses wrong codes after ten of them for a while, but no passkey', async () => {
    for (let attempt = 0; attempt < 10; attempt++)
      await visitor().enrol({ by: 'invitation', code: `wrong ${attempt}` });
    const refused = await visitor().enrol({ by: 'setup', code: setupCode, name: 'Eve' });
    expect(refused).toMatchObject({ status: 429 });
    await worker.sql('Directory', 'directory', "DELETE FROM attempt WHERE key LIKE 'passkey %'");
    expect((await owner.signIn()).status).toBe(200);
  });

  test('asks no more than sixty questions in fifteen minutes', async () => {
    const person = visitor();
    const statuses = new Set<number>();
    for (let question = 0; question < 61; question++) statuses.add((await person.post('sign-in/options', {})).status);
    expect([...statuses]).toEqual([200, 429]);
  });
});

test('an owner who lost every passkey comes back with the setup code while recovery is on', async () => {
  const vars = { SETUP_CODE: setupCode };
  const worker = await startWorker({ vars: { ...vars, RECOVERY: '1' } });
  try {
    const origin = named(worker);
    const owner = new PasskeyPerson(origin);
    expect((await owner.enrol({ by: 'setup', code: setupCode, name: 'Ada' })).status).toBe(200);
    const again = new PasskeyPerson(origin);
    expect((await again.browser.open(new URL('/sign-in', origin))).text).toContain('Recovery is switched on');
    expect((await again.enrol({ by: 'setup', code: setupCode })).status).toBe(200);
    expect(userIdOf(again)).toBe(userIdOf(owner));
    expect((await again.browser.open(new URL('/people', origin))).text).toContain('Ada (you) owner');
  } finally {
    await worker.close();
  }
});

test('a deployment without a setup code lets nobody in, and says why', async () => {
  const bare = await startWorker({ vars: {} });
  try {
    const answer = await new PasskeyPerson(named(bare)).enrol({ by: 'setup', code: '', name: 'Eve' });
    expect(answer.status).toBe(503);
    expect(answer.problem).toContain('wrangler secret put SETUP_CODE');
  } finally {
    await bare.close();
  }
});

describe('the domain of passkeys', () => {
  test('stays what it was when the first one was made', async () => {
    const worker = await startWorker({ vars: { SETUP_CODE: setupCode } });
    try {
      const owner = new PasskeyPerson(named(worker));
      await owner.enrol({ by: 'setup', code: setupCode, name: 'Ada' });
      await worker.sql('Directory', 'directory', 'UPDATE relying_party SET id = ?', 'ibkr.example.com');
      const answer = await owner.signIn();
      expect(answer.status).toBe(409);
      expect(answer.problem).toContain('Open it at ibkr.example.com');
    } finally {
      await worker.close();
    }
  });

  test('may be a parent of the host, and nothing else', async () => {
    const worker = await startWorker({ vars: { SETUP_CODE: setupCode, RP_ID: 'example.com' } });
    try {
      const page = await new Browser().open(named(worker));
      expect(page.response.status).toBe(421);
      expect(page.text).toContain('belong to example.com');
      const served = await worker.fetch('https://ibkr.example.com/setup');
      expect(await served.text()).toContain('<strong>example.com</strong>');
      expect((await worker.fetch('https://notexample.com/setup')).status).toBe(421);
    } finally {
      await worker.close();
    }
  });

  test('cannot be a numeric address, which is said with the name to use', async () => {
    const worker = await startWorker({ vars: { SETUP_CODE: setupCode } });
    try {
      const page = await new Browser().open(worker.origin);
      expect(page.response.status).toBe(421);
      expect(page.text).toContain(`http://localhost:${worker.origin.port}`);
    } finally {
      await worker.close();
    }
  });
});

test('the demo user is offered only with the local variable and on a loopback host', () => {
  const local = { LOCAL_MODE: '1' };
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]']) expect(isLocalDemo(local, host)).toBe(true);
  for (const host of ['ibkr.example.com', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '']) {
    expect(isLocalDemo(local, host)).toBe(false);
  }
  expect(isLocalDemo({}, 'localhost')).toBe(false);
});

describe('the address of a deployment', () => {
  test('is https anywhere but on a loopback host, and can be pinned: then no other is served', async () => {
    const pinned = await startWorker({ vars: { PUBLIC_ORIGIN: 'http://127.0.0.1:1' } });
    try {
      const response = await pinned.fetch('http://ibkr.example.com/sign-in?x=1', { redirect: 'manual' });
      expect(response.status).toBe(308);
      expect(response.headers.get('Location')).toMatch(/^https:\/\/ibkr\.example\.com\/sign-in\?x=1$/);
      expect((await pinned.fetch('http://ibkr.example.com/mcp', { method: 'POST' })).status).toBe(403);
      expect((await fetch(pinned.origin)).status).toBe(421);
    } finally {
      await pinned.close();
    }
  });
});

function userIdOf({ browser }: PasskeyPerson): string {
  return (browser.cookies.get('session') ?? '').split('.')[0] ?? '';
}
