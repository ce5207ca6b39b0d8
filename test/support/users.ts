import { createHash, randomBytes } from 'node:crypto';
import { Browser } from './browser.ts';
import type { TestWorker } from './worker.ts';

interface Bindings {
  DIRECTORY: { getByName(name: string): { userFor(subject: string): Promise<string> } };
  HOME: { getByName(name: string): { createSession(hash: string, seconds: number): Promise<void> } };
}

/** Signs in as the demo user, the one user of a local Worker. */
export async function signInDemo(worker: TestWorker, browser: Browser): Promise<string> {
  await (await browser.open(worker.origin)).submit('Continue as the demo user');
  const userId = browser.cookies.get('session')?.split('.')[0];
  if (!userId) throw new Error('not signed in');
  return userId;
}

/** A further person with a session of their own, as another sign-in method would make it. */
export async function signInAs(worker: TestWorker, subject: string): Promise<{ browser: Browser; userId: string }> {
  const env = await worker.bindings<Bindings>();
  const userId = await env.DIRECTORY.getByName('directory').userFor(subject);
  const secret = randomBytes(32).toString('base64url');
  await env.HOME.getByName(userId).createSession(createHash('sha256').update(secret).digest('base64url'), 3_600);
  const browser = new Browser();
  browser.setCookie('session', `${userId}.${secret}`);
  return { browser, userId };
}

/** Presses “Get a pairing code” and reads the code off the page. */
export async function pairingCode(worker: TestWorker, browser: Browser): Promise<string> {
  const page = await (await browser.open(worker.origin)).submit('Get a pairing code');
  const code = /RELAY_PAIRING_CODE=([\w.-]+)/.exec(page.html)?.[1];
  if (!code) throw new Error(`no pairing code on the page: ${page.text}`);
  return code;
}
