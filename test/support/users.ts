import { createHash, randomBytes } from 'node:crypto';
import type { NewSession } from '../../worker/home/sessions.ts';
import { epochOf } from '../../worker/sign-in/session.ts';
import { Browser } from './browser.ts';
import type { TestWorker } from './worker.ts';

interface Bindings {
  DIRECTORY: { getByName(name: string): { userFor(subject: string): Promise<string> } };
  HOME: { getByName(name: string): { createSession(session: NewSession): Promise<void> } };
}

/** Signs in as the demo user, the one user of a local Worker. */
export async function signInDemo(worker: TestWorker, browser: Browser): Promise<string> {
  await (await browser.open(worker.origin)).submit('Continue as the demo user');
  const userId = browser.cookies.get('session')?.split('.')[0];
  if (!userId) throw new Error('not signed in');
  return userId;
}

/** A further person with a session of their own, as signing in makes it. */
export async function signInAs(worker: TestWorker, subject: string): Promise<{ browser: Browser; userId: string }> {
  const env = await worker.bindings<Bindings>();
  const userId = await env.DIRECTORY.getByName('directory').userFor(subject);
  return { browser: await addSession(worker, userId), userId };
}

/** A new browser in which that user is signed in. @param vars those of the Worker, when they are not the usual ones */
export async function addSession(
  worker: TestWorker,
  userId: string,
  vars: { SETUP_CODE?: string } = {},
): Promise<Browser> {
  const env = await worker.bindings<Bindings>();
  const secret = randomBytes(32).toString('base64url');
  const hash = createHash('sha256').update(secret).digest('base64url');
  const session = { hash, seconds: 3_600, epoch: await epochOf(vars), device: 'a test' };
  await env.HOME.getByName(userId).createSession(session);
  const browser = new Browser();
  browser.setCookie('session', `${userId}.${secret}`);
  return browser;
}

/** Presses “Get a pairing code” and reads the code off the page. */
export async function pairingCode(worker: TestWorker, browser: Browser): Promise<string> {
  const page = await (await browser.open(worker.origin)).submit('Get a pairing code');
  const code = /RELAY_PAIRING_CODE=([\w.-]+)/.exec(page.html)?.[1];
  if (!code) throw new Error(`no pairing code on the page: ${page.text}`);
  return code;
}
