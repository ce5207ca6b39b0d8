import type { Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../scripts/processes.ts';
import { relayInfoSchema } from '../shared/tunnel/frames.ts';
import { Browser } from './support/browser.ts';
import { accessibilityFaults, startChromium } from './support/chromium.ts';
import { connectRaw, okStatus, pairDevice, type RawRelay } from './support/raw-relay.ts';
import { signInAs, signInDemo } from './support/users.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

/** The pages in a real browser: what a person sees and presses, and what axe finds wrong with it. */

let worker: TestWorker;
let chromium: Chromium;
let relay: RawRelay;
let userId: string;
beforeAll(async () => {
  [worker, chromium] = await Promise.all([startWorker(), startChromium()]);
  const browser = new Browser();
  userId = await signInDemo(worker, browser);
  relay = await connectRaw(worker, await pairDevice(worker, browser, 'home \u202eenod'));
});
afterAll(async () => {
  relay?.drop();
  await Promise.all([chromium?.close(), worker?.close()]);
});

const redirectUri = 'http://127.0.0.1:7777/callback';

async function registerApp(name: string): Promise<string> {
  const response = await fetch(new URL('/oauth/register', worker.origin), {
    method: 'POST',
    body: JSON.stringify({ client_name: name, redirect_uris: [redirectUri], token_endpoint_auth_method: 'none' }),
  });
  return ((await response.json()) as { client_id: string }).client_id;
}

const authorizePath = (clientId: string) =>
  `/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'ibkr:read',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWb7D7OoZ0oCk',
    code_challenge_method: 'S256',
  })}`;

/** A page of the demo user's, in a fresh browser. */
async function open(path: string, options: Parameters<Chromium['newPage']>[0] = {}): Promise<Page> {
  const page = await chromium.newPage({ timezoneId: 'Asia/Tokyo', locale: 'en-GB', ...options });
  await page.goto(new URL('/sign-in', worker.origin).href);
  await page.click('text=Continue as the demo user');
  await page.goto(new URL(path, worker.origin).href);
  return page;
}

const home = () =>
  worker
    .bindings<{ HOME: { getByName(name: string): { kvPut(key: string, value: string): Promise<void> } } }>()
    .then(({ HOME }) => HOME.getByName(userId));

async function storeGrant(id: string, more: object): Promise<void> {
  const grant = { id, clientId: `client-${id}`, userId, scope: ['ibkr:read'], createdAt: 1_790_000_000, ...more };
  await (await home()).kvPut(`grant:${userId}:${id}`, JSON.stringify(grant));
}

test.each([
  ['light', 'phone', { width: 360, height: 740 }],
  ['dark', 'desktop', { width: 1280, height: 900 }],
] as const)('in %s on a %s axe finds no fault, and nothing is cut off', async (colorScheme, _, viewport) => {
  await storeGrant('seen', { metadata: { clientName: 'An app' } });
  const page = await open('/', { colorScheme, viewport });
  const remove = (await page.getAttribute('a[href*="/remove"]', 'href')) ?? '';
  const consent = authorizePath(await registerApp('An app'));
  for (const path of [
    '/',
    '/alerts',
    '/trading',
    '/trading/limits',
    remove,
    '/apps/seen/disconnect',
    '/nowhere',
    consent,
  ]) {
    await page.goto(new URL(path, worker.origin).href);
    expect(await accessibilityFaults(page), path).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), path).toBe(true);
  }
  await page.context().clearCookies();
  await page.goto(new URL('/sign-in', worker.origin).href);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.close();
});

test('whatever is pressed is large enough for a finger', async () => {
  const page = await open(authorizePath(await registerApp('An app')), { viewport: { width: 360, height: 740 } });
  const sizes = (await page.evaluate(
    `[...document.querySelectorAll('main button, main input:not([type=hidden])')].map((element) => {
      const target = (element.closest('label') ?? element).getBoundingClientRect();
      const own = element.getBoundingClientRect();
      return Math.min(target.height, own.width * 2, own.height * 2);
    })`,
  )) as number[];
  expect(sizes.length).toBeGreaterThan(2);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
  await page.close();
});

test('times are the reader’s own with scripts, and UTC without', async () => {
  await storeGrant('timed', {
    metadata: { clientName: 'Timed' },
    createdAt: Date.parse('2026-10-15T20:00:00Z') / 1_000,
  });
  const page = await open('/');
  await page.waitForFunction("document.querySelector('time')?.title !== ''");
  expect(await page.textContent('li:has-text("Timed") time')).toBe('16 Oct 2026');
  await page.close();
  const bare = await open('/', { javaScriptEnabled: false });
  expect(await bare.textContent('li:has-text("Timed") time')).toBe('2026-10-15');
  await bare.close();
});

test('the dashboard shows what changed by itself, and leaves alone what has the focus', async () => {
  const page = await chromium.newPage();
  await page.clock.install();
  await page.goto(new URL('/sign-in', worker.origin).href);
  await page.click('text=Continue as the demo user');
  await page.waitForSelector('text=ready');
  expect(await page.locator('meta[http-equiv=refresh]').count()).toBe(0);
  relay.send({ t: 'status', status: { ...okStatus, gateway: { ...okStatus.gateway, state: 'maintenance' } } });
  await eventually('the change', async () => {
    await page.clock.fastForward(31_000);
    return (await page.textContent('main'))?.includes('gateway maintenance') || undefined;
  });
  await page.focus('a[href*="/remove"]');
  relay.send({ t: 'status', status: okStatus });
  await page.clock.fastForward(120_000);
  expect(await page.evaluate('document.activeElement.getAttribute("href")')).toContain('/remove');
  await page.close();
});

test('removing and disconnecting ask first, and the way back changes nothing', async () => {
  const { browser } = await signInAs(worker, 'test:remover');
  const theirs = await connectRaw(worker, await pairDevice(worker, browser, 'cellar'));
  const asked = await (await browser.open(worker.origin)).follow('Remove …');
  expect(asked.text).toContain('Remove the relay cellar?');
  expect((await asked.follow('Keep it')).text).toContain('cellar');
  expect((await asked.submit('Remove')).text).not.toContain('cellar');
  expect((await theirs.closing()).code).toBe(4401);
  for (const path of ['/relays/none/remove', '/apps/none/disconnect']) {
    expect((await browser.open(new URL(path, worker.origin))).response.status).toBe(404);
  }
});

test('an app that never came back for its token is not listed', async () => {
  await storeGrant('kept', { metadata: { clientName: 'Came back' } });
  await storeGrant('lost', { metadata: { clientName: 'Never came back' }, authCodeWrappedKey: 'x' });
  const page = await open('/');
  const text = (await page.textContent('main')) ?? '';
  expect(text).toContain('Came back');
  expect(text).not.toContain('Never came back');
  await page.close();
});

test('signing in says which app it is for, and fetches nothing to find out', async () => {
  const visitor = new Browser();
  const named = await visitor.open(new URL(authorizePath(await registerApp('Some assistant')), worker.origin));
  expect(named.text).toContain('To connect Some assistant to your account');
  const described = await visitor.open(new URL(authorizePath('https://apps.invalid/client.json'), worker.origin));
  expect(described.text).toContain('To connect apps.invalid to your account');
  expect((await visitor.open(worker.origin)).text).not.toContain('To connect');
});

test('a relay’s name cannot turn the words around it', async () => {
  expect(relayInfoSchema.parse({ name: 'a\u202eb\u2066c\n', version: '1' }).name).toBe('abc');
  const page = await open('/');
  expect(await page.textContent('strong:has-text("home")')).toBe('home enod');
  await page.close();
});
