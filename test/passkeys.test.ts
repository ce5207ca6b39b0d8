import type { BrowserContext, CDPSession, Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toBase64Url } from '../shared/base64-url.ts';
import { verifiedAssertion } from '../shared/passkeys/assertion.ts';
import { assertionSchema } from '../shared/passkeys/assertion-schema.ts';
import { accessibilityFaults, startChromium } from './support/chromium.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** The first days of a deployment in a real browser with its own authenticator: set-up, sign-in, a second key, an invitation. */

const setupCode = 'correct-horse-battery-staple';
let worker: TestWorker;
let origin: string;
let chromium: Chromium;
beforeAll(async () => {
  [worker, chromium] = await Promise.all([startWorker({ vars: { SETUP_CODE: setupCode } }), startChromium()]);
  origin = `http://localhost:${worker.origin.port}`;
});
afterAll(() => Promise.all([chromium?.close(), worker?.close()]));

interface Person {
  context: BrowserContext;
  page: Page;
  devTools: CDPSession;
  /** The authenticator of this person's device. */
  authenticatorId: string;
}

/** Somebody with a device of their own, which verifies them by itself. */
async function person(options: Parameters<Chromium['newContext']>[0] = {}): Promise<Person> {
  const context = await chromium.newContext(options);
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  await devTools.send('WebAuthn.enable');
  return { context, page, devTools, authenticatorId: await addAuthenticator(devTools) };
}

async function addAuthenticator(devTools: CDPSession): Promise<string> {
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return authenticatorId;
}

const at = (page: Page, path: string) => page.waitForURL(new URL(path, origin).href);

let owner: Person;

async function idOf({ context }: Person): Promise<string> {
  const cookies = await context.cookies();
  return cookies.find(({ name }) => name === 'session')?.value.split('.')[0] ?? '';
}

test('an owner sets the server up with a passkey, on a phone, and axe finds no fault', async () => {
  owner = await person({ viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  const { page } = owner;
  await page.goto(origin);
  await at(page, '/setup');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Setup code').fill('not the code at all');
  await page.getByRole('button', { name: 'Create my passkey' }).click();
  await page.getByText('That is not the setup code.').waitFor();
  await page.getByLabel('Setup code').fill(setupCode);
  // By keyboard alone.
  await page.keyboard.press('Enter');
  await at(page, '/');
  const { credentials } = await owner.devTools.send('WebAuthn.getCredentials', owner);
  expect(credentials).toMatchObject([{ isResidentCredential: true, rpId: 'localhost' }]);
});

test('the owner signs out, and in again without typing anything', async () => {
  const { page } = owner;
  await page.getByRole('button', { name: 'Sign out' }).click();
  await at(page, '/sign-in');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(new URL('/account', origin).href);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await at(page, '/account');
  await page.getByText('this browser').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a device makes one passkey for a person; a second device makes another', async () => {
  const { page, devTools, authenticatorId } = owner;
  await page.getByLabel('Name of the new passkey').fill('Again');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('This device has a passkey for you already.').waitFor();
  const { credentials } = await devTools.send('WebAuthn.getCredentials', { authenticatorId });
  await devTools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
  const second = await addAuthenticator(devTools);
  await page.getByLabel('Name of the new passkey').fill('Tablet');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByText('Tablet').waitFor();
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await at(page, '/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await at(page, '/');
  await devTools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: second });
  owner.authenticatorId = await addAuthenticator(devTools);
  for (const credential of credentials) {
    await devTools.send('WebAuthn.addCredential', { authenticatorId: owner.authenticatorId, credential });
  }
});

test('what is dangerous asks for the passkey again, and then goes on', async () => {
  const { page } = owner;
  const userId = await idOf(owner);
  await worker.sql('Home', userId, 'UPDATE session SET fresh_at = 0');
  await page.goto(origin);
  await page.getByRole('button', { name: 'Get a pairing code' }).click();
  await page.getByRole('button', { name: 'Confirm with a passkey' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
  await at(page, '/');
  await page.getByRole('button', { name: 'Get a pairing code' }).click();
  await page.getByText('RELAY_PAIRING_CODE').waitFor();
});

test('an invited person opens the link, makes a passkey and has a place of their own', async () => {
  await owner.page.goto(new URL('/people', origin).href);
  await owner.page.getByLabel('Name').fill('Bob');
  await owner.page.getByRole('button', { name: 'Invite' }).click();
  const link = (await owner.page.locator('pre').textContent()) ?? '';
  expect(await accessibilityFaults(owner.page)).toEqual([]);
  const bob = await person({ viewport: { width: 360, height: 740 } });
  const asked: string[] = [];
  bob.page.on('request', (request) => asked.push(request.url()));
  await bob.page.goto(link);
  expect(await accessibilityFaults(bob.page)).toEqual([]);
  expect(await bob.page.getByLabel('Invitation code').inputValue()).toBe(link.split('#')[1]);
  expect(bob.page.url()).not.toContain('#');
  await bob.page.getByRole('button', { name: 'Create my passkey' }).click();
  await at(bob.page, '/');
  await bob.page.getByText('No relay yet').waitFor();
  // The code is in no address that a log could keep.
  expect(asked.filter((url) => url.includes(link.split('#')[1] ?? '?'))).toEqual([]);
  await owner.page.goto(new URL('/people', origin).href);
  expect(await owner.page.locator('main').textContent()).toContain('Bob');
});

test('a person who waves the authenticator away is told that nothing was done', async () => {
  const { page, devTools, authenticatorId } = owner;
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
  await at(page, '/sign-in');
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByText('Nothing was done').waitFor();
  await devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await at(page, '/');
});

describe('a key that approves orders', () => {
  interface Made {
    user: { id: string };
    authenticatorSelection: { residentKey: string };
    excludeCredentials: unknown[];
  }

  /** Makes one on the page for account security, where the authenticator may be asked for something else than we ask. */
  async function make({ page }: Person, name: string, change?: (registration: Made) => void): Promise<void> {
    const url = new URL('/passkeys/approver/options', origin).href;
    if (change) {
      await page.route(url, async (route) => {
        const response = await route.fetch();
        const json = (await response.json()) as { registration: Made };
        change(json.registration);
        await route.fulfill({ response, json });
      });
    }
    await page.goto(new URL('/account', origin).href);
    await page.getByLabel('Name of the new key').fill(name);
    await page.getByRole('button', { name: 'Add a key that approves orders' }).click();
    await page.locator('li', { hasText: name }).waitFor();
    await page.unroute(url);
  }

  const credentialsOf = async ({ devTools, authenticatorId }: Person) =>
    (await devTools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

  /** Has the browser sign with that key, as the approval page will. */
  const sign = ({ page }: Person, id: string, challenge: string) =>
    page.evaluate(
      `navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(${JSON.stringify({
        ...{ challenge, rpId: 'localhost', userVerification: 'required' },
        allowCredentials: [{ id, type: 'public-key' }],
      })}) }).then((credential) => credential.toJSON())`,
    );

  async function stored(name: string) {
    const userId = await idOf(owner);
    const [row] = await worker.sql('Home', userId, 'SELECT * FROM approver WHERE name = ?', name);
    return {
      id: String(row?.id),
      publicKey: String(row?.public_key),
      counter: 0,
      fingerprint: String(row?.fingerprint),
    };
  }

  /** As on a device that keeps every key, and had none of these yet. */
  const resident = (registration: Made) => {
    registration.authenticatorSelection.residentKey = 'required';
    registration.excludeCredentials = [];
  };

  test.each([
    ['as it is asked for', 'On demand', undefined],
    ['where the device keeps it as it keeps passkeys', 'Kept', resident],
  ] as const)(
    'is made beside the sign-in passkey of the same device, %s, and both are used',
    async (_, name, change) => {
      const before = await credentialsOf(owner);
      await make(owner, name, change);
      const key = await stored(name);
      expect(await owner.page.locator('li', { hasText: name }).textContent()).toContain(key.fingerprint);
      expect(await accessibilityFaults(owner.page)).toEqual([]);
      const after = await credentialsOf(owner);
      expect(after).toHaveLength(before.length + 1);
      const added = after.find(
        ({ credentialId }) => Buffer.from(credentialId, 'base64').toString('base64url') === key.id,
      );
      expect(added).toMatchObject({ isResidentCredential: change !== undefined });
      const challenge = toBase64Url(new Uint8Array(32).fill(7));
      const answer = assertionSchema.parse(await sign(owner, key.id, challenge));
      const party = { id: 'localhost', origin };
      expect(await verifiedAssertion(party, challenge, answer, key)).toBeGreaterThan(0);
      // A person would be shown both; the virtual authenticator chooses by itself.
      const { devTools, authenticatorId } = owner;
      if (change && added) {
        await devTools.send('WebAuthn.removeCredential', { authenticatorId, credentialId: added.credentialId });
      }
      await owner.page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
      await at(owner.page, '/sign-in');
      await owner.page.getByRole('button', { name: 'Sign in with a passkey' }).click();
      await at(owner.page, '/');
    },
  );

  test('would take the place of the sign-in passkey under the same handle', async () => {
    const { devTools, authenticatorId } = owner;
    const before = await credentialsOf(owner);
    const [signIn] = before.filter(({ userHandle }) => Buffer.from(userHandle ?? '', 'base64').length === 22);
    await make(owner, 'Under the same handle', (registration) => {
      resident(registration);
      registration.user.id = Buffer.from(signIn?.userHandle ?? '', 'base64').toString('base64url');
    });
    const after = await credentialsOf(owner);
    expect(after).toHaveLength(before.length);
    expect(after.map(({ credentialId }) => credentialId)).not.toContain(signIn?.credentialId);
    await devTools.send('WebAuthn.clearCredentials', { authenticatorId });
  });
});
